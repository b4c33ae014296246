import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../config/config.js';

const RECONNECT_DELAY_MAX_MS = 2000;
const SILENCE_MAX_MS = 1000;

/**
 * The one Redis client. It never waits for a connection: while Redis is away every command fails at once, and the
 * caller goes on without it. It reconnects for ever by itself.
 */
export class RedisClient extends Redis {
  constructor(config: Config) {
    super(config.redisUrl, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: config.redisTimeoutMs,
      // A Redis that hangs is left after this, and then fails at once like one that is away.
      socketTimeout: SILENCE_MAX_MS,
      connectTimeout: 2000,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_DELAY_MAX_MS),
    });
  }
}

@Global()
@Module({ providers: [{ provide: RedisClient, useFactory: connect, inject: [Config] }], exports: [RedisClient] })
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(RedisClient) private readonly redis: RedisClient) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/** Starts connecting in the background and tells once of each change between reachable and away. */
function connect(config: Config): RedisClient {
  const logger = new Logger('Redis');
  const redis = new RedisClient(config);
  let reachable: boolean | undefined;
  redis.on('ready', () => {
    if (reachable === false) logger.log('Redis is reachable again');
    reachable = true;
  });
  redis.on('error', (error: Error) => {
    if (reachable !== false) logger.warn(`Redis is away: ${error.message}`);
    reachable = false;
  });
  redis.connect().catch(() => undefined);
  return redis;
}
