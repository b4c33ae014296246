import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RedisClient } from '../platform/redis/redis.module.js';
import { Limits } from './limits.js';

const WINDOW_MS = 1_000;

/** A Redis that several processes share. */
class SharedRedis {
  readonly counts = new Map<string, { taken: number; endsAt: number }>();
  roundTrips = 0;
  away = false;

  client(): RedisClient {
    const run = async (_script: object, [key]: [string], [block, windowMs]: [number, number]) => {
      this.roundTrips += 1;
      await Promise.resolve();
      if (this.away) return undefined;
      const now = performance.now();
      const open = this.counts.get(key);
      const window = open && open.endsAt > now ? open : { taken: 0, endsAt: now + windowMs };
      window.taken += block;
      this.counts.set(key, window);
      return [window.taken, window.endsAt - now];
    };
    return { run } as unknown as RedisClient;
  }
}

describe('a limit', () => {
  let redis: SharedRedis;
  let nowMs: number;
  beforeEach(() => {
    redis = new SharedRedis();
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });

  const aProcess = () => new Limits(redis.client());
  const passedOf = async (limits: readonly Limits[], count: number, max: number) => {
    const asked = Array.from({ length: count }, (_, i) =>
      (limits[i % limits.length] as Limits).take('k', max, WINDOW_MS),
    );
    return (await Promise.all(asked)).filter((waitMs) => waitMs === 0).length;
  };

  it.each([1, 7, 99, 100, 101, 119, 1_000])(
    'of %d lets exactly so many through, and says when it begins anew',
    async (max) => {
      const limits = aProcess();
      nowMs += 250;
      expect(await passedOf([limits], 3 * max, max)).toBe(max);
      nowMs += 400;
      expect(await limits.take('k', max, WINDOW_MS)).toBe(600);
      expect(await limits.take('another', max, WINDOW_MS)).toBe(0);
      nowMs += 600;
      expect(await passedOf([limits], 3 * max, max)).toBe(max);
    },
  );

  it('holds for several processes together: never more, and a block of each less at most', async () => {
    const processes = [aProcess(), aProcess(), aProcess()];
    const passed = await passedOf(processes, 5_000, 1_000);
    expect(passed).toBeLessThanOrEqual(1_000);
    expect(passed).toBeGreaterThanOrEqual(1_000 - 2 * 50);
    expect(await passedOf(processes, 50, 1_000)).toBe(0);
  });

  it('costs a round trip for a block of requests, and none once it is used up', async () => {
    const limits = aProcess();
    await passedOf([limits], 1_000, 1_000);
    expect(redis.roundTrips).toBe(20);
    await passedOf([limits], 5_000, 1_000);
    expect(redis.roundTrips).toBe(20);
    expect(limits.overMs('k')).toBeGreaterThan(0);
    expect(limits.overMs('another')).toBe(0);
  });

  it('is kept by each process alone while Redis is away, which is asked again now and then', async () => {
    redis.away = true;
    const limits = aProcess();
    expect(await passedOf([limits], 500, 100)).toBe(100);
    expect(redis.roundTrips).toBe(1);
    nowMs += WINDOW_MS;
    redis.away = false;
    expect(await passedOf([limits], 500, 100)).toBe(100);
    expect(redis.roundTrips).toBeGreaterThan(1);
  });
});
