import { describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../../src/webhooks/signature.js';
import { APP, type Receipt } from '../history.js';
import { check } from './check.js';
import { answered, Story } from './story.js';
import { REGULAR, TODAY, transferred } from './wallet-story.js';

const DAY = '2026-11-22';
const SECRET = 'whsec_of-the-partner';
const NOW_MS = Date.parse(`${DAY}T12:00:10+09:00`);
const ENDPOINT = 1;
const BYSTANDER = 2;
const ELSEWHERE = 3;
const APPS = 4;

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const at = <T>(rows: readonly T[], index: number): T => rows[index] as T;

const APPROVED = {
  eventId: 11,
  type: 'payment.approved',
  partnerId: 100,
  paymentId: 2,
  sequence: 1,
  occurredAt: `${DAY} 12:00:02`,
  data: {
    paymentId: 2,
    partnerPayKey: 'order-1',
    status: 'APPROVED',
    totalPayAmount: 4_000,
    canceledAmount: 0,
    cancelableAmount: 4_000,
  },
};
const CANCEL = { cancelId: 4, cancelAmount: 1_000, cancelReason: '변심', canceledAt: `${DAY} 12:00:04` };
const CANCELED = {
  ...APPROVED,
  eventId: 12,
  type: 'payment.canceled',
  sequence: 2,
  occurredAt: CANCEL.canceledAt,
  data: {
    ...APPROVED.data,
    status: 'PARTIALLY_CANCELED',
    canceledAmount: 1_000,
    cancelableAmount: 3_000,
    cancel: CANCEL,
  },
};

/** What a receiver of the partner's got. */
function receiptOf(
  body: Omit<typeof APPROVED, 'data'> & { data: object },
  arrivedMs: number,
  changes: Partial<Receipt> = {},
): Receipt {
  const text = JSON.stringify(body);
  return {
    endpointId: ENDPOINT,
    eventId: String(body.eventId),
    signature: signatureOf([SECRET], text, new Date(NOW_MS)),
    text,
    arrivedMs,
    clocksMs: [NOW_MS],
    status: 200,
    ...changes,
  };
}

/**
 * The honest history, in which the payment is cancelled in part, and its partner hears of both; the approval comes
 * twice.
 */
function storyWithEvents(): Story {
  const story = new Story();
  const { state, history } = story;
  const { cancelId: id, cancelAmount: amount, cancelReason: reason, canceledAt: completedAt } = CANCEL;
  const detail = { cancelId: id, paymentId: 2, cancelAmount: amount, cancelableAmount: 3_000 };
  story.tell(
    { kind: 'money', route: 'cancels', userId: 1, amount, key: 'k-cancel', partnerId: 100, paymentId: 2 },
    answered(
      201,
      'Success',
      { ...detail, status: 'PARTIALLY_CANCELED', canceledAt: completedAt },
      `/transactions/${id}`,
    ),
  );
  const scope = 'partner:100:cancels';
  state.movements.push({
    ...at(state.movements, 1),
    id,
    type: 'PAYMENT_CANCEL',
    amount,
    scope,
    key: 'k-cancel',
    completedAt,
  });
  state.entries.push(
    { ...at(state.entries, 3), movementId: id, leg: 2, amount: -amount },
    { ...at(state.entries, 2), movementId: id, leg: 3, amount, seq: 3, balanceAfter: 7_000 },
  );
  Object.assign(at(state.accounts, 2), { balance: 7_000, lastSeq: 3 });
  at(state.payments, 0).canceledAmount = amount;
  state.cancels.push({
    movementId: id,
    paymentId: 2,
    sequence: 1,
    amount,
    cancelableAfter: 3_000,
    reason,
    businessDate: DAY,
  });
  for (const { eventId, paymentId, sequence } of [APPROVED, CANCELED]) {
    const row = { id: eventId, eventId, endpointId: ENDPOINT, ownerId: 100, movementId: paymentId, sequence };
    state.events.push({ ...row, status: 'DELIVERED' });
  }
  history.endpoints.push(
    { endpointId: ENDPOINT, ownerId: 100, secret: SECRET },
    { endpointId: BYSTANDER, ownerId: 101, secret: 'whsec_of-somebody-else' },
  );
  history.receipts.push(
    receiptOf(APPROVED, 2_000, { status: 500 }),
    receiptOf(APPROVED, 3_000),
    receiptOf(CANCELED, 4_000),
    receiptOf(APPROVED, 5_000, { status: null }),
  );
  return story;
}

/** The partner's second endpoint hears the same, of events with these numbers. */
function hearElsewhere({ state, history }: Story, eventIds: readonly number[]): void {
  history.endpoints.push({ endpointId: ELSEWHERE, ownerId: 100, secret: SECRET });
  for (const [index, body] of [APPROVED, CANCELED].entries()) {
    const eventId = at(eventIds, index);
    state.events.push({ ...at(state.events, index), id: 20 + index, eventId, endpointId: ELSEWHERE });
    const arrivedMs = 2_000 + index * 1_000;
    history.receipts.push(receiptOf({ ...body, eventId }, arrivedMs, { endpointId: ELSEWHERE }));
  }
}

const CHARGE = { type: 'CHARGE', amount: 10_000, toppedUpAmount: 10_000, occurredAt: `${DAY} 12:00:01` };
const REFUSED = { type: 'CHARGE', amount: 500, toppedUpAmount: 0, occurredAt: `${DAY} 12:00:03` };

/** What the wallet's own back end got of the four movements. */
const TO_APP = [
  toApp(1, { ...CHARGE, status: 'COMPLETED' }),
  toApp(2, { type: 'PAYMENT', status: 'COMPLETED', amount: 4_000, toppedUpAmount: 0, occurredAt: APPROVED.occurredAt }),
  toApp(3, { ...REFUSED, status: 'FAILED', failureCode: 'NotEnoughAccountBalance' }),
  toApp(4, {
    type: 'PAYMENT_CANCEL',
    status: 'COMPLETED',
    amount: CANCEL.cancelAmount,
    toppedUpAmount: 0,
    occurredAt: CANCEL.canceledAt,
  }),
];

function toApp(
  transactionId: number,
  data: Readonly<Record<'status' | 'occurredAt', string>> & Readonly<Record<string, unknown>>,
) {
  const type = `movement.${data.status.toLowerCase()}`;
  const { occurredAt } = data;
  return {
    eventId: 30 + transactionId,
    type,
    transactionId,
    sequence: 1,
    occurredAt,
    data: { userId: 1, transactionId, ...data },
  };
}

function arrivalAtApp(body: { readonly eventId: number }): Receipt {
  const text = JSON.stringify(body);
  const signature = signatureOf([SECRET], text, new Date(NOW_MS));
  const when = { arrivedMs: 5_000, clocksMs: [NOW_MS], status: 200 };
  return { endpointId: APPS, eventId: String(body.eventId), signature, text, ...when };
}

function hearAsApp({ state, history }: Story, bodies = TO_APP): void {
  history.endpoints.push({ endpointId: APPS, ownerId: APP, secret: SECRET });
  for (const { eventId, transactionId, sequence } of TO_APP) {
    const row = { id: eventId, eventId, endpointId: APPS, ownerId: APP, movementId: transactionId, sequence };
    state.events.push({ ...row, status: 'DELIVERED' });
  }
  history.receipts.push(...bodies.map(arrivalAtApp));
}

const TRANSFER = { fromUserId: 1, toUserId: 2, amount: 2_000, expiresAt: '2026-11-30 11:00:06' };
const HELD_AT = `${TODAY} 11:00:06`;
const ENDED = { status: 'COMPLETED', toppedUpAmount: 0, amount: 2_000 };

/** What it got of transfers that wait, of which the second one's receiver is reminded, and of deposits that failed. */
const WALLET_TO_APP = [
  ...TO_APP.slice(0, 3),
  ...[20, 21].flatMap((transactionId) => {
    const waits = { transactionId, data: { transferId: transactionId, ...TRANSFER } };
    const held = { ...waits, type: 'transfer.held', sequence: 2, occurredAt: HELD_AT };
    return [
      toApp(transactionId, { ...ENDED, type: 'TRANSFER_HOLD', occurredAt: HELD_AT }),
      { ...held, eventId: 60 + transactionId },
    ];
  }),
  {
    eventId: 90,
    type: 'transfer.reminder',
    transactionId: 21,
    sequence: 3,
    occurredAt: '2026-11-29 11:00:07',
    data: { transferId: 21, ...TRANSFER },
  },
  toApp(22, { ...ENDED, userId: 2, type: 'TRANSFER_RELEASE', occurredAt: `${TODAY} 11:00:07` }),
  ...['2026-11-23', TODAY].map((day, index) => ({
    eventId: 91 + index,
    type: 'schedule.failed',
    occurredAt: `${day} 08:00:01`,
    data: { userId: 2, accountId: REGULAR, day, amount: 1_000, failureCode: 'DailyLimitExceeded' },
  })),
];

/** Its rows say the same as long as nothing else is put into them. */
function walletAtApp(changes: Readonly<Record<number, object>> = {}): Story {
  const story = transferred();
  const { state, history } = story;
  at(state.heldTransfers, 1).remindedAt = '2026-11-29 11:00:07';
  history.endpoints.push({ endpointId: APPS, ownerId: APP, secret: SECRET });
  for (const body of WALLET_TO_APP) {
    const { eventId } = body;
    const isMovement = 'transactionId' in body;
    const day = Date.parse(body.occurredAt.slice(0, 10)) / 86_400_000;
    const subject = isMovement
      ? { movementId: body.transactionId, sequence: body.sequence }
      : { movementId: -REGULAR, sequence: day };
    state.events.push({ id: eventId, eventId, endpointId: APPS, ownerId: APP, ...subject, status: 'DELIVERED' });
    history.receipts.push(arrivalAtApp({ ...body, ...changes[eventId] }));
  }
  return story;
}

/** Changes what arrived in place of everything that had arrived. */
const hear = (story: Story, ...receipts: Receipt[]) => {
  story.history.receipts.splice(0, Infinity, ...receipts);
};
const approvedOnce = receiptOf(APPROVED, 2_000);
const canceledOnce = receiptOf(CANCELED, 3_000);

const TWISTS: readonly Twist[] = [
  ['an event that never arrived', 'every event arrives', (s) => hear(s, approvedOnce)],
  [
    'an event that its receiver never took',
    'every event arrives',
    (s) => hear(s, approvedOnce, { ...canceledOnce, status: 500 }, { ...canceledOnce, status: null }),
  ],
  ['an event that was not written', 'every event arrives', (s) => s.state.events.pop()],
  ['an event that is still open', 'every event arrives', (s) => (at(s.state.events, 1).status = 'PENDING')],
  [
    'a payment that nobody was told of',
    'every event arrives',
    (s) => {
      hear(s);
      s.state.events = [];
    },
  ],
  ['another number', 'events are true', (s) => (at(s.state.events, 1).sequence = 3)],
  [
    'another number in what arrived',
    'events are true',
    (s) => hear(s, approvedOnce, receiptOf({ ...CANCELED, sequence: 3 }, 3_000)),
  ],
  [
    'an event that was written twice',
    'events are true',
    (s) => s.state.events.push({ ...at(s.state.events, 1), id: 13, eventId: 13 }),
  ],
  [
    'an event of a payment that never was',
    'events are true',
    (s) => s.state.events.push({ ...at(s.state.events, 0), id: 13, eventId: 13, movementId: 99 }),
  ],
  [
    'the arrival of a payment that never was',
    'events are true',
    (s) => s.history.receipts.push(receiptOf({ ...APPROVED, eventId: 13, paymentId: 99 }, 6_000)),
  ],
  [
    'an approval of a payment that failed',
    'events are true',
    (s) => Object.assign(at(s.state.movements, 1), { status: 'FAILED', failureCode: 'BALANCE_SHORT' }),
  ],
  [
    'another amount',
    'events are true',
    (s) => hear(s, receiptOf({ ...APPROVED, data: { ...APPROVED.data, totalPayAmount: 1 } }, 2_000), canceledOnce),
  ],
  [
    'other words at the second time',
    'events are true',
    (s) => s.history.receipts.push(receiptOf({ ...APPROVED, occurredAt: `${DAY} 12:00:09` }, 6_000)),
  ],
  [
    'an event of somebody else',
    'events are true',
    (s) => {
      s.history.endpoints.splice(0, Infinity, { endpointId: ENDPOINT, ownerId: 101, secret: SECRET });
    },
  ],
  ['another number at another endpoint', 'events are true', (s) => hearElsewhere(s, [20, 21])],
  [
    'a signature with another secret',
    'events are genuine',
    (s) =>
      hear(s, receiptOf(APPROVED, 2_000, { signature: signatureOf(['whsec_x'], approvedOnce.text, new Date(NOW_MS)) })),
  ],
  [
    'a signature of other bytes',
    'events are genuine',
    (s) => hear(s, { ...approvedOnce, text: ` ${approvedOnce.text}` }, canceledOnce),
  ],
  [
    'a signature of long ago',
    'events are genuine',
    (s) => hear(s, { ...approvedOnce, clocksMs: [NOW_MS + 301_000] }, canceledOnce),
  ],
  [
    'a cancel that came before its payment was taken',
    'events are in order',
    (s) => hear(s, receiptOf(APPROVED, 1_000, { status: 500 }), canceledOnce, receiptOf(APPROVED, 4_000)),
  ],
];

const APP_TWISTS: readonly Twist[] = [
  ['the end of a movement that never arrived', 'every event arrives', (s) => hearAsApp(s, TO_APP.slice(1))],
  [
    'the end of a movement that was not written',
    'every event arrives',
    (s) => {
      hearAsApp(s);
      s.state.events.pop();
    },
  ],
  [
    'two ends of one movement',
    'events are true',
    (s) => {
      hearAsApp(s);
      s.state.events.push({ ...(s.state.events.at(-1) as Story['state']['events'][number]), id: 90, eventId: 90 });
    },
  ],
  [
    'the end of a movement that is not over',
    'events are true',
    (s) => {
      hearAsApp(s);
      at(s.state.movements, 0).status = 'PENDING';
    },
  ],
  [
    'another amount',
    'events are true',
    (s) =>
      hearAsApp(
        s,
        TO_APP.map((body) => ({ ...body, data: { ...body.data, amount: 1 } }) as typeof body),
      ),
  ],
];

const rulesOf = ({ history, state }: Story) => check(history, state).map(({ rule }) => rule);

describe('the checker of what partners, and the app, are told', () => {
  it('has nothing to say about an honest history', () => {
    expect(rulesOf(storyWithEvents())).toEqual([]);
  });

  it('has nothing to say about one event at two endpoints', () => {
    const story = storyWithEvents();
    hearElsewhere(story, [APPROVED.eventId, CANCELED.eventId]);
    expect(rulesOf(story)).toEqual([]);
  });

  it('lets the next event pass one that was given up and sent again by hand', () => {
    const story = storyWithEvents();
    hear(story, receiptOf(APPROVED, 1_000, { status: 500 }), canceledOnce, receiptOf(APPROVED, 4_000));
    story.history.resends.push(APPROVED.eventId);
    expect(rulesOf(story)).toEqual([]);
  });

  it('takes an event that was signed just before the clock was put forward', () => {
    const story = storyWithEvents();
    hear(story, { ...approvedOnce, clocksMs: [NOW_MS + 86_400_000, NOW_MS] }, canceledOnce);
    expect(rulesOf(story)).toEqual([]);
  });

  it('has nothing to say where the app hears of the same payments, under numbers of its own', () => {
    const story = storyWithEvents();
    hearAsApp(story);
    expect(rulesOf(story)).toEqual([]);
  });

  it('has nothing to say where the app hears of transfers that wait and of deposits that failed', () => {
    expect(rulesOf(walletAtApp())).toEqual([]);
  });

  it.each([
    ['a transfer that waits for somebody else', 80, { data: { transferId: 20, ...TRANSFER, toUserId: 3 } }],
    ['a reminder of another time', 90, { occurredAt: '2026-11-29 11:00:08' }],
    ['a deposit that failed for another reason', 91, { data: { accountId: REGULAR, day: '2026-11-23' } }],
  ])('sees %s', (_what, eventId, change) => {
    expect(rulesOf(walletAtApp({ [eventId]: change }))).toEqual(['events are true']);
  });

  it('lets a deposit that failed come before one of the day before only where the bank was later with that one', () => {
    const rulesWith = (idOfFirst: number) => {
      const story = walletAtApp();
      const { receipts } = story.history;
      const place = receipts.findIndex(({ eventId }) => eventId === '91');
      receipts[place] = { ...at(receipts, place), arrivedMs: 6_000 };
      for (const row of story.state.events) if (row.eventId === 91) row.id = idOfFirst;
      return rulesOf(story);
    };
    expect([rulesWith(93), rulesWith(91)]).toEqual([[], ['events are in order']]);
  });

  it.each([
    ['a transfer of whose waiting nobody was told', 80],
    ['a deposit of whose failure nobody was told', 92],
  ])('sees %s', (_what, missing) => {
    const story = walletAtApp();
    story.state.events = story.state.events.filter(({ eventId }) => eventId !== missing);
    expect(rulesOf(story)).toContain('every event arrives');
  });

  it.each([...TWISTS, ...APP_TWISTS])('sees %s', (_what, rule, twist) => {
    const story = storyWithEvents();
    twist(story);
    expect(rulesOf(story)).toContain(rule);
  });
});
