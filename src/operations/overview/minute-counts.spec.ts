import { expect, it } from '@jest/globals';
import { minuteOf, MinuteCounts } from './minute-counts.js';

const NOON = Date.UTC(2026, 10, 28, 3);
const noon = minuteOf(NOON);

it('what was added to the totals is counted in the minute in which it is seen', () => {
  const counts = new MinuteCounts();
  counts.take({ 'payments.approved': 2 }, NOON);
  counts.take({ 'payments.approved': 5, 'topUps.done': 1 }, NOON + 59_999);
  counts.take({ 'payments.approved': 5, 'topUps.done': 4 }, NOON + 60_000);
  expect(counts.byMinute).toEqual({
    [noon]: { 'payments.approved': 5, 'topUps.done': 1 },
    [noon + 1]: { 'topUps.done': 3 },
  });
});

it('an hour is remembered, and a quiet minute needs no room', () => {
  const counts = new MinuteCounts();
  for (let minute = 0; minute < 200; minute++) {
    counts.take({ 'payments.refused': minute + 1 }, NOON + minute * 60_000);
  }
  const minutes = Object.keys(counts.byMinute).map(Number);
  expect([minutes.length, Math.min(...minutes)]).toEqual([60, noon + 140]);
  counts.take({ 'payments.refused': 200 }, NOON + 258 * 60_000);
  expect(Object.keys(counts.byMinute)).toEqual([String(noon + 199)]);
  counts.take({ 'payments.refused': 200 }, NOON + 259 * 60_000);
  expect(counts.byMinute).toEqual({});
});
