import type { MoneyIntent } from '../history.js';
import { answered, MAIN, NOT_AGREED, PARTNER, Story, userDetail } from './story.js';
import { move } from './wallet-story.js';

const DAY = '2026-11-22';
const SCOPE = 'partner:100';
const time = (second: number) => `${DAY} 12:00:${second}`;
const EXPIRES = '2026-11-29 12:00';

/** Payments in two steps, and the ends of two of them. */
export const CAPTURED = 30;
export const VOIDED = 31;
export const WAITING = 32;
export const CAPTURE = 33;
const CANCEL = 34;
export const VOID = 35;
const AGAIN = 36;

const ofPartner = { kind: 'money', userId: 1, partnerId: 100 } as const;
export const ask = (paymentId: number, amount: number): MoneyIntent & { order: string } => ({
  ...ofPartner,
  route: 'authorizations',
  amount,
  key: `k-${paymentId}`,
  order: `order-${paymentId}`,
});
export const capture = {
  ...ofPartner,
  route: 'captures',
  amount: 2_000,
  key: 'k-capture',
  paymentId: CAPTURED,
} as const;
export const voiding = { ...ofPartner, route: 'voids', amount: 2_000, key: 'k-void', paymentId: VOIDED } as const;
const cancel = { ...ofPartner, route: 'cancels', amount: 500, key: 'k-cancel', paymentId: CAPTURED } as const;

export const authorizedDetail = (paymentId: number, amount: number) => ({
  paymentId,
  partnerPayKey: `order-${paymentId}`,
  totalPayAmount: amount,
  paymentDateTime: time(paymentId),
  status: 'AUTHORIZED',
  expiresAt: `${EXPIRES}:${paymentId}`,
});
export const captureDetail = {
  paymentId: CAPTURED,
  captureId: CAPTURE,
  partnerPayKey: `order-${CAPTURED}`,
  status: 'APPROVED',
  totalPayAmount: 3_000,
  capturedAmount: 2_000,
  capturedAt: time(CAPTURE),
};
export const voidDetail = {
  paymentId: VOIDED,
  voidId: VOID,
  partnerPayKey: `order-${VOIDED}`,
  status: 'VOIDED',
  totalPayAmount: 2_000,
  voidedAt: time(VOID),
};
/** What another end is told. */
export const wasCaptured = { paymentId: CAPTURED, outcome: 'CAPTURED', endedAt: time(CAPTURE) };
export const wasVoided = { paymentId: VOIDED, outcome: 'VOIDED', endedAt: time(VOID) };

/**
 * Of three payments in two steps one is captured in part, and then cancelled in part; one is void, and its order paid
 * again; and one still waits. 6,000 won were there, of which the partner has 1,900 now, and 1,000 are held.
 */
export function authorized(): Story {
  const story = new Story();
  authorize(story, CAPTURED, 3_000);
  authorize(story, VOIDED, 2_000);
  story.tell(READ_USER, answered(200, 'Success', userShown(6_000, 5_000)));
  authorize(story, WAITING, 1_000);
  story.tell(capture, answered(200, 'Success', captureDetail, `/transactions/${CAPTURE}`));
  moveCaptured(story);
  endOf(story, CAPTURED, CAPTURE, { outcome: 'CAPTURED', capturedAmount: 2_000 });
  story.tell(
    { ...voiding, key: 'k-late', paymentId: CAPTURED, amount: 3_000 },
    answered(409, 'NotCapturable', wasCaptured),
  );
  cancelPart(story);
  story.tell(voiding, answered(200, 'Success', voidDetail, `/transactions/${VOID}`));
  voidPayment(story, VOIDED, VOID, 'k-void');
  story.tell({ ...capture, key: 'k-late', paymentId: VOIDED }, answered(409, 'NotCapturable', wasVoided));
  const tooMuch = { capturableAmount: 1_000, captureAmount: 1_001 };
  const more = { ...capture, key: 'k-more', paymentId: WAITING, amount: 1_001 };
  story.tell(more, answered(422, 'OverAuthorizedAmount', tooMuch));
  payAgain(story);
  for (const shown of SHOWN) story.tell(readOf(shown.paymentId), answered(200, 'Success', shown));
  story.tell(READ_USER, answered(200, 'Success', userShown(4_100, 1_000)), { final: true });
  return story;
}

const READ_USER = { kind: 'read', what: 'user', id: 1, path: '/users/1' } as const;
export const readOf = (id: number) => ({ kind: 'read', what: 'payment', id, path: `/payments/${id}` }) as const;

export function userShown(balance: number, held: number) {
  const accounts = [{ accountId: MAIN, balance, availableBalance: balance - held }];
  return { ...userDetail(balance), accounts };
}

/** What is read of them in the end. */
const step = { capture: 'MANUAL', canceledAmount: 0 };
export const SHOWN = [
  {
    ...step,
    paymentId: CAPTURED,
    status: 'PARTIALLY_CANCELED',
    totalPayAmount: 3_000,
    capturedAmount: 2_000,
    canceledAmount: 500,
    cancelableAmount: 1_500,
    capturedAt: time(CAPTURE),
  },
  {
    ...step,
    paymentId: VOIDED,
    status: 'VOIDED',
    totalPayAmount: 2_000,
    capturedAmount: 0,
    cancelableAmount: 0,
    voidedAt: time(VOID),
    voidReason: 'REQUESTED',
  },
  {
    ...step,
    paymentId: WAITING,
    status: 'AUTHORIZED',
    totalPayAmount: 1_000,
    capturedAmount: 0,
    cancelableAmount: 0,
    expiresAt: `${EXPIRES}:${WAITING}`,
  },
];

const MOVED = { userId: 1, accountId: MAIN, counterAccountId: PARTNER, toppedUpAmount: 0, failureCode: null } as const;

/** A movement that leaves no entry: what it sets aside, or frees, is a number of the account's. */
function setAside({ state }: Story, id: number, type: 'AUTHORIZATION' | 'VOID', amount: number, key: string): void {
  const scope = `${SCOPE}:${type === 'VOID' ? 'voids' : 'payments'}`;
  const movement = { ...MOVED, id, type, amount, scope, key, keyLive: 1, completedAt: time(id) };
  state.movements.push({ ...movement, status: 'COMPLETED' });
  const main = state.accounts.find((account) => account.id === MAIN);
  if (main) main.held += type === 'VOID' ? -amount : amount;
}

export function authorize(story: Story, id: number, amount: number): void {
  story.tell(ask(id, amount), answered(201, 'Success', authorizedDetail(id, amount), `/payments/${id}`));
  setAside(story, id, 'AUTHORIZATION', amount, `k-${id}`);
  const { state } = story;
  state.payments.push({
    movementId: id,
    partnerId: 100,
    order: `order-${id}`,
    orderLive: 1,
    canceledAmount: 0,
    businessDate: DAY,
    ...NOT_AGREED,
  });
  const expiresAt = `${EXPIRES}:${id}`;
  state.authorizations.push({ movementId: id, accountId: MAIN, amount, isHeld: 1, expiresAt });
}

type End = Pick<Story['state']['authorizationEnds'][number], 'outcome' | 'capturedAmount'>;

export function endOf({ state }: Story, paymentId: number, movementId: number, end: End): void {
  const what = { movementId, paymentId, partnerId: 100, businessDate: DAY, endedAt: time(movementId) };
  state.authorizationEnds.push({ ...what, ...end });
  for (const row of state.authorizations) if (row.movementId === paymentId) row.isHeld = null;
  if (end.outcome === 'CAPTURED') return;
  for (const payment of state.payments) if (payment.movementId === paymentId) payment.orderLive = null;
}

export function voidPayment(story: Story, paymentId: number, id: number, key: string): void {
  const amount = story.state.authorizations.find(({ movementId }) => movementId === paymentId)?.amount ?? 0;
  setAside(story, id, 'VOID', amount, key);
  endOf(story, paymentId, id, { outcome: 'VOIDED', capturedAmount: 0 });
}

const won = { from: MAIN, to: PARTNER, counter: PARTNER } as const;

function moveCaptured(story: Story): void {
  const main = story.state.accounts.find((account) => account.id === MAIN);
  if (main) main.held -= 3_000;
  const what = { type: 'CAPTURE', amount: 2_000, scope: `${SCOPE}:captures`, key: 'k-capture' } as const;
  move(story, { ...won, ...what, id: CAPTURE, completedAt: time(CAPTURE) });
}

function cancelPart(story: Story): void {
  const detail = { paymentId: CAPTURED, cancelId: CANCEL, cancelAmount: 500, cancelableAmount: 1_500 };
  const told = { ...detail, status: 'PARTIALLY_CANCELED', canceledAt: time(CANCEL) };
  story.tell(cancel, answered(200, 'Success', told, `/transactions/${CANCEL}`));
  const what = { type: 'PAYMENT_CANCEL', amount: 500, scope: `${SCOPE}:cancels`, key: 'k-cancel' } as const;
  move(story, { ...won, from: PARTNER, to: MAIN, ...what, id: CANCEL, completedAt: time(CANCEL) });
  const { state } = story;
  const cancelable = { sequence: 1, amount: 500, cancelableAfter: 1_500, reason: '변심', businessDate: DAY };
  state.cancels.push({ movementId: CANCEL, paymentId: CAPTURED, ...cancelable });
  for (const payment of state.payments) if (payment.movementId === CAPTURED) payment.canceledAmount = 500;
}

/** The order of what is void, in one step. */
function payAgain(story: Story): void {
  const again = { ...ask(VOIDED, 400), route: 'payments', key: 'k-again' } as const;
  const order = again.order;
  const what = { paymentId: AGAIN, partnerPayKey: order, totalPayAmount: 400, paymentDateTime: time(AGAIN) };
  story.tell(again, answered(201, 'Success', what, `/payments/${AGAIN}`));
  const paid = { type: 'PAYMENT', amount: 400, scope: `${SCOPE}:payments`, key: 'k-again' } as const;
  move(story, { ...won, ...paid, id: AGAIN, completedAt: time(AGAIN) });
  story.state.payments.push({
    movementId: AGAIN,
    partnerId: 100,
    order,
    orderLive: 1,
    canceledAmount: 0,
    businessDate: DAY,
    ...NOT_AGREED,
  });
}

/** What the partner hears of them, in order. */
export const TOLD = [
  eventOf(CAPTURED, 1, 'payment.authorized', CAPTURED, {
    status: 'AUTHORIZED',
    totalPayAmount: 3_000,
    capturedAmount: 0,
    canceledAmount: 0,
    cancelableAmount: 0,
    expiresAt: `${EXPIRES}:${CAPTURED}`,
  }),
  eventOf(CAPTURED, 2, 'payment.captured', CAPTURE, {
    status: 'APPROVED',
    totalPayAmount: 3_000,
    capturedAmount: 2_000,
    canceledAmount: 0,
    cancelableAmount: 2_000,
  }),
  eventOf(CAPTURED, 3, 'payment.canceled', CANCEL, {
    status: 'PARTIALLY_CANCELED',
    totalPayAmount: 3_000,
    capturedAmount: 2_000,
    canceledAmount: 500,
    cancelableAmount: 1_500,
    cancel: { cancelId: CANCEL, cancelAmount: 500, cancelReason: '변심', canceledAt: time(CANCEL) },
  }),
  eventOf(VOIDED, 1, 'payment.authorized', VOIDED, {
    status: 'AUTHORIZED',
    totalPayAmount: 2_000,
    capturedAmount: 0,
    canceledAmount: 0,
    cancelableAmount: 0,
    expiresAt: `${EXPIRES}:${VOIDED}`,
  }),
  eventOf(VOIDED, 2, 'payment.voided', VOID, {
    status: 'VOIDED',
    totalPayAmount: 2_000,
    capturedAmount: 0,
    canceledAmount: 0,
    cancelableAmount: 0,
    voidReason: 'REQUESTED',
  }),
  eventOf(WAITING, 1, 'payment.authorized', WAITING, {
    status: 'AUTHORIZED',
    totalPayAmount: 1_000,
    capturedAmount: 0,
    canceledAmount: 0,
    cancelableAmount: 0,
    expiresAt: `${EXPIRES}:${WAITING}`,
  }),
];

function eventOf(paymentId: number, sequence: number, type: string, movementId: number, data: object) {
  return {
    eventId: 10 * paymentId + sequence,
    type,
    partnerId: 100,
    paymentId,
    sequence,
    occurredAt: time(movementId),
    data: { paymentId, partnerPayKey: `order-${paymentId}`, ...data },
  };
}
