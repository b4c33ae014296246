import { Cluster, Redis } from 'ioredis';
import type { Config } from '../config/config.js';

const RECONNECT_DELAY_MAX_MS = 2000;
const SILENCE_MAX_MS = 1000;
const CONNECT_WITHIN_MS = 2000;

const reconnectDelayMs = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_DELAY_MAX_MS);

/**
 * The client of ioredis' for Redis in this form, not connected yet. Once it is ready, a command takes `redisTimeoutMs`
 * at most. It reconnects for ever by itself.
 */
export function redisConnection({ redis, redisTimeoutMs }: Pick<Config, 'redis' | 'redisTimeoutMs'>): Redis | Cluster {
  const each = {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: redisTimeoutMs,
    // A Redis that hangs is left after this, and then fails at once like one that is away.
    socketTimeout: SILENCE_MAX_MS,
    connectTimeout: CONNECT_WITHIN_MS,
    // A master that was demoted: a new connection leads to its successor.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
    ...(redis.tls && { tls: redis.tls }),
  };
  const alone = { ...each, enableOfflineQueue: false, retryStrategy: reconnectDelayMs };
  if (redis.form === 'server') return new Redis(redis.url, alone);
  const { username, password } = redis;
  if (redis.form === 'sentinel') {
    return new Redis({
      ...alone,
      username,
      password,
      sentinels: [...redis.sentinels],
      name: redis.name,
      sentinelUsername: redis.sentinelAccess.username,
      sentinelPassword: redis.sentinelAccess.password,
      sentinelCommandTimeout: CONNECT_WITHIN_MS,
      sentinelRetryStrategy: reconnectDelayMs,
      ...(redis.tls && { sentinelTLS: redis.tls, enableTLSForSentinelMode: true }),
    });
  }
  return new Cluster([...redis.nodes], {
    lazyConnect: true,
    clusterRetryStrategy: reconnectDelayMs,
    // Nothing is tried again later, when it would be late. (What was MOVED is sent on at once.)
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // Names stay names: certificates are made out to them.
    dnsLookup: (host, done) => done(null, host),
    redisOptions: { ...each, username, password },
  });
}
