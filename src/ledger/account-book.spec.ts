import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccountBook, Overdrawn } from './account-book.js';
import { LEG } from './entry.entity.js';
import { JournalBuilder, UnbalancedJournal } from './journal.js';

const main = { id: 1, carriesBalance: true };
const savings = { id: 2, carriesBalance: true };
const partner = { id: 9, carriesBalance: false };
const bookWith = (balance: number, held = 0) =>
  new AccountBook([
    { id: 1, balance, held, lastSeq: 5, isClosed: 0, isFrozen: 0 },
    { id: 2, balance: 0, held: 0, lastSeq: 0, isClosed: 0, isFrozen: 0 },
  ]);
const payment = (amount: number) => new JournalBuilder().move(amount, LEG.from, main, partner).build();

describe('a journal', () => {
  it('is refused unless it sums to zero', () => {
    const lopsided = new JournalBuilder().line(LEG.from, main, -100).line(LEG.to, partner, 99);
    expect(() => lopsided.build()).toThrow(UnbalancedJournal);
    expect(() => new JournalBuilder().build()).toThrow(UnbalancedJournal);
  });

  it.each([0, 0.5, NaN, Infinity, 2 ** 53])('has no line of %d won', (amount) => {
    expect(() => new JournalBuilder().line(LEG.from, main, amount)).toThrow(UnbalancedJournal);
  });

  it('sums to zero beyond what doubles can add exactly', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const builder = new JournalBuilder().line(LEG.from, main, max).line(LEG.to, savings, max);
    expect(() => builder.line(LEG.topUpFrom, main, -max).build()).toThrow(UnbalancedJournal);
    expect(builder.line(LEG.topUpTo, savings, -max).build().lines).toHaveLength(4);
  });
});

describe('an account book', () => {
  it('chains the entries of a locked account and leaves a partner to be summed', () => {
    const book = bookWith(1_000);
    const entries = [...book.post(payment(400)), ...book.post(payment(600))];
    expect(entries.map(({ accountId, amount, seq, balanceAfter }) => [accountId, amount, seq, balanceAfter])).toEqual([
      [1, -400, 6, 600],
      [9, 400, null, null],
      [1, -600, 7, 0],
      [9, 600, null, null],
    ]);
    expect(book.changed).toEqual([{ id: 1, balance: 0, held: 0, lastSeq: 7, isClosed: 0, isFrozen: 0 }]);
  });

  it('does not let anybody use what is held', () => {
    const book = bookWith(1_000);
    book.hold(1, 700);
    expect(book.available(1)).toBe(300);
    expect(() => book.post(payment(301))).toThrow(Overdrawn);
  });

  it('does not hold more than there is, nor release more than is held', () => {
    expect(() => bookWith(100).hold(1, 101)).toThrow(Overdrawn);
    expect(() => bookWith(100, 40).release(1, 41)).toThrow(Overdrawn);
  });

  it('refuses an account that is not locked', () => {
    expect(() => bookWith(1).available(3)).toThrow('not locked');
  });

  it('never creates or loses a won, whatever is tried', () => {
    const step = fc.record({ amount: fc.integer({ min: 1, max: 500 }), back: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(step, { maxLength: 40 }), (balance, steps) => {
        const book = bookWith(balance);
        const entries = steps.flatMap(({ amount, back }) => {
          const [from, to] = back ? [savings, main] : [main, savings];
          if (book.available(from.id) < amount) return [];
          return book.post(new JournalBuilder().move(amount, LEG.from, from, to).build());
        });
        expect(book.available(1) + book.available(2)).toBe(balance);
        expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(0);
        expect(entries.every((entry) => (entry.balanceAfter ?? -1) >= 0)).toBe(true);
      }),
    );
  });
});
