import type { CountName, Counts } from './counts.js';

/** So many minutes are looked back on. */
export const MINUTES = 60;
const MINUTE_MS = 60_000;

/** By minutes since 1970. */
export type ByMinute = Readonly<Record<number, Counts>>;

export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

/** What was counted in which minute of the last hour, told from totals that only grow. */
export class MinuteCounts {
  private seen: Counts = {};
  private readonly minutes = new Map<number, Partial<Record<CountName, number>>>();

  /** What has been added to the totals since the last call was counted in the minute of `nowMs`. */
  take(totals: Counts, nowMs: number): void {
    const minute = minuteOf(nowMs);
    for (const old of this.minutes.keys()) if (old <= minute - MINUTES) this.minutes.delete(old);
    for (const [name, total] of Object.entries(totals) as [CountName, number][]) {
      const added = total - (this.seen[name] ?? 0);
      if (added === 0) continue;
      const counts = this.minutes.get(minute) ?? {};
      counts[name] = (counts[name] ?? 0) + added;
      this.minutes.set(minute, counts);
    }
    this.seen = totals;
  }

  get byMinute(): ByMinute {
    return Object.fromEntries(this.minutes);
  }
}
