import { describe, expect, it } from '@jest/globals';
import { check } from './check.js';
import {
  answered,
  charge,
  charged,
  chargeDetail,
  link,
  linkDetail,
  paid,
  PARTNER,
  payment,
  paymentDetail,
  payout,
  readEntries,
  refusedCharge,
  remove,
  Story,
  userDetail,
} from './story.js';

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const at = <T>(rows: T[], index: number): T => rows[index] as T;
const readUser = { kind: 'read', what: 'user', id: 1, path: '/users/1' } as const;

const ANSWERS: readonly Twist[] = [
  [
    'a key that is told to be under way right after its success',
    '409 means that it exists',
    (s) => {
      const startedMs = at(s.history.operations, 2).endedMs + 1;
      s.tell(charge, answered(409, 'AlreadyOnGoing'), { startedMs, endedMs: startedMs + 5 });
    },
  ],
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

const LINKS: readonly Twist[] = [
  ['a user with two defaults', 'one default', (s) => (at(s.state.links, 0).isDefault = 1)],
  ['a user without a default', 'one default', (s) => (at(s.state.links, 1).isDefault = null)],
  ['a default that was removed', 'one default', (s) => (at(s.state.links, 1).isLive = null)],
  ['an acknowledged link that is gone', 'acknowledged means durable', (s) => s.state.links.splice(2, 1)],
  ['a removed link that is live', 'acknowledged means durable', (s) => (at(s.state.links, 2).isLive = 1)],
  ['a link of nobody’s wish', 'refused means no effect', (s) => s.state.links.push({ ...at(s.state.links, 2), id: 4 })],
  [
    'another answer to the repetition of a link',
    'the same answer ever after',
    (s) =>
      s.tell(link, answered(409, 'AlreadyComplete', { ...linkDetail, isDefault: true }, '/users/1/linked-accounts')),
  ],
  [
    'a key of a link that is free again',
    'a duplicate is 409 for ever',
    (s) => s.tell(remove, answered(404, 'AccountNotFound')),
  ],
  ['a link that is a defect', 'no defects', (s) => s.tell({ ...link, key: 'k-new' }, answered(500, 'Fail'))],
  [
    'two accounts that give a user more than the limit',
    'the limit holds',
    (s) => {
      const [other, amount] = [{ bankTranId: 'M202600001U000000008', fintechUseNum: '081OTHER' }, 2_999_999];
      s.state.withdrawals.push({ ...at(s.state.withdrawals, 0), ...other, amount });
      s.state.takings.push({ ...at(s.state.takings, 0), ...other, amount });
    },
  ],
  [
    'a list of links with two defaults',
    'reads are true',
    (s) => {
      const items = [2, 3].map((linkedAccountId) => ({ linkedAccountId, isDefault: true }));
      const read = { kind: 'read', what: 'location', path: '/users/1/linked-accounts' } as const;
      s.tell(read, answered(200, 'Success', { items }));
    },
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
    (s) => s.state.entries.push({ ...at(s.state.entries, 0), movementId: 3, accountId: PARTNER, amount: 1 }),
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
  ['a payout that the bank never paid', 'the bank agrees', (s) => (s.payOut(), s.state.paid.pop())],
  [
    'a payout that was given back although the bank paid it',
    'the bank agrees',
    (s) => {
      s.payOut();
      at(s.state.payouts, 0).status = 'REFUSED';
      Object.assign(at(s.state.movements, 3), { status: 'FAILED', keyLive: null });
    },
  ],
  [
    'a payout of another amount than the bank paid',
    'the bank agrees',
    (s) => (s.payOut(), (at(s.state.paid, 0).amount = 6_001)),
  ],
  [
    'a payout to another account',
    'the bank agrees',
    (s) => (s.payOut(), (at(s.state.paid, 0).fintechUseNum = '081OTHER')),
  ],
  [
    'money that the bank paid for nobody',
    'the bank agrees',
    (s) => (s.payOut(), s.state.paid.push({ ...at(s.state.paid, 0), bankTranId: 'M202600001U000000009' })),
  ],
  ['a payout without its order', 'balanced', (s) => (s.payOut(), s.state.payouts.pop())],
  ['a payout whose money nobody has', 'balanced', (s) => (s.payOut(), s.state.entries.pop())],
  [
    'a payout that was refused for a linked account that is there',
    'refusals are true',
    (s) => s.tell({ ...payout, key: 'k-other', linkId: 2 }, answered(404, 'AccountNotFound')),
  ],
  ['more in a day than the limit', 'the limit holds', (s) => (at(s.state.takings, 0).amount = 3_000_001)],
];

function payTwice(story: Story): void {
  const again = { ...payment, key: 'k-again' };
  story.tell(again, answered(201, 'Success', { ...paymentDetail, paymentId: 4 }, '/payments/4'));
  story.state.movements.push({ ...at(story.state.movements, 1), id: 4, key: 'k-again' });
  story.state.payments.push({ ...at(story.state.payments, 0), movementId: 4 });
  story.state.entries.push({ ...at(story.state.entries, 2), movementId: 4, seq: 3, balanceAfter: 2_000 });
}

describe('the checker', () => {
  it('has nothing to say about an honest history', () => {
    const { history, state } = new Story();
    expect(check(history, state)).toEqual([]);
  });

  it('nor about an honest payout', () => {
    const story = new Story();
    story.payOut();
    expect(check(story.history, story.state)).toEqual([]);
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
    const story = new Story();
    story.tell({ ...charge, key: 'k-lost' }, { kind: 'silent', why: 'time-out' });
    expect(check(story.history, story.state)).toEqual([]);
  });

  it("takes a refusal by the bank's limit with what is left or without, but not with what is wrong", () => {
    const limit = { dailyLimit: 3_000_000, usedToday: 10_000, remainingToday: 2_990_000, requested: 500 };
    const rulesBroken = (detail: object, failureCode: string) => {
      const story = new Story();
      Object.assign(at(story.state.movements, 2), { failureCode });
      story.retell(refusedCharge, answered(422, 'DailyLimitExceeded', { ...detail }));
      return check(story.history, story.state).map(({ rule }) => rule);
    };
    expect(rulesBroken(limit, 'BANK_LIMIT')).toEqual([]);
    expect(rulesBroken({}, 'BANK_LIMIT')).toEqual([]);
    expect(rulesBroken({ ...limit, remainingToday: 1 }, 'BANK_LIMIT')).toEqual(['the limit holds']);
    expect(rulesBroken({ requested: 500 }, 'BANK_LIMIT')).toEqual(['the limit holds']);
    expect(rulesBroken({}, 'BALANCE_SHORT')).toEqual(['the limit holds']);
  });

  it('takes no offence at a key that is told to come again when all is over: it does', () => {
    const story = new Story();
    story.tell(payment, answered(503, 'TemporarilyUnavailable'), { final: true });
    expect(check(story.history, story.state)).toEqual([]);
  });

  it.each([...ANSWERS, ...WAITING, ...READS, ...LINKS, ...BOOKS])('sees %s', (_what, rule, twist) => {
    const story = new Story();
    twist(story);
    expect(check(story.history, story.state).map((violation) => violation.rule)).toContain(rule);
  });
});
