import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterPosting,
  dayNumber,
  dayOfNumber,
  type DueInterest,
  type InterestState,
  listInterest,
  nextInterest,
  PARTS_OF_A_WON,
} from './interest.js';

const RATES = [300, 500];
/** Of an account that begins on day 1. */
const DAYS = 60;

interface Change {
  readonly day: number;
  readonly amount: number;
}

/** Deposits and withdrawals in the order in which they were posted, as one chain that never goes below zero. */
const someChanges = fc
  .array(fc.record({ day: fc.integer({ min: 1, max: DAYS }), amount: fc.integer({ min: -9_999_999, max: 9_999_999 }) }))
  .map((wanted): Change[] => {
    let balance = 0;
    const changes: Change[] = [];
    for (const { day, amount } of [...wanted].sort((a, b) => a.day - b.day)) {
      const possible = Math.max(amount, -balance);
      if (possible === 0) continue;
      balance += possible;
      changes.push({ day, amount: possible });
    }
    return changes;
  });

const opened = (rateBasisPoints: number, changes: readonly Change[]): InterestState => ({
  rateBasisPoints,
  through: 0,
  rest: 0,
  balance: 0,
  settledSeq: 0,
  entries: changes.map((change, index) => ({ ...change, seq: 1 + index })),
});

/** Day by day, as on paper: what is there at the end of each, and what interest was posted before it. */
function onPaper(rateBasisPoints: number, changes: readonly Change[], upTo: number): [day: number, amount: number][] {
  const postings: [number, number][] = [];
  let [balance, parts] = [0n, 0n];
  for (let day = 1; day <= upTo; day++) {
    for (const change of changes) if (change.day === day) balance += BigInt(change.amount);
    parts += balance * BigInt(rateBasisPoints);
    const won = parts / BigInt(PARTS_OF_A_WON);
    if (won === 0n) continue;
    parts -= won * BigInt(PARTS_OF_A_WON);
    postings.push([day, Number(won)]);
    balance += won;
  }
  return postings;
}

const shown = (due: readonly DueInterest[]) => due.map(({ day, amount }) => [day, amount]);

describe('interest', () => {
  it('is, day by day, what it would be on paper', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RATES), someChanges, (rate, changes) => {
        const due = listInterest(opened(rate, changes), DAYS, Infinity);
        expect(shown(due)).toEqual(onPaper(rate, changes, DAYS));
      }),
    );
  });

  it('sums to the exact interest, rounded down, and the rest is what is missing to it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RATES), fc.nat(10 ** 12), fc.integer({ min: 1, max: 800 }), (rate, won, days) => {
        let exact = 0n;
        let balance = BigInt(won);
        const due = listInterest(opened(rate, [{ day: 1, amount: won || 1 }]), days, Infinity);
        if (won === 0) balance = 1n;
        const byDay = new Map(due.map(({ day, amount }) => [day, amount]));
        for (let day = 1; day <= days; day++) {
          exact += balance * BigInt(rate);
          balance += BigInt(byDay.get(day) ?? 0);
        }
        const posted = due.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
        expect(posted).toBe(exact / BigInt(PARTS_OF_A_WON));
        const last = due.at(-1);
        if (last?.day === days) expect(BigInt(last.rest)).toBe(exact % BigInt(PARTS_OF_A_WON));
      }),
    );
  });

  it('is the same however often, and however late, it is posted', () => {
    const looks = fc.array(fc.integer({ min: 1, max: DAYS }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...RATES), someChanges, looks, (rate, changes, days) => {
        const world = new Posted(rate, changes);
        // On the morning after each of these days, with the entries that are there by then.
        for (const day of [...days, DAYS].sort((a, b) => a - b)) world.postOn(day + 1);
        expect(shown(world.postings)).toEqual(onPaper(rate, changes, DAYS));
      }),
    );
  });

  it('never comes from less than nothing, in whatever order clocks have dated the entries', () => {
    const anyOrder = fc.array(fc.tuple(fc.integer({ min: 1, max: DAYS }), fc.nat(999_999)));
    fc.assert(
      fc.property(anyOrder, (pairs) => {
        const changes = pairs.flatMap(([day, amount]) => [
          { day, amount: amount + 1 },
          { day: DAYS - day + 1, amount: -amount - 1 },
        ]);
        for (const { amount, rest } of listInterest(opened(500, changes), 2 * DAYS, Infinity)) {
          expect(amount).toBeGreaterThan(0);
          expect(rest).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('of the largest amounts is exact', () => {
    const amount = Number.MAX_SAFE_INTEGER;
    const due = nextInterest(opened(500, [{ day: 1, amount }]), 1);
    expect(due?.amount).toBe(Number((BigInt(amount) * 500n) / BigInt(PARTS_OF_A_WON)));
  });

  it('of an account without money is found out at once, whatever the time', () => {
    expect(nextInterest(opened(500, []), 10 ** 9)).toBeNull();
  });

  it('is as much on the last day of February as on any other', () => {
    const from = dayNumber('2028-02-28');
    const state = { ...opened(500, []), balance: 7_300_000, through: from - 1 };
    const due = listInterest(state, from + 2, 3);
    expect(due.map(({ day, amount }) => [dayOfNumber(day), amount])).toEqual([
      ['2028-02-28', 1_000],
      ['2028-02-29', 1_000],
      ['2028-03-01', 1_000],
    ]);
  });
});

/** An account whose interest is posted now and then, as the database keeps it: all that counts is the chain. */
class Posted {
  readonly postings: DueInterest[] = [];
  private readonly chain: { amount: number; day: number | null }[] = [];
  private waiting: Change[];

  constructor(
    private readonly rate: number,
    changes: readonly Change[],
  ) {
    this.waiting = [...changes];
  }

  postOn(today: number): void {
    // Of the very day some are there already.
    const early = this.waiting.filter(({ day }, index) => day < today || (day === today && index % 2 === 0));
    this.waiting = this.waiting.filter((change) => !early.includes(change));
    this.chain.push(...early);
    let state = this.read();
    for (let due = nextInterest(state, today - 1); due; due = nextInterest(state, today - 1)) {
      this.postings.push(due);
      this.chain.push({ amount: due.amount, day: null });
      const [inGroup, read] = [afterPosting(state, due), this.read()];
      expect(nextInterest(read, today - 1)).toEqual(expectedOf(nextInterest(inGroup, today - 1), read));
      state = read;
    }
  }

  private read(): InterestState {
    const last = this.postings.at(-1);
    const settledSeq = last?.settledSeq ?? 0;
    const settled = this.chain.slice(0, settledSeq).reduce((sum, { amount }) => sum + amount, 0);
    return {
      rateBasisPoints: this.rate,
      through: last?.day ?? 0,
      rest: last?.rest ?? 0,
      balance: settled,
      settledSeq,
      entries: this.chain.map((entry, index) => ({ ...entry, seq: 1 + index })).slice(settledSeq),
    };
  }
}

/** A group doesn't know the places of what it posts: it may leave them to be read again. */
function expectedOf(due: DueInterest | null, read: InterestState): DueInterest | null {
  return due && { ...due, settledSeq: nextInterest(read, due.day)?.settledSeq ?? due.settledSeq };
}
