import { describe, expect, it } from '@jest/globals';
import { longestSilence } from './silences.js';

const fault = { kind: 'primaryKilled', startedMs: 1_000, endedMs: 5_000, note: '' };

describe('for how long nothing happened after a fault', () => {
  it.each([
    ['from its begin to the first thing after it', [900, 4_000, 4_100, 5_100], 3_000],
    ['the longest of several, which may come late', [1_100, 1_200, 4_000, 5_100], 2_800],
    ['even where it lasts beyond the fault', [1_100, 9_000], 7_900],
    ['nothing of what was silent before', [100, 1_010, 3_000, 5_010], 2_010],
  ])('counts %s', (_what, times, silence) => {
    expect(longestSilence(times, fault)).toBe(silence);
  });

  it('knows no end of it where nothing ever happened again', () => {
    expect(longestSilence([100, 1_100], fault)).toBeNull();
  });
});
