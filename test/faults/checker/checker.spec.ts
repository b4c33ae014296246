import { describe, expect, it } from '@jest/globals';
import { check } from './check.js';
import {
  answered,
  charge,
  charged,
  chargeDetail,
  MAIN,
  paid,
  PARTNER,
  payment,
  paymentDetail,
  readEntries,
  refusedCharge,
  Story,
  userDetail,
} from './story.js';

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const at = <T>(rows: T[], index: number): T => rows[index] as T;
const readUser = { kind: 'read', what: 'user', id: 1, path: '/users/1' } as const;

const ANSWERS: readonly Twist[] = [
  ['an acknowledged payment that is gone', 'acknowledged means durable', (s) => s.undo(2)],
  [
    'an acknowledged payment of another amount',
    'acknowledged means durable',
    (s) => (at(s.state.movements, 1).amount = 1),
  ],
  [
    'a payment that was refused and made',
    'refused means no effect',
    (s) => s.retell(payment, answered(503, 'TemporarilyUnavailable')),
  ],
  ['a payment that nobody asked for', 'only what was asked for', (s) => (at(s.state.movements, 1).key = 'k-other')],
  [
    'a failed movement that nobody was refused',
    'refused means no effect',
    (s) => s.retell(refusedCharge, answered(422, 'IdempotencyKeyReused')),
  ],
  ['a key that moved money twice', 'once', (s) => s.state.movements.push({ ...at(s.state.movements, 0), id: 4 })],
  ['an order that is paid twice', 'once', payTwice],
  [
    'a key that was answered with Success twice',
    'once',
    (s) => s.tell(charge, answered(200, 'Success', chargeDetail, '/transactions/1')),
  ],
  [
    'another answer to the repetition',
    'the same answer ever after',
    (s) => s.tell(payment, answered(409, 'AlreadyComplete', { ...paymentDetail, totalPayAmount: 1 }, '/payments/2')),
  ],
  [
    'another place for the repetition',
    'the same answer ever after',
    (s) => s.tell(payment, answered(409, 'AlreadyComplete', paymentDetail, '/payments/9')),
  ],
  [
    'a 409 for what was never done',
    '409 means that it exists',
    (s) => s.tell(refusedCharge, answered(409, 'AlreadyComplete', { transactionId: 3 })),
  ],
  [
    'a 409 for what is not under way',
    '409 means that it exists',
    (s) => s.tell(refusedCharge, answered(409, 'AlreadyOnGoing')),
  ],
  [
    'a 409 for what was over long ago',
    '409 means that it exists',
    (s) => s.tell(charge, answered(409, 'AlreadyOnGoing')),
  ],
  [
    'a 422 for a payload that never changed',
    'one key, one payload',
    (s) => s.tell(charge, answered(422, 'IdempotencyKeyReused')),
  ],
  [
    'a 409 for another payload',
    'one key, one payload',
    (s) => s.tell({ ...charge, amount: 1 }, answered(409, 'AlreadyComplete', chargeDetail, '/transactions/1')),
  ],
  [
    'a key that is free again after its payment',
    'a duplicate is 409 for ever',
    (s) => s.tell(payment, answered(422, 'DailyLimitExceeded'), { final: true }),
  ],
  ['an answer that is a defect', 'no defects', (s) => s.tell({ ...charge, key: 'k-new' }, answered(500, 'Fail'))],
  [
    'a limit that was not reached',
    'the limit holds',
    (s) =>
      s.tell(
        { ...charge, key: 'k-new' },
        answered(422, 'DailyLimitExceeded', {
          dailyLimit: 3_000_000,
          usedToday: 10_000,
          remainingToday: 2_990_000,
          requested: 10_000,
        }),
      ),
  ],
  [
    'a limit that somebody else used',
    'the limit holds',
    (s) =>
      s.tell(
        { ...charge, key: 'k-new' },
        answered(422, 'DailyLimitExceeded', {
          dailyLimit: 3_000_000,
          usedToday: 2_999_000,
          remainingToday: 1_000,
          requested: 10_000,
        }),
      ),
  ],
  [
    'a user who is signed up after a refusal',
    'refused means no effect',
    (s) => s.retell(at(s.history.operations, 0).intent, answered(503, 'TemporarilyUnavailable')),
  ],
  [
    'an e-mail that is taken by nobody',
    '409 means that it exists',
    (s) => s.tell({ kind: 'signUp', email: 'c@d', accountNumber: '1' }, answered(409, 'AlreadyRegistered')),
  ],
  ['a savings account that is gone', 'acknowledged means durable', (s) => s.state.accounts.pop()],
  [
    'a cancel that was not possible',
    'refusals are true',
    (s) =>
      s.tell(
        { kind: 'money', route: 'cancels', userId: 1, amount: 0, key: 'k-c', partnerId: 100, paymentId: 2 },
        answered(409, 'AlreadyCanceled'),
      ),
  ],
];

const WAITING: readonly Twist[] = [
  [
    'an answer that does not come',
    'nobody waits for ever',
    (s) => s.tell({ ...charge, key: 'k-new' }, { kind: 'silent', why: 'time-out' }, { startedMs: 0, endedMs: 8_000 }),
  ],
];

const READS: readonly Twist[] = [
  ['a negative balance', 'no negative balance', (s) => s.tell(readUser, answered(200, 'Success', userDetail(-1)))],
  ['a balance that never was', 'reads are true', (s) => s.tell(readUser, answered(200, 'Success', userDetail(6_001)))],
  [
    'a balance from before the acknowledged payment',
    'reads are fresh',
    (s) => s.tell(readUser, answered(200, 'Success', userDetail(10_000))),
  ],
  [
    'a limit that is overdrawn',
    'the limit holds',
    (s) => s.tell(readUser, answered(200, 'Success', userDetail(6_000, 3_000_001))),
  ],
  [
    'a list without the acknowledged payment',
    'reads are fresh',
    (s) => s.tell(readEntries, answered(200, 'Success', { items: [charged], nextCursor: null })),
  ],
  [
    'a list with a gap',
    'reads are true',
    (s) => s.tell(readEntries, answered(200, 'Success', { items: [paid], nextCursor: null })),
  ],
  [
    'an entry that never was',
    'reads are true',
    (s) => s.tell(readEntries, answered(200, 'Success', { items: [{ ...paid, transactionId: 9 }], nextCursor: 'x' })),
  ],
  [
    'a payment that went back to pending',
    'reads are fresh',
    (s) =>
      s.tell(
        { kind: 'read', what: 'payment', path: '/payments/2' },
        answered(200, 'Success', { paymentId: 2, status: 'PENDING' }),
      ),
  ],
  [
    'a payment shown as failed',
    'reads are true',
    (s) =>
      s.tell(
        { kind: 'read', what: 'payment', path: '/payments/2' },
        answered(200, 'Success', { paymentId: 2, status: 'FAILED' }),
      ),
  ],
  [
    'a key without its payment',
    'reads are fresh',
    (s) =>
      s.tell(
        { kind: 'read', what: 'byKey', path: '/payments?', asked: payment },
        answered(200, 'Success', { items: [] }),
      ),
  ],
  [
    'a known account that is not found',
    'acknowledged means durable',
    (s) => s.tell(readEntries, answered(404, 'AccountNotFound')),
  ],
];

const BOOKS: readonly Twist[] = [
  ['a gap in the chain of an account', 'balances chain', (s) => (at(s.state.entries, 2).seq = 3)],
  ['a balance beside its entries', 'balances chain', (s) => (at(s.state.accounts, 2).balance = 7_000)],
  ['a hold that is left', 'nothing stays open', (s) => (at(s.state.accounts, 2).held = 1)],
  ['half a journal', 'balanced', (s) => s.state.entries.pop()],
  [
    'entries of a failed movement',
    'balanced',
    (s) =>
      s.state.entries.push({ movementId: 3, leg: 0, accountId: PARTNER, amount: 1, seq: null, balanceAfter: null }),
  ],
  ['a failed movement that keeps its key', 'once', (s) => (at(s.state.movements, 2).keyLive = 1)],
  ['more given back than was paid', 'balanced', (s) => (at(s.state.payments, 0).canceledAmount = 5_000)],
  [
    'money that the bank took for nobody',
    'the bank agrees',
    (s) => s.state.takings.push({ ...at(s.state.takings, 0), bankTranId: 'M202600001U000000009' }),
  ],
  ['money that the bank never took', 'the bank agrees', (s) => s.state.takings.pop()],
  [
    'money that the bank took after all',
    'the bank agrees',
    (s) => s.state.takings.push({ ...at(s.state.takings, 0), bankTranId: 'M202600001U000000003' }),
  ],
  ['more in a day than the limit', 'the limit holds', (s) => (at(s.state.takings, 0).amount = 3_000_001)],
];

function payTwice(story: Story): void {
  const again = { ...payment, key: 'k-again' };
  story.tell(again, answered(201, 'Success', { ...paymentDetail, paymentId: 4 }, '/payments/4'));
  story.state.movements.push({ ...at(story.state.movements, 1), id: 4, key: 'k-again' });
  story.state.payments.push({ ...at(story.state.payments, 0), movementId: 4 });
  story.state.entries.push({ movementId: 4, leg: 2, accountId: MAIN, amount: -4_000, seq: 3, balanceAfter: 2_000 });
}

describe('the checker', () => {
  it('has nothing to say about an honest history', () => {
    const { history, state } = new Story();
    expect(check(history, state)).toEqual([]);
  });

  it('believes both what was done and what was not, where nobody knows', () => {
    for (const outcome of [
      { kind: 'silent', why: 'time-out' } as const,
      answered(202, 'Processing', { paymentId: 2 }, '/payments/2'),
    ]) {
      const story = new Story();
      story.retell(payment, outcome);
      expect(check(story.history, story.state)).toEqual([]);
    }
    const overtaken = new Story();
    const justAnswered = at(overtaken.history.operations, 2).endedMs + 1;
    overtaken.tell(charge, answered(409, 'AlreadyOnGoing'), { startedMs: justAnswered, endedMs: justAnswered + 5 });
    expect(check(overtaken.history, overtaken.state)).toEqual([]);
    const story = new Story();
    story.tell({ ...charge, key: 'k-lost' }, { kind: 'silent', why: 'time-out' });
    expect(check(story.history, story.state)).toEqual([]);
  });

  it.each([...ANSWERS, ...WAITING, ...READS, ...BOOKS])('sees %s', (_what, rule, twist) => {
    const story = new Story();
    twist(story);
    expect(check(story.history, story.state).map((violation) => violation.rule)).toContain(rule);
  });
});
