import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('1994-11-06T08:49:37Z');
const after = (wanted?: string | string[], date?: string) =>
  retryAfterMs({ ...(wanted !== undefined && { 'retry-after': wanted }), ...(date && { date }) }, NOW_MS);

describe('Retry-After', () => {
  it('is a number of seconds', () => {
    expect(['0', '1', ' 120 '].map((wanted) => after(wanted))).toEqual([0, 1_000, 120_000]);
  });

  it.each(['Sun, 06 Nov 1994 08:50:37 GMT', 'Sunday, 06-Nov-94 08:50:37 GMT', 'Sun Nov  6 08:50:37 1994'])(
    'is a date, %s',
    (wanted) => expect(after(wanted)).toBe(60_000),
  );

  it('counts from the date of the answer that it stands in', () => {
    const [wanted, date] = ['Fri, 27 Nov 2026 10:00:30 GMT', 'Fri, 27 Nov 2026 10:00:00 GMT'];
    expect(after(wanted, date)).toBe(30_000);
    expect(after(wanted, 'whenever')).toBe(DAY_MS);
  });

  it('is a day at most, and nothing when it is over', () => {
    const wanted = ['86401', '999999999999999', 'Tue, 08 Nov 1994 08:49:37 GMT', 'Sat, 05 Nov 1994 08:49:37 GMT'];
    expect(wanted.map((it) => after(it))).toEqual([DAY_MS, DAY_MS, DAY_MS, 0]);
  });

  it.each([undefined, '', '-5', '1.5', '1e3', 'soon', '1994-11-06', 'Sun, 99 Nov 1994 99:99:99 GMT'])(
    'is nothing when it is %j',
    (wanted) => expect(after(wanted)).toBe(0),
  );

  it('is nothing when it is there twice', () => expect(after(['5', '10'])).toBe(0));
});
