import type { Cluster, Redis } from 'ioredis';
import { hash } from 'node:crypto';

type Parameter = string | number;

/**
 * A Lua script, which Redis runs as one step. It goes by its hash, and whole to a Redis that does not know it: a new
 * one, or one whose scripts were flushed. (ioredis' `defineCommand` does the same with one more function for each
 * command, which V8 allocates as old: see docs/decisions/0003-objects-that-die-young.md.)
 */
export class Script<Result> {
  private readonly sha: string;

  constructor(private readonly lua: string) {
    this.sha = hash('sha1', lua);
  }

  /** @throws whatever the client throws when Redis is away, slow, or finds fault with the script */
  async run(redis: Redis | Cluster, keys: readonly string[], parameters: readonly Parameter[]): Promise<Result> {
    try {
      return (await redis.evalsha(this.sha, keys.length, ...keys, ...parameters)) as Result;
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(this.lua, keys.length, ...keys, ...parameters)) as Result;
    }
  }
}
