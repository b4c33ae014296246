import { describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../../src/webhooks/signature.js';
import {
  ask,
  authorized,
  authorizedDetail,
  capture,
  CAPTURE,
  captureDetail,
  CAPTURED,
  endOf,
  readOf,
  SHOWN,
  TOLD,
  userShown,
  VOID,
  VOIDED,
  voiding,
  voidPayment,
  WAITING,
  wasCaptured,
} from './authorization-story.js';
import { check } from './check.js';
import { answered, MAIN, readEntries, type Story, userDetail } from './story.js';

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const find = <T>(rows: readonly T[], is: (row: T) => boolean): T => rows.find(is) as T;
const main = ({ state }: Story) => find(state.accounts, ({ id }) => id === MAIN);
const movementOf = ({ state }: Story, id: number) => find(state.movements, (movement) => movement.id === id);
const rowOf = ({ state }: Story, id: number) => find(state.authorizations, ({ movementId }) => movementId === id);
const endBy = ({ state }: Story, id: number) => find(state.authorizationEnds, ({ movementId }) => movementId === id);
const paymentOf = ({ state }: Story, id: number) => find(state.payments, ({ movementId }) => movementId === id);
const shownAs = (story: Story, place: 0 | 1 | 2, changes: object) => {
  const shown = { ...SHOWN[place], ...changes } as (typeof SHOWN)[number];
  story.tell(readOf(shown.paymentId), answered(200, 'Success', shown));
};
const SILENT = { kind: 'silent', why: 'time-out' } as const;
const onWaiting = { ...capture, key: 'k-new', paymentId: WAITING, amount: 1_000 } as const;
const readUser = { kind: 'read', what: 'user', id: 1, path: '/users/1' } as const;
const readNow = (story: Story, balance: number, held: number) =>
  story.tell(readUser, answered(200, 'Success', userShown(balance, held)));

const ENDS: readonly Twist[] = [
  ['a payment that ended twice', 'once', (s) => voidPayment(s, CAPTURED, 40, 'k-late')],
  ['more captured than was authorised', 'balanced', (s) => (rowOf(s, CAPTURED).amount = 1_999)],
  ['a capture of another amount than its end', 'balanced', (s) => (endBy(s, CAPTURE).capturedAmount = 1)],
  ['a void that is a capture', 'balanced', (s) => (endBy(s, VOID).outcome = 'CAPTURED')],
  ['an end without a movement', 'balanced', (s) => endOf(s, WAITING, 40, { outcome: 'VOIDED', capturedAmount: 0 })],
  ['a capture without an end', 'balanced', (s) => s.state.authorizationEnds.shift()],
  ['a capture at another time than its end', 'balanced', (s) => (endBy(s, CAPTURE).endedAt = '2026-11-22 12:00:00')],
  ['a capture of a day before it', 'balanced', (s) => (endBy(s, CAPTURE).businessDate = '2026-11-21')],
  ['an end that is forgotten', 'balanced', (s) => (rowOf(s, VOIDED).isHeld = 1)],
  ['a payment that waits for no end', 'balanced', (s) => (rowOf(s, WAITING).isHeld = null)],
  ['a payment that was authorised without a trace', 'balanced', (s) => s.state.authorizations.pop()],
  [
    'a payment that is authorised for another time',
    'balanced',
    (s) => (rowOf(s, WAITING).expiresAt = '2026-11-30 12:00:32'),
  ],
  [
    'a payment that was void before its time was over',
    'balanced',
    (s) => {
      endBy(s, VOID).outcome = 'EXPIRED';
      Object.assign(movementOf(s, VOID), { scope: 'partner:100:expiries' });
    },
  ],
  ['a payment that is authorised for too long', 'nothing stays open', (s) => (s.state.now = '2026-11-29 12:00:33')],
];

const ORDERS: readonly Twist[] = [
  ['an order that a void payment keeps', 'once', (s) => (paymentOf(s, VOIDED).orderLive = 1)],
  ['an order that waits for its end, and is free', 'once', (s) => (paymentOf(s, WAITING).orderLive = null)],
  [
    'an order that was paid before its payment was void',
    'once',
    (s) => {
      const again = s.history.operations.findIndex(({ intent }) => 'key' in intent && intent.key === 'k-again');
      const times = { startedMs: s.history.operations.find(({ intent }) => intent === voiding)!.startedMs - 500 };
      s.history.operations[again] = { ...s.history.operations[again]!, ...times, endedMs: times.startedMs + 10 };
    },
  ],
  [
    'an order that is said to be paid by what was void',
    '409 means that it exists',
    (s) => {
      const told = answered(409, 'AlreadyComplete', authorizedDetail(VOIDED, 2_000), `/payments/${VOIDED}`);
      s.tell({ ...ask(VOIDED, 2_000), key: 'k-other' }, told);
    },
  ],
];

const HOLDS: readonly Twist[] = [
  ['a hold that was released twice', 'what is authorised is held', (s) => (main(s).held = 0)],
  ['a hold that nobody has released', 'nothing stays open', (s) => (main(s).held = 3_000)],
  [
    'money that others have spent, and brought back',
    'what is authorised is held',
    (s) => {
      for (const entry of s.state.entries) {
        if (entry.movementId === CAPTURE && entry.seq !== null) entry.balanceAfter = 2_999;
      }
    },
  ],
  ['money that is held, and shown as free', 'what is authorised is held', (s) => readNow(s, 4_100, 0)],
  ['money that is free, and shown as held', 'what is authorised is held', (s) => readNow(s, 4_100, 3_000)],
  [
    'a capture that was refused for want of money',
    'what is authorised is held',
    (s) => s.tell(onWaiting, answered(422, 'NotEnoughBalance')),
  ],
];

const ANSWERS: readonly Twist[] = [
  [
    'a refusal to capture what waits',
    'refusals are true',
    (s) => s.tell(onWaiting, answered(409, 'NotCapturable', { paymentId: WAITING })),
  ],
  [
    'a refusal that names another end',
    'refusals are true',
    (s) => s.tell({ ...voiding, key: 'k-new' }, answered(409, 'NotCapturable', { ...wasCaptured, paymentId: VOIDED })),
  ],
  [
    'a refusal of no more than was authorised',
    'refusals are true',
    (s) => {
      const detail = { capturableAmount: 1_000, captureAmount: 1_000 };
      s.tell(onWaiting, answered(422, 'OverAuthorizedAmount', detail));
    },
  ],
  [
    'a refusal of more than was authorised where nothing waits any more',
    'refusals are true',
    (s) => {
      const detail = { capturableAmount: 3_000, captureAmount: 3_001 };
      s.tell({ ...capture, key: 'k-new', amount: 3_001 }, answered(422, 'OverAuthorizedAmount', detail));
    },
  ],
  [
    'a key that has captured, and is refused',
    'a duplicate is 409 for ever',
    (s) => s.tell(capture, answered(409, 'NotCapturable', wasCaptured)),
  ],
  [
    'another answer to the repetition',
    'the same answer ever after',
    (s) =>
      s.tell(capture, answered(409, 'AlreadyComplete', { ...captureDetail, capturedAmount: 1 }, '/transactions/33')),
  ],
  [
    'a cancel that was refused after the capture',
    'refusals are true',
    (s) => s.tell({ ...capture, route: 'cancels', key: 'k-c', amount: 0 }, answered(409, 'NotCancelable')),
  ],
];

const READS: readonly Twist[] = [
  [
    'a payment that waits again after its end',
    'reads are fresh',
    (s) =>
      shownAs(s, 1, {
        status: 'AUTHORIZED',
        voidedAt: undefined,
        voidReason: undefined,
        expiresAt: rowOf(s, VOIDED).expiresAt,
      }),
  ],
  ['a payment that was shown as void', 'reads are true', (s) => shownAs(s, 2, { status: 'VOIDED' })],
  ['another amount that was captured', 'reads are true', (s) => shownAs(s, 0, { capturedAmount: 3_000 })],
  ['another amount that can be cancelled', 'reads are true', (s) => shownAs(s, 0, { cancelableAmount: 2_500 })],
  ['a void for another reason', 'reads are true', (s) => shownAs(s, 1, { voidReason: 'EXPIRED' })],
  ['a payment in one step', 'reads are true', (s) => shownAs(s, 0, { capture: undefined })],
  [
    'an entry of another payment',
    'reads are true',
    (s) => {
      const item = { transactionId: CAPTURE, amount: -2_000, balanceAfter: 4_000, paymentId: CAPTURE };
      s.tell(readEntries, answered(200, 'Success', { items: [item], nextCursor: 'x' }));
    },
  ],
];

const SETTLED = {
  date: '2026-11-22',
  paymentCount: 2,
  payments: 4_400,
  captureCount: 1,
  captures: 2_000,
  cancelCount: 1,
  cancels: 500,
  net: 5_900,
  isClosed: false,
};
const EMPTY = { paymentCount: 0, payments: 0, captureCount: 0, captures: 0, cancelCount: 0, cancels: 0, net: 0 };
const period = 'from=2026-11-22&to=2026-11-23';
const readSettlement = (story: Story, query: string, detail: object) => {
  const read = { kind: 'read', what: 'settlement', path: `/partners/100/settlements?${query}` } as const;
  story.tell(read, answered(200, 'Success', { ...detail }), { days: ['2026-11-23', '2026-11-23'] });
};
const settle = (story: Story, changes: object = {}) => {
  const items = [
    { ...SETTLED, ...changes },
    { ...EMPTY, date: '2026-11-23', isClosed: false },
  ];
  readSettlement(story, period, { items, nextCursor: null });
};
const DAY_ALONE = { date: '2026-11-22', count: 3, gross: 6_400, cancelCount: 1, cancels: 500, net: 5_900 };

const SETTLEMENTS: readonly (readonly [what: string, twist: (story: Story) => void])[] = [
  ['without a capture that was told', (s) => settle(s, { captureCount: 0, captures: 0, net: 3_900 })],
  ['with more than was captured', (s) => settle(s, { captures: 3_000, net: 6_900 })],
  ['with what is only authorised', (s) => settle(s, { paymentCount: 3, payments: 5_400, net: 6_900 })],
  ['without a cancel', (s) => settle(s, { cancelCount: 0, cancels: 0, net: 6_400 })],
  ['whose net sum is another one', (s) => settle(s, { net: 5_901 })],
  ['without a day', (s) => readSettlement(s, period, { items: [SETTLED], nextCursor: null })],
  ['of a day that is over, without a capture', (s) => readSettlement(s, 'date=2026-11-22', { ...DAY_ALONE, count: 2 })],
  [
    'of a day that is closed, to which a capture came later',
    (s) => {
      const captureOf = ({ intent }: { intent: object }) => 'paymentId' in intent && intent.paymentId === CAPTURED;
      const { operations } = s.history;
      operations.splice(0, Infinity, ...operations.filter((operation) => !captureOf(operation)));
      settle(s, { isClosed: true, captureCount: 0, captures: 0, net: 3_900 });
    },
  ],
];

const rulesOf = ({ history, state }: Story) => check(history, state).map(({ rule }) => rule);

describe('the checker of payments in two steps', () => {
  it('has nothing to say about an honest history', () => {
    const { history, state } = authorized();
    expect(check(history, state)).toEqual([]);
  });

  it('believes that what nobody was told of has ended, or has not', () => {
    const story = authorized();
    story.tell(onWaiting, SILENT);
    readNow(story, 4_100, 1_000);
    expect(rulesOf(story)).toEqual([]);
  });

  it('has nothing to say about a payment whose time is over', () => {
    const story = authorized();
    endBy(story, VOID).outcome = 'EXPIRED';
    endBy(story, VOID).endedAt = '2026-11-30 00:00:00';
    endBy(story, VOID).businessDate = '2026-11-30';
    Object.assign(movementOf(story, VOID), { scope: 'partner:100:expiries', completedAt: '2026-11-30 00:00:00' });
    const { operations } = story.history;
    const isOfEnd = ({ intent }: (typeof operations)[number]) =>
      ('paymentId' in intent && intent.paymentId === VOIDED) || ('id' in intent && intent.id === VOIDED);
    operations.splice(0, Infinity, ...operations.filter((operation) => !isOfEnd(operation)));
    for (const operation of operations.slice(-4)) Object.assign(operation, { days: ['2026-11-30', '2026-11-30'] });
    const nothingUsed = { ...userShown(4_100, 1_000), externalAccount: userDetail(4_100, 0).externalAccount };
    Object.assign(operations.at(-1)!, { outcome: answered(200, 'Success', nothingUsed) });
    expect(rulesOf(story)).toEqual([]);
  });

  it('believes in a refusal of a payment that nobody had been told to be authorised', () => {
    const story = authorized();
    const [first] = story.history.operations.filter(
      ({ intent }) => intent.kind === 'money' && intent.order === 'order-32',
    );
    const startedMs = first!.startedMs - 5;
    story.tell(onWaiting, answered(409, 'NotCapturable', { paymentId: WAITING }), {
      startedMs,
      endedMs: startedMs + 9,
    });
    expect(rulesOf(story)).toEqual([]);
  });

  it.each([...ENDS, ...ORDERS, ...HOLDS, ...ANSWERS, ...READS])('sees %s', (_what, rule, twist) => {
    const story = authorized();
    twist(story);
    expect(rulesOf(story)).toContain(rule);
  });
});

describe('the checker of settlements', () => {
  it('has nothing to say about what came of a day, while it is open and when it is over', () => {
    const story = authorized();
    settle(story);
    settle(story, { isClosed: true });
    readSettlement(story, 'date=2026-11-22', DAY_ALONE);
    expect(rulesOf(story)).toEqual([]);
  });

  it('lets an open day have what nobody was told of yet, or not', () => {
    const story = authorized();
    const { operations } = story.history;
    const isOfCapture = ({ intent }: (typeof operations)[number]) => intent === capture;
    for (const operation of operations.filter(isOfCapture)) Object.assign(operation, { outcome: SILENT });
    settle(story);
    settle(story, { captureCount: 0, captures: 0, net: 3_900 });
    expect(rulesOf(story)).toEqual([]);
  });

  it.each(SETTLEMENTS)('sees one %s', (_what, twist) => {
    const story = authorized();
    twist(story);
    expect(rulesOf(story)).toContain('a settlement is what came of its day');
  });
});

const SECRET = 'whsec_of-the-partner';
const NOW_MS = Date.parse('2026-11-22T12:00:50+09:00');
const NEW = [
  { paymentId: 2, order: 'order-1', amount: 4_000, occurredAt: '2026-11-22 12:00:02' },
  { paymentId: 36, order: `order-${VOIDED}`, amount: 400, occurredAt: '2026-11-22 12:00:36' },
].map(({ paymentId, order, amount, occurredAt }) => ({
  eventId: 10 * paymentId + 1,
  type: 'payment.approved',
  partnerId: 100,
  paymentId,
  sequence: 1,
  occurredAt,
  data: {
    paymentId,
    partnerPayKey: order,
    status: 'APPROVED',
    totalPayAmount: amount,
    canceledAmount: 0,
    cancelableAmount: amount,
  },
}));

/** The partner hears of all payments, in one step or two; `changes` of what arrives, by the event's number. */
function heard(changes: Readonly<Record<number, object>> = {}): Story {
  const story = authorized();
  story.history.endpoints.push({ endpointId: 1, ownerId: 100, secret: SECRET });
  for (const [index, body] of [...NEW, ...TOLD].entries()) {
    const { eventId, paymentId: movementId, sequence } = body;
    const row = {
      id: eventId,
      eventId,
      endpointId: 1,
      ownerId: 100,
      movementId,
      sequence,
      status: 'DELIVERED',
    } as const;
    story.state.events.push(row);
    const text = JSON.stringify({ ...body, ...changes[eventId] });
    const when = { arrivedMs: 1_000 * index, clocksMs: [NOW_MS], status: 200 };
    const signature = signatureOf([SECRET], text, new Date(NOW_MS));
    story.history.receipts.push({ endpointId: 1, eventId: String(eventId), signature, text, ...when });
  }
  return story;
}

describe('the checker of what partners are told of payments in two steps', () => {
  it('has nothing to say where all is told as it was', () => {
    expect(rulesOf(heard())).toEqual([]);
  });

  it.each([
    ['a capture that is told as an approval', 302, { type: 'payment.approved' }],
    ['a capture of another amount', 302, { data: { ...TOLD[1]?.data, capturedAmount: 3_000 } }],
    ['a void for another reason', 312, { data: { ...TOLD[4]?.data, voidReason: 'EXPIRED' } }],
    ['an authorisation until another time', 321, { data: { ...TOLD[5]?.data, expiresAt: '2026-11-30 12:00:32' } }],
  ])('sees %s', (_what, eventId, change) => {
    expect(rulesOf(heard({ [eventId]: change }))).toEqual(['events are true']);
  });

  it.each([
    ['a capture of which nobody was told', 302],
    ['a void of which nobody was told', 312],
  ])('sees %s', (_what, missing) => {
    const story = heard();
    story.state.events = story.state.events.filter(({ eventId }) => eventId !== missing);
    expect(rulesOf(story)).toContain('every event arrives');
  });

  it('sees an end that is told twice', () => {
    const story = heard();
    const row = find(story.state.events, ({ eventId }) => eventId === 302);
    story.state.events.push({ ...row, id: 999, eventId: 999, sequence: 4 });
    expect(rulesOf(story)).toContain('events are true');
  });

  it('sees a void that came before its authorisation was taken', () => {
    const story = heard();
    const place = story.history.receipts.findIndex(({ eventId }) => eventId === '311');
    story.history.receipts[place] = { ...story.history.receipts[place]!, arrivedMs: 90_000 };
    expect(rulesOf(story)).toContain('events are in order');
  });
});
