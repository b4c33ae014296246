import { Injectable } from '@nestjs/common';
import { Metrics } from '../platform/metrics/metrics.js';
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
/** After Redis failed, how long this process counts alone before it is tried again. */
const PAUSE_AFTER_FAILURE_MS = 500;

/**
 * Counts things in fixed windows that begin with the first of them, over all instances, in Redis. A process takes large
 * limits block by block, so that hardly any request waits for a round trip, and remembers what is used up: never more
 * than the limit gets through, and at most one block of each other process less. While Redis is away each process counts
 * for itself. (Around the end of a window up to twice the limit can pass; nothing here needs more precision.)
 */
@Injectable()
export class Limits {
  private readonly windows = new Map<string, Window>();
  private readonly underWay = new Map<string, Promise<void>>();
  private pausedUntil = 0;

  constructor(
    private readonly redis: RedisClient,
    private readonly metrics: Metrics,
  ) {}

  /** Takes one. @returns 0; or, when `max` were taken already, how many ms the window goes on */
  async take(name: string, max: number, windowMs: number): Promise<number> {
    for (;;) {
      const now = performance.now();
      const window = this.windows.get(name);
      if (window && now < window.endsAt) {
        if (window.left > 0) {
          window.left -= 1;
          return 0;
        }
        if (window.isLast) return window.endsAt - now;
      }
      await this.refill(name, max, windowMs);
    }
  }

  /** How many ms nothing of this name gets through any more, as far as this process knows; it asks nobody. */
  overMs(name: string): number {
    const window = this.windows.get(name);
    return window && window.isLast && window.left === 0 ? Math.max(0, window.endsAt - performance.now()) : 0;
  }

  /** Of many requests at once, one asks. */
  private refill(name: string, max: number, windowMs: number): Promise<void> {
    const asked = this.underWay.get(name);
    if (asked) return asked;
    const asking = this.nextWindow(name, max, windowMs)
      .then((window) => {
        if (this.windows.size >= WINDOWS_MAX) this.windows.clear();
        this.windows.set(name, window);
      })
      .finally(() => this.underWay.delete(name));
    this.underWay.set(name, asking);
    return asking;
  }

  private async nextWindow(name: string, max: number, windowMs: number): Promise<Window> {
    const block = max < BLOCKS_FROM ? 1 : Math.floor(max / BLOCKS);
    if (performance.now() >= this.pausedUntil) {
      try {
        const [taken, leftMs] = await TAKE.run(this.redis, [`limit:${name}`], [block, windowMs]);
        const left = Math.max(0, Math.min(block, max - taken + block));
        return { left, isLast: taken >= max, endsAt: performance.now() + Math.max(1, leftMs) };
      } catch {
        // The client logs that Redis is away once per change of state; here it is only counted.
        this.metrics.redisErrorsTotal.inc();
        this.pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS;
      }
    }
    return { left: max, isLast: true, endsAt: performance.now() + windowMs };
  }
}
