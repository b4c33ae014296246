import { Injectable } from '@nestjs/common';
import { SingleFlight } from '../platform/clock/single-flight.js';
import { RedisClient } from '../platform/redis/redis.module.js';
import { Script } from '../platform/redis/script.js';

const TAKE = new Script<[taken: number, leftMs: number]>(`local n = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) left = tonumber(ARGV[2]) end return {n, left}`);

/** What this process may still let through of a window, and whether that is all there is for it. */
interface Window {
  left: number;
  readonly isLast: boolean;
  readonly endsAt: number;
}

/** A limit of at least so many is handed out to the processes in so many blocks: one round trip for each. */
const BLOCKS = 20;
const BLOCKS_FROM = 100;
const WINDOWS_MAX = 100_000;

/**
 * Counts things in fixed windows that begin with the first of them, over all instances, in Redis. A process takes large
 * limits block by block, so that hardly any request waits for a round trip, and remembers what is used up: never more
 * than the limit gets through, and at most one block of each other process less. While Redis is away each process
 * counts for itself. (Around the end of a window up to twice the limit can pass; nothing here needs more precision.)
 */
@Injectable()
export class Limits {
  private readonly windows = new Map<string, Window>();
  private readonly refills = new SingleFlight<void>();

  constructor(private readonly redis: RedisClient) {}

  /** Takes one of those that this process has; false where it has none: then `take` has to look. */
  takeAtOnce(name: string): boolean {
    const window = this.windows.get(name);
    if (!window || window.left === 0 || performance.now() >= window.endsAt) return false;
    window.left -= 1;
    return true;
  }

  /** Takes one. @returns 0; or, when `max` were taken already, how many ms the window goes on */
  async take(name: string, max: number, windowMs: number): Promise<number> {
    while (!this.takeAtOnce(name)) {
      const waitMs = this.overMs(name);
      if (waitMs > 0) return waitMs;
      await this.refill(name, max, windowMs);
    }
    return 0;
  }

  /** How many ms nothing of this name gets through any more, as far as this process knows; it asks nobody. */
  overMs(name: string): number {
    const window = this.windows.get(name);
    return window && window.isLast && window.left === 0 ? Math.max(0, window.endsAt - performance.now()) : 0;
  }

  /** Of many requests at once, one asks. */
  private refill(name: string, max: number, windowMs: number): Promise<void> {
    return this.refills.run(name, async () => {
      const window = await this.nextWindow(name, max, windowMs);
      if (this.windows.size >= WINDOWS_MAX) this.windows.clear();
      this.windows.set(name, window);
    });
  }

  private async nextWindow(name: string, max: number, windowMs: number): Promise<Window> {
    const block = max < BLOCKS_FROM ? 1 : Math.floor(max / BLOCKS);
    const answer = await this.redis.run(TAKE, [`limit:${name}`], [block, windowMs]);
    if (answer) {
      const [taken, leftMs] = answer;
      const left = Math.max(0, Math.min(block, max - taken + block));
      return { left, isLast: taken >= max, endsAt: performance.now() + Math.max(1, leftMs) };
    }
    return { left: max, isLast: true, endsAt: performance.now() + windowMs };
  }
}
