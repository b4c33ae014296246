import { describe, expect, it } from '@jest/globals';
import type { AgreementIntent, MoneyIntent } from '../history.js';
import { check } from './check.js';
import { answered, payment, Story } from './story.js';

const DAY = '2026-11-22';
const LIST = '/users/1/agreements';
const FIRST = 1;
const SECOND = 2;

const agree: AgreementIntent = {
  kind: 'agreement',
  act: 'agree',
  userId: 1,
  key: 'k-agree',
  partnerId: 100,
  limitPerPayment: 4_500,
  limitPerDay: 5_000,
};
const again: AgreementIntent = { ...agree, key: 'k-again', limitPerDay: 6_000, expiresAt: `${DAY} 23:00:00` };
const end: AgreementIntent = { kind: 'agreement', act: 'end', userId: 1, key: 'k-end', agreementId: SECOND };
const more: MoneyIntent = { ...payment, amount: 1_500, key: 'k-more', order: 'order-2' };
const readList = { kind: 'read', what: 'agreements', id: 1, path: LIST } as const;

const at = (minute: number) => `${DAY} 12:0${minute}:00`;
const detailOf = (agreementId: number, { partnerId, limitPerPayment, limitPerDay, expiresAt }: AgreementIntent) => ({
  agreementId,
  partnerId,
  limitPerPayment,
  limitPerDay,
  agreedAt: at(agreementId),
  ...(expiresAt !== undefined && { expiresAt }),
});
const refused = (reason: string) => answered(403, 'AgreementRequired', { reason });

/** Before the payment a user agrees to it, later to more, and takes that back; in between a payment is too much. */
function agreed(): Story {
  const story = new Story();
  const { state, history } = story;
  story.tell(agree, answered(201, 'Success', detailOf(FIRST, agree), LIST), { startedMs: 1_900, endedMs: 1_950 });
  story.tell(more, refused('LIMIT_PER_DAY'));
  story.tell(again, answered(201, 'Success', detailOf(SECOND, again), LIST));
  story.tell(more, answered(201, 'Success', moreDetail, '/payments/4'));
  story.tell({ ...more, key: 'k-large', order: 'order-3', amount: 4_501 }, refused('LIMIT_PER_PAYMENT'));
  story.tell(end, answered(200, 'Success', { agreementId: SECOND, endedAt: at(3) }, LIST));
  story.tell(end, answered(409, 'AlreadyComplete', { agreementId: SECOND, endedAt: at(3) }, LIST));
  story.tell({ ...more, key: 'k-late', order: 'order-4' }, refused('ENDED'));
  const items = [
    { ...detailOf(SECOND, again), status: 'ENDED', endedAt: at(3), usedToday: 5_500 },
    { ...detailOf(FIRST, agree), status: 'ENDED', endedAt: at(2), usedToday: 0 },
  ];
  story.tell(readList, answered(200, 'Success', { items, nextCursor: null }), { final: true });
  const parties = { userId: 1, partnerId: 100, limitPerPayment: 4_500 };
  state.agreements.push(
    {
      ...parties,
      id: FIRST,
      isLatest: null,
      limitPerDay: 5_000,
      agreedAt: at(1),
      expiresAt: null,
      endedAt: at(2),
      usedOn: DAY,
      usedAmount: 4_000,
    },
    {
      ...parties,
      id: SECOND,
      isLatest: 1,
      limitPerDay: 6_000,
      agreedAt: at(2),
      expiresAt: `${DAY} 23:00:00`,
      endedAt: at(3),
      usedOn: DAY,
      usedAmount: 5_500,
    },
  );
  pay(story);
  history.operations.sort((a, b) => a.startedMs - b.startedMs);
  return story;
}

const moreDetail = {
  paymentId: 4,
  partnerPayKey: 'order-2',
  totalPayAmount: 1_500,
  paymentDateTime: `${DAY} 12:00:04`,
};

/** The second payment, and for what both count. */
function pay({ state }: Story): void {
  const first = find(state.payments, ({ movementId }) => movementId === 2);
  Object.assign(first, { agreementId: FIRST, agreementDay: DAY });
  state.payments.push({ ...first, movementId: 4, order: 'order-2', agreementId: SECOND });
  const movement = find(state.movements, ({ id }) => id === 2);
  state.movements.push({ ...movement, id: 4, amount: 1_500, key: 'k-more', completedAt: `${DAY} 12:00:04` });
  const [, , debit, credit] = state.entries;
  if (!debit || !credit) throw new Error('the story begins with a payment');
  state.entries.push(
    { ...debit, movementId: 4, amount: -1_500, seq: 3, balanceAfter: 4_500 },
    { ...credit, movementId: 4, amount: 1_500 },
  );
  Object.assign(
    find(state.accounts, ({ balance }) => balance === 6_000),
    { balance: 4_500, lastSeq: 3 },
  );
}

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const find = <T>(rows: readonly T[], is: (row: T) => boolean): T => rows.find(is) as T;
const rowOf = ({ state }: Story, wanted: number) => find(state.agreements, ({ id }) => id === wanted);
const paymentOf = ({ state }: Story, id: number) => find(state.payments, ({ movementId }) => movementId === id);
/** Right after the first agreement, and before anything else. */
const THEN = { startedMs: 2_000, endedMs: 2_100 };
const asked = { ...more, key: 'k-then', order: 'order-9' };
const shown = (story: Story, ...statuses: [second: string, first: string]) => {
  const items = [SECOND, FIRST].map((agreementId, place) => ({ agreementId, status: statuses[place], usedToday: 0 }));
  story.tell(readList, answered(200, 'Success', { items, nextCursor: null }));
};

const LIMITS: readonly Twist[] = [
  [
    'more in a day than was agreed to',
    'an agreement holds',
    (s) => {
      Object.assign(rowOf(s, SECOND), { limitPerDay: 5_499 });
      s.history.operations.splice(0, Infinity, ...s.history.operations.filter(({ intent }) => intent !== again));
    },
  ],
  ['a larger payment than was agreed to', 'an agreement holds', (s) => (rowOf(s, FIRST).limitPerPayment = 3_999)],
  [
    'a payment by nothing that was agreed to, where something was',
    'an agreement holds',
    (s) => Object.assign(paymentOf(s, 4), { agreementId: null, agreementDay: null }),
  ],
  ['a payment that counts for somebody else', 'an agreement holds', (s) => (paymentOf(s, 4).agreementId = 9)],
  ['a payment that counts for another day', 'an agreement holds', (s) => (paymentOf(s, 4).agreementDay = '2026-11-23')],
  ['a payment that was not counted', 'an agreement holds', (s) => (rowOf(s, SECOND).usedAmount = 4_000)],
  ['a cancel that gives something of a day back', 'an agreement holds', (s) => (rowOf(s, SECOND).usedAmount = 4_500)],
];

const ENDS: readonly Twist[] = [
  [
    'a payment by what was replaced before',
    'what was taken back is over',
    (s) => {
      Object.assign(paymentOf(s, 4), { agreementId: FIRST });
      const first = s.history.operations.findIndex(({ intent }) => intent === more);
      s.history.operations.splice(first, 1);
    },
  ],
  [
    'a payment after what it goes by was taken back',
    'what was taken back is over',
    (s) => {
      const ended = find(s.history.operations, ({ intent }) => intent === end);
      Object.assign(ended, { startedMs: 2_500, endedMs: 2_600 });
    },
  ],
  [
    'a payment after what it goes by was over',
    'what was taken back is over',
    (s) => (rowOf(s, SECOND).expiresAt = `${DAY} 12:00:04`),
  ],
];

const ROWS: readonly Twist[] = [
  ['two agreements at a time', 'one agreement at a time', (s) => (rowOf(s, FIRST).isLatest = 1)],
  ['an agreement that was replaced, and goes on', 'one agreement at a time', (s) => (rowOf(s, FIRST).endedAt = null)],
  [
    'an agreement that nobody wanted',
    'refused means no effect',
    (s) => s.state.agreements.unshift({ ...rowOf(s, FIRST), id: 0, limitPerDay: 1 }),
  ],
  [
    'an end that nobody wanted',
    'refused means no effect',
    (s) => {
      const { operations } = s.history;
      operations.splice(0, Infinity, ...operations.filter(({ intent }) => intent !== end));
    },
  ],
  ['an acknowledged agreement that is gone', 'acknowledged means durable', (s) => s.state.agreements.pop()],
  ['an acknowledged end that is forgotten', 'acknowledged means durable', (s) => (rowOf(s, SECOND).endedAt = null)],
];

const ANSWERS: readonly Twist[] = [
  ['a key that has agreed twice', 'once', (s) => s.tell(agree, answered(201, 'Success', detailOf(FIRST, agree), LIST))],
  [
    'another answer to the repetition',
    'the same answer ever after',
    (s) => s.tell(agree, answered(409, 'AlreadyComplete', { ...detailOf(FIRST, agree), limitPerDay: 1 }, LIST)),
  ],
  ['a key that is free again', 'a duplicate is 409 for ever', (s) => s.tell(end, answered(404, 'AgreementNotFound'))],
  [
    'an end that is a defect',
    'no defects',
    (s) => s.tell({ ...end, key: 'k-new' }, answered(404, 'AgreementNotFound')),
  ],
  [
    'a time that is not over',
    'no defects',
    (s) => s.tell({ ...again, key: 'k-n', expiresAt: `${TOMORROW} 09:00:00` }, invalid),
  ],
  [
    'a refusal where no agreement is needed',
    'refusals are true',
    (s) => s.tell({ ...asked, userId: 2 }, refused('NONE')),
  ],
  [
    'a limit of a day that was not reached',
    'refusals are true',
    (s) => s.tell({ ...asked, amount: 900 }, refused('LIMIT_PER_DAY'), THEN),
  ],
  ['a limit of a payment that it keeps', 'refusals are true', (s) => s.tell(asked, refused('LIMIT_PER_PAYMENT'), THEN)],
  ['an end of what goes on', 'refusals are true', (s) => s.tell(asked, refused('ENDED'), THEN)],
  ['a time that is over of what has none', 'refusals are true', (s) => s.tell(asked, refused('EXPIRED'), THEN)],
];
const TOMORROW = '2026-11-23';
const invalid = answered(400, 'InvalidRequest');

const READS: readonly Twist[] = [
  ['an agreement that is in force after its end', 'reads are fresh', (s) => shown(s, 'ACTIVE', 'ENDED')],
  ['an agreement that is over before its time', 'reads are true', (s) => shown(s, 'ENDED', 'EXPIRED')],
  [
    'an agreement that is missing',
    'reads are fresh',
    (s) => s.tell(readList, answered(200, 'Success', { items: [], nextCursor: null })),
  ],
  [
    'another amount that was taken today',
    'an agreement holds',
    (s) => {
      const items = [{ agreementId: SECOND, status: 'ENDED', usedToday: 1_500 }];
      s.tell(readList, answered(200, 'Success', { items, nextCursor: 'x' }), { final: true });
    },
  ],
];

const rulesOf = ({ history, state }: Story) => check(history, state).map(({ rule }) => rule);

describe('the checker of agreements', () => {
  it('has nothing to say about an honest history', () => {
    const { history, state } = agreed();
    expect(check(history, state)).toEqual([]);
  });

  it('takes a refusal for true by what may have been in force, or may have been taken', () => {
    const story = agreed();
    const during = { ...find(story.history.operations, ({ intent }) => intent === again) };
    const { startedMs, endedMs } = during;
    story.tell(asked, refused('ENDED'), { startedMs, endedMs });
    story.tell({ ...asked, key: 'k-2' }, refused('LIMIT_PER_DAY'), { startedMs, endedMs });
    const first = find(story.history.operations, ({ intent }) => intent === payment);
    story.tell({ ...asked, key: 'k-3' }, refused('LIMIT_PER_DAY'), {
      startedMs: first.startedMs,
      endedMs: first.endedMs,
    });
    expect(rulesOf(story)).toEqual([]);
  });

  it('believes both that an agreement was taken back, and that it was not, where nobody knows', () => {
    const silent = { kind: 'silent', why: 'time-out' } as const;
    const story = agreed();
    const { operations } = story.history;
    operations.splice(0, Infinity, ...operations.filter(({ intent }) => intent !== end && intent !== readList));
    const before = find(operations, ({ intent }) => 'key' in intent && intent.key === 'k-late');
    story.tell(end, silent, { startedMs: before.startedMs - 100, endedMs: before.startedMs - 50 });
    expect(rulesOf(story)).toEqual([]);
    story.tell({ ...end, key: 'k-end-2', agreementId: FIRST }, silent);
    expect(rulesOf(story)).toEqual([]);
  });

  it('takes no offence at a time that was over when it was asked for', () => {
    const story = agreed();
    story.tell({ ...again, key: 'k-n', expiresAt: `${DAY} 09:00:00` }, invalid);
    expect(rulesOf(story)).toEqual([]);
  });

  it('counts nothing of what failed', () => {
    const story = agreed();
    const { state } = story;
    state.payments.push({ ...paymentOf(story, 4), movementId: 5, order: 'order-5', orderLive: null });
    const failed = { ...find(state.movements, ({ id }) => id === 3), type: 'PAYMENT', counterAccountId: 2 } as const;
    state.movements.push({
      ...failed,
      id: 5,
      amount: 4_400,
      toppedUpAmount: 4_400,
      scope: 'partner:100:payments',
      key: 'k-5',
    });
    const withdrawal = { ...find(state.withdrawals, ({ movementId }) => movementId === 3), movementId: 5 };
    state.withdrawals.push({ ...withdrawal, amount: 4_400, bankTranId: 'M202600001U000000005' });
    const before = find(story.history.operations, ({ intent }) => intent === end).startedMs - 500;
    const times = { startedMs: before, endedMs: before + 10 };
    story.tell(
      { ...payment, key: 'k-5', amount: 4_400, order: 'order-5' },
      answered(422, 'NotEnoughAccountBalance'),
      times,
    );
    expect(rulesOf(story)).toEqual([]);
  });

  it.each([...LIMITS, ...ENDS, ...ROWS, ...ANSWERS, ...READS])('sees %s', (_what, rule, twist) => {
    const story = agreed();
    twist(story);
    expect(rulesOf(story)).toContain(rule);
  });
});
