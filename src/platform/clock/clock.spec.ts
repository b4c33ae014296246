import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seoulCompact, seoulDate, seoulDateTime, seoulDayEnd, seoulMidnight } from './clock.js';
import { SandboxClock } from './sandbox-clock.js';

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

  it('agrees with the time zone database', () => {
    const options = { timeZone: 'Asia/Seoul', dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' } as const;
    const reference = new Intl.DateTimeFormat('sv-SE', options);
    for (let day = 0; day < 4000; day += 7) {
      const date = new Date(Date.UTC(2020, 0, 1 + day, 14, 59, 59) + day * 1000);
      expect(seoulDateTime(date)).toBe(reference.format(date));
    }
  });
});

describe('a day in Seoul', () => {
  it.each(['2024-02-29', '2025-02-26', '2025-12-31'])('%s has all moments from its midnight to its end', (day) => {
    const [first, end] = [seoulMidnight(day), seoulDayEnd(day).getTime()];
    expect(seoulDateTime(first)).toBe(`${day} 00:00:00`);
    expect([
      seoulDate(new Date(first.getTime() - 1)) < day,
      seoulDate(new Date(end - 1)),
      seoulDate(new Date(end)) > day,
    ]).toEqual([true, day, true]);
  });
});

describe('a clock with an offset', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'offset');
  afterAll(() => rmSync(folder, { recursive: true }));

  const offsetOf = (clock: SandboxClock) => Math.round((clock.now().getTime() - Date.now()) / 1000) + 0; // never -0

  it('follows the file while it runs', () => {
    const clock = new SandboxClock(file);
    expect(offsetOf(clock)).toBe(0);
    writeFileSync(file, '3600000\n');
    expect(offsetOf(clock)).toBe(3600);
    writeFileSync(file, '');
    expect(offsetOf(clock)).toBe(0);
  });

  it('adds what everybody follows to what the file says', () => {
    const clock = new SandboxClock(file);
    writeFileSync(file, '3600000');
    clock.offsetSeconds = -600;
    expect(offsetOf(clock)).toBe(3000);
    const alone = new SandboxClock(undefined);
    alone.offsetSeconds = 86_400;
    expect(offsetOf(alone)).toBe(86_400);
  });
});
