import type { InjectedFault, Operation } from '../history.js';
import { isMoney, isSuccess } from '../history.js';

/**
 * The longest time, from the fault's begin on, in which nothing happened: up to the first thing after it. `times` are
 * ascending. Null where nothing ever happened again.
 */
export function longestSilence(times: readonly number[], { startedMs, endedMs }: InjectedFault): number | null {
  let longest = 0;
  let since = startedMs;
  for (const time of times) {
    if (time < startedMs) continue;
    longest = Math.max(longest, time - since);
    if (time > endedMs) return longest;
    since = time;
  }
  return null;
}

/** When movements were acknowledged by an instance. */
export function acknowledgedMs(operations: readonly Operation[], instance: number): number[] {
  const acknowledged = operations.filter((it) => isMoney(it) && it.instance === instance && isSuccess(it));
  return acknowledged.map(({ endedMs }) => endedMs).sort((a, b) => a - b);
}
