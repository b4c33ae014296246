import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { redisConnection } from './redis-connection.js';
import { reportChanges } from './redis-report.js';
import type { Script } from './script.js';

/** After a script failed, how long callers go on without Redis before it is tried again. */
const PAUSE_AFTER_FAILURE_MS = 500;
const PROOF_KEY = 'health:written';
const PROOF_KEEP_MS = 10_000;
const COMMAND_TIMED_OUT = 'Command timed out';

export interface KeyAndValue {
  readonly redisKey: string;
  readonly value: string;
}

/**
 * The one way to Redis, in whichever form. It never waits for a connection: while Redis is away everything fails at
 * once, and the caller goes on without it.
 */
export class RedisClient {
  private pausedUntil = 0;

  constructor(
    private readonly connection: Redis | Cluster,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Runs a script, whose keys lie in one slot; undefined while Redis is away, or was a moment ago: the caller goes on
   * without it.
   */
  async run<T>(
    script: Script<T>,
    keys: readonly string[],
    parameters: readonly (string | number)[],
  ): Promise<T | undefined> {
    return this.attempt(script, keys, parameters, () => {
      this.pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS;
    });
  }

  /** The same for what is only looked at: where it fails, all others go on as before. */
  async runAside<T>(
    script: Script<T>,
    keys: readonly string[],
    parameters: readonly (string | number)[],
  ): Promise<T | undefined> {
    return this.attempt(script, keys, parameters, () => undefined);
  }

  /**
   * Runs a script that does the same for each key: its parameters are a value for each, and then the shared ones. One
   * command, but in a cluster one for each key (docs/decisions/0007-a-command-a-key-in-a-cluster.md). Nothing for what
   * Redis was away for.
   */
  async runForEach<T>(
    script: Script<readonly T[] | null>,
    entries: readonly KeyAndValue[],
    ...shared: number[]
  ): Promise<readonly (T | undefined)[] | null | undefined> {
    if (this.connection instanceof Cluster) {
      const runs = entries.map(({ redisKey, value }) => this.run(script, [redisKey], [value, ...shared]));
      return (await Promise.all(runs)).map((answer) => answer?.[0]);
    }
    const keys = entries.map(({ redisKey }) => redisKey);
    return this.run(script, keys, [...entries.map(({ value }) => value), ...shared]);
  }

  /**
   * Proves that scripts can be run here: a replica answers too, and one that takes writes loses them.
   * @throws Error when it can't, is away, or does not answer
   */
  async proveWritable(): Promise<void> {
    const once = async () => {
      const connection = this.connected();
      await Promise.all([connection.set(PROOF_KEY, '', 'PX', PROOF_KEEP_MS), proveWhole(connection)]);
    };
    // A process that was busy for longer than the time-out finds it over before it finds the answer.
    await once().catch((error: Error) => {
      if (error.message === COMMAND_TIMED_OUT) return once();
      throw error;
    });
  }

  disconnect(): void {
    this.connection.disconnect();
  }

  private async attempt<T>(
    script: Script<T>,
    keys: readonly string[],
    parameters: readonly (string | number)[],
    onFailure: () => void,
  ): Promise<T | undefined> {
    if (performance.now() < this.pausedUntil) return undefined;
    try {
      return await script.run(this.connected(), keys, parameters);
    } catch {
      // That Redis is away is logged once per change of state; here it is only counted.
      this.metrics.redisErrorsTotal.inc();
      onFailure();
      return undefined;
    }
  }

  /** @throws Error while it is away */
  private connected(): Redis | Cluster {
    if (this.connection.status !== 'ready') throw new Error(`Redis is ${this.connection.status}`);
    return this.connection;
  }
}

/** @throws Error for what is no master, or a cluster that lacks some of its slots */
async function proveWhole(connection: Redis | Cluster): Promise<void> {
  if (connection instanceof Cluster) {
    const info = await connection.cluster('INFO').catch(orNothing);
    if (info?.includes('cluster_state:fail')) throw new Error('this cluster is down');
    return;
  }
  const role = await connection.role().catch(orNothing);
  if (role && role[0] !== 'master') throw new Error(`this Redis is a ${String(role[0])}`);
}

/** Redis may keep this from its user; then the write alone must do. */
function orNothing(error: Error): undefined {
  if (!error.message.startsWith('NOPERM')) throw error;
}

@Global()
@Module({
  providers: [{ provide: RedisClient, useFactory: connect, inject: [Config, Metrics] }],
  exports: [RedisClient],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(RedisClient) private readonly redis: RedisClient) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/** Starts connecting in the background. */
function connect(config: Config, metrics: Metrics): RedisClient {
  const connection = redisConnection(config);
  reportChanges(connection);
  connection.connect().catch(() => undefined);
  return new RedisClient(connection, metrics);
}
