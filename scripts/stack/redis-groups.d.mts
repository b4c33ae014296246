import type { RedisProgram } from './programs-here.mjs';
import type { Program } from './program.mjs';

/** A server or a Sentinel of a group; see redis-groups.mjs. */
export declare class GuardedRedis extends Program {
  readonly port: number;
  /** Runs one command here, over a connection of its own. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

interface Options {
  readonly found: RedisProgram;
  readonly folder: string;
  readonly certificates?: Certificates | undefined;
}

export interface RedisGroup {
  /** The service's variables. */
  readonly env: Record<string, string>;
  discard(): Promise<unknown>;
}

export declare function makeCertificates(folder: string): Certificates;
export declare function startGuardedRedis(options: Options): Promise<RedisGroup & { redis: GuardedRedis }>;
export declare function startWatchedRedis(
  options: Options,
): Promise<RedisGroup & { master: GuardedRedis; replica: GuardedRedis; sentinels: GuardedRedis[] }>;
export declare function startRedisCluster(
  options: Options,
): Promise<RedisGroup & { masters: GuardedRedis[]; replica: GuardedRedis }>;
