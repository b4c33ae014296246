import { describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import {
  type DaysOf,
  DAY_TABLES,
  nothingAfter,
  type PartOfDay,
  type PaymentSumsRepository,
} from '../payments/index.js';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import { DaySums } from './day-sums.js';

const PART = 3;
const ACCOUNT = { partnerId: 100, accountId: 1 };
const reading = {
  read: (_: string, work: (reader: EntityManager) => Promise<unknown>) => work({} as EntityManager),
} as TransactionRunner;

/** Of each table the days of its movements 1, 2, 3 …, each of 10 won. */
type Days = Partial<Record<DaysOf['of'], readonly string[]>>;

/** Sums three movements at once. */
function sumsOf(days: Days): { sums: DaySums; reads: () => number } {
  let reads = 0;
  const sumParts = ({ of, from, to }: DaysOf, after: number) => {
    reads++;
    const rows = (days[of] ?? [])
      .map((day, place) => ({ day, id: place + 1 }))
      .filter(({ day, id }) => (day === from ? id > after : day > from && day <= to))
      .slice(0, PART);
    const byDay = [...Map.groupBy(rows, ({ day }) => day)];
    const parts: PartOfDay[] = byDay.map(([day, ofDay], place) => ({
      day,
      after: day === from ? after : 0,
      upTo: rows.length === PART && place === byDay.length - 1 ? (ofDay.at(-1)?.id ?? 0) : null,
      count: ofDay.length,
      amount: 10 * ofDay.length,
    }));
    const isEnded = after === 0 || parts[0]?.day === from;
    return { parts: isEnded ? parts : [nothingAfter(from, after), ...parts], looked: rows.length };
  };
  const payments = {
    sumParts: (_: EntityManager, daysOf: DaysOf, after: number) => Promise.resolve(sumParts(daysOf, after)),
  } as PaymentSumsRepository;
  return { sums: new DaySums(reading, payments), reads: () => reads };
}

const [MON, TUE, WED, THU] = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'] as const;
const WEEK = { from: MON, to: THU };

describe('the sums of several days', () => {
  it('have all tables of each day that has anything, and nothing of others', async () => {
    const { sums } = sumsOf({ payments: [MON, WED], payment_cancels: [WED] });
    const { parts, through } = await sums.sum(ACCOUNT, WEEK);
    expect(through).toBe(THU);
    expect(parts.map(({ of, day, count }) => [of, day, count])).toEqual(
      expect.arrayContaining([
        ['payments', MON, 1],
        ['payment_cancels', MON, 0],
        ['payments', WED, 1],
        ['payment_cancels', WED, 1],
      ]),
    );
    expect(parts).toHaveLength(2 * DAY_TABLES.length);
  });

  it.each([
    ['ends in the middle of a day', [MON, TUE, TUE, TUE, WED]],
    ['ends with a day', [MON, MON, MON, TUE]],
    ['ends with the last of all', [MON, THU, THU]],
    ['are several of one day', [MON, MON, MON, MON, MON, MON, MON]],
  ])('follow each other without a gap where a part %s', async (_, payments) => {
    const { parts } = await sumsOf({ payments }).sums.sum(ACCOUNT, WEEK);
    for (const [day, ofDay] of Map.groupBy(
      parts.filter(({ of }) => of === 'payments'),
      (part) => part.day,
    )) {
      expect(ofDay.map(({ after }) => after)).toEqual([0, ...ofDay.slice(0, -1).map(({ upTo }) => upTo)]);
      expect(ofDay.at(-1)?.upTo).toBeNull();
      expect(ofDay.reduce((sum, { count }) => sum + count, 0)).toBe(payments.filter((it) => it === day).length);
    }
  });

  it('are of whole days only where they end early', async () => {
    const payments = [MON, TUE, TUE, TUE, TUE, WED, WED];
    const { sums, reads } = sumsOf({ payments, payment_cancels: [MON, WED] });
    const { parts, through, looked } = await sums.sum(ACCOUNT, WEEK, 3);
    expect([through, looked, reads()]).toEqual([MON, 3 + 1, DAY_TABLES.length]);
    expect(parts.every(({ day }) => day === MON)).toBe(true);
  });

  it('are of the first day at least, whatever it has', async () => {
    const payments = [MON, MON, MON, MON, MON, MON, MON, TUE, TUE, TUE];
    const { parts, through } = await sumsOf({ payments }).sums.sum(ACCOUNT, WEEK, 1);
    expect(through).toBe(MON);
    expect(parts.filter(({ of }) => of === 'payments').map(({ count }) => count)).toEqual([3, 3, 1]);
  });
});
