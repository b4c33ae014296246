import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffsetClock, seoulCompact, seoulDate, seoulDateTime, seoulDayEnd } from './clock.js';

describe("Seoul's wall clock", () => {
  it.each([
    ['2025-02-25T15:55:56.000Z', '2025-02-26 00:55:56'],
    ['2025-02-25T14:59:59.999Z', '2025-02-25 23:59:59'],
    ['2025-02-25T15:00:00.000Z', '2025-02-26 00:00:00'],
    ['2024-02-28T15:00:00.000Z', '2024-02-29 00:00:00'],
    ['2023-02-28T15:00:00.000Z', '2023-03-01 00:00:00'],
    ['2024-02-29T15:00:00.000Z', '2024-03-01 00:00:00'],
    ['2025-12-31T15:00:00.000Z', '2026-01-01 00:00:00'],
    ['2025-07-01T03:04:05.000Z', '2025-07-01 12:04:05'],
  ])('%s is %s', (utc, seoul) => {
    expect(seoulDateTime(new Date(utc))).toBe(seoul);
    expect(seoulDate(new Date(utc))).toBe(seoul.slice(0, 10));
    expect(seoulCompact(new Date(utc))).toBe(seoul.replace(/\D/g, ''));
  });

  it('ends a business day at midnight', () => {
    expect(seoulDayEnd('2024-02-29')).toEqual(new Date('2024-02-29T15:00:00.000Z'));
    expect(seoulDate(seoulDayEnd('2025-12-31'))).toBe('2026-01-01');
  });

  it('agrees with the time zone database', () => {
    const options = { timeZone: 'Asia/Seoul', dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' } as const;
    const reference = new Intl.DateTimeFormat('sv-SE', options);
    for (let day = 0; day < 4000; day += 7) {
      const date = new Date(Date.UTC(2020, 0, 1 + day, 14, 59, 59) + day * 1000);
      expect(seoulDateTime(date)).toBe(reference.format(date));
    }
  });
});

describe('a clock with an offset', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'offset');
  afterAll(() => rmSync(folder, { recursive: true }));

  const offsetOf = (clock: OffsetClock) => Math.round((clock.now().getTime() - Date.now()) / 1000) + 0; // never -0

  it('follows the file while it runs', () => {
    const clock = new OffsetClock(file);
    expect(offsetOf(clock)).toBe(0);
    writeFileSync(file, '3600000\n');
    expect(offsetOf(clock)).toBe(3600);
    writeFileSync(file, '');
    expect(offsetOf(clock)).toBe(0);
  });
});
