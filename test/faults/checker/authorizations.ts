import { isDeepStrictEqual } from 'node:util';
import type { AuthorizationEndRow, MovementRow } from '../final-state.js';
import {
  answerOf,
  type Fields,
  isMoney,
  isRead,
  isSuccess,
  type MoneyIntent,
  type Operation,
  type ReadIntent,
} from '../history.js';
import { type Claim, type Evidence, groupBy } from './evidence.js';
import { endToldMs, paymentsIn, type ShownPayment, wasDone } from './told.js';

/** The partner has seven days. */
const HELD_MS = 7 * 86_400_000;

/** A payment in two steps ends once: with its partner, who gets no more than was authorised, or with its customer. */
export function checkAuthorizations(evidence: Evidence): void {
  const { movements, authorizationEnds } = evidence.state;
  const endsOf = groupBy(authorizationEnds, ({ paymentId }) => paymentId);
  for (const movement of movements) {
    if (movement.type === 'AUTHORIZATION') checkAuthorization(evidence, movement, endsOf.get(movement.id) ?? []);
    if (movement.type === 'CAPTURE' || movement.type === 'VOID') checkEnd(evidence, movement);
  }
  for (const end of authorizationEnds) {
    if (evidence.movements.has(end.movementId)) continue;
    evidence.violate('balanced', `the end ${JSON.stringify(end)} has no movement`);
  }
  for (const order of evidence.orders.values()) checkOrder(evidence, order);
  for (const read of evidence.history.operations.filter(isRead)) {
    for (const shown of paymentsIn(read)) checkShown(evidence, read, shown);
  }
}

function checkAuthorization(evidence: Evidence, movement: MovementRow, ends: readonly AuthorizationEndRow[]): void {
  const { id, status, amount, accountId } = movement;
  const row = evidence.authorizations.get(id);
  if (ends.length > 1) {
    evidence.violate('once', `payment ${id} has ended ${ends.length} times: ${JSON.stringify(ends)}`);
  }
  const isRight = row
    ? status === 'COMPLETED' &&
      row.amount === amount &&
      row.accountId === accountId &&
      (row.isHeld === 1) === (ends.length === 0) &&
      row.expiresAt === expiryOf(movement)
    : status !== 'COMPLETED' && ends.length === 0;
  if (!isRight) {
    const text = `payment ${JSON.stringify(movement)} is ${JSON.stringify(row)}, with ${JSON.stringify(ends)}`;
    evidence.violate('balanced', text);
  }
  const { now } = evidence.state;
  if (row?.isHeld === 1 && row.expiresAt < now) {
    evidence.violate('nothing stays open', `payment ${id} is authorised until ${row.expiresAt}, at ${now}`);
  }
}

/** It is of a payment that was authorised, takes no more than that, and comes by the clock no earlier than it may. */
function checkEnd(evidence: Evidence, movement: MovementRow): void {
  const { id, type, amount, accountId, counterAccountId, completedAt, scope } = movement;
  const end = evidence.authorizationEnds.get(id);
  const payment = end && evidence.movements.get(end.paymentId);
  const authorized = end && evidence.authorizations.get(end.paymentId);
  const isCapture = type === 'CAPTURE';
  const isRight =
    end !== undefined &&
    payment?.type === 'AUTHORIZATION' &&
    authorized !== undefined &&
    (end.outcome === 'CAPTURED') === isCapture &&
    (isCapture ? amount <= authorized.amount : amount === authorized.amount) &&
    end.capturedAmount === (isCapture ? amount : 0) &&
    end.partnerId === evidence.payments.get(payment.id)?.partnerId &&
    accountId === payment.accountId &&
    counterAccountId === payment.counterAccountId &&
    end.endedAt === completedAt &&
    end.businessDate >= completedAt.slice(0, 10) &&
    (end.outcome === 'EXPIRED') === scope.endsWith(':expiries') &&
    (end.outcome !== 'EXPIRED' || authorized.expiresAt <= completedAt);
  if (isRight) return;
  const text = `movement ${JSON.stringify(movement)} is the end ${JSON.stringify(end)} of ${JSON.stringify(payment)}`;
  evidence.violate('balanced', text);
}

function expiryOf({ completedAt }: MovementRow): string | null {
  if (completedAt === null) return null;
  const expiresMs = Date.parse(`${completedAt.replace(' ', 'T')}Z`) + HELD_MS;
  return new Date(expiresMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** Nobody was paid, or promised, an order before the payment that held it was void, or given back whole. */
function checkOrder(evidence: Evidence, { name, movements, operations }: Claim): void {
  const done = movements.filter(({ status }) => status === 'COMPLETED');
  for (const [index, later] of done.entries()) {
    const told = operations.find((one) => isSuccess(one) && evidence.matches(one.intent, later));
    if (!told) continue;
    for (const earlier of done.slice(0, index)) {
      const wasTold = wasDone(operations, 'paymentId', earlier.id, told.startedMs);
      if (!wasTold || !wasFreedAfter(evidence, earlier, told)) continue;
      const text = `order ${name}: payment ${later.id} was made before payment ${earlier.id} had given it back`;
      evidence.violate('once', text, told);
    }
  }
}

/** Whether a payment still had its order for certain when this was answered. */
function wasFreedAfter(evidence: Evidence, payment: MovementRow, { endedMs, days }: Operation): boolean {
  const end = evidence.endsOfPayments.get(payment.id);
  if (end?.outcome === 'EXPIRED') return end.endedAt.slice(0, 10) > days[1];
  const lastCancel = evidence.state.cancels.findLast(({ paymentId }) => paymentId === payment.id);
  const freeing = end?.outcome === 'VOIDED' ? end.movementId : lastCancel?.movementId;
  const asked = evidence.history.operations.filter(isMoney).filter(({ intent }) => {
    const movement = evidence.movements.get(freeing ?? 0);
    return movement !== undefined && intent.paymentId === payment.id && evidence.matches(intent, movement);
  });
  return evidence.holdsOrder(payment) || (asked.length > 0 && asked.every(({ startedMs }) => startedMs > endedMs));
}

/**
 * An end is refused when another one was there, which is named; when the payment is none that waits for an end; and when
 * more is wanted than was authorised.
 */
export function checkCaptureRefusal(
  evidence: Evidence,
  claim: Claim,
  operation: Operation<MoneyIntent>,
  code: 'NotCapturable' | 'OverAuthorizedAmount',
  detail: Fields,
): void {
  const { intent, startedMs } = operation;
  const paymentId = intent.paymentId as number;
  const end = evidence.endsOfPayments.get(paymentId);
  const { amount = 0 } = evidence.authorizations.get(paymentId) ?? {};
  const isEnd = end && isDeepStrictEqual(detail, { paymentId, outcome: end.outcome, endedAt: end.endedAt });
  const wasNone = isDeepStrictEqual(detail, { paymentId }) && !wasAuthorized(evidence, paymentId, startedMs);
  const isTooMuch =
    isDeepStrictEqual(detail, { capturableAmount: amount, captureAmount: intent.amount }) &&
    intent.amount > amount &&
    endToldMs(evidence, paymentId) >= startedMs;
  if (code === 'NotCapturable' ? !isEnd && !wasNone : !isTooMuch) {
    const text = `payment ${paymentId} of ${amount} won has ended with ${JSON.stringify(end)}: ${JSON.stringify(detail)}`;
    evidence.violate('refusals are true', text, operation);
  }
  if (claim.operations.some((other) => isSuccess(other) && other.endedMs < startedMs)) {
    const text = `${claim.name} had been answered with Success, and then with ${answerOf(operation)}`;
    evidence.violate('a duplicate is 409 for ever', text, operation);
  }
}

/** Whether anybody had been told by then that it is authorised. */
function wasAuthorized(evidence: Evidence, paymentId: number, atMs: number): boolean {
  if (evidence.movements.get(paymentId)?.type !== 'AUTHORIZATION') return false;
  const order = evidence.payments.get(paymentId)?.order ?? '';
  return wasDone(evidence.orders.get(order)?.operations ?? [], 'paymentId', paymentId, atMs);
}

/** It is authorised until it has ended, and then it has ended as it did, for as much. */
function checkShown(evidence: Evidence, read: Operation<ReadIntent>, shown: ShownPayment): void {
  const { paymentId, status } = shown;
  const payment = evidence.movements.get(paymentId);
  if (payment === undefined) return; // is reported already
  const isManual = payment.type === 'AUTHORIZATION';
  const end = evidence.endsOfPayments.get(paymentId);
  const text = `payment ${paymentId} was shown as ${JSON.stringify(shown)}, and has ended with ${JSON.stringify(end)}`;
  if (status === 'AUTHORIZED' && endToldMs(evidence, paymentId) < read.startedMs) {
    evidence.violate('reads are fresh', text, read);
  }
  const isWaiting = status === 'AUTHORIZED' || status === 'PENDING' || status === 'FAILED';
  const outcome = isManual && !isWaiting ? end?.outcome : undefined;
  const paid = isWaiting ? 0 : evidence.paidOf(payment);
  const canceled = cancelsOf(evidence, paymentId, paid).find((one) => one.amount === shown.canceledAmount);
  const isRight =
    isManual === (shown.capture === 'MANUAL') &&
    shown.totalPayAmount === payment.amount &&
    (!isManual || shown.capturedAmount === paid) &&
    shown.cancelableAmount === paid - shown.canceledAmount &&
    canceled?.status === (paid > 0 ? status : undefined) &&
    (status === 'VOIDED') === (outcome === 'VOIDED' || outcome === 'EXPIRED') &&
    shown.voidReason ===
      (status === 'VOIDED' ? { VOIDED: 'REQUESTED', EXPIRED: 'EXPIRED' }[outcome as 'VOIDED'] : undefined) &&
    shown.voidedAt === (status === 'VOIDED' ? end?.endedAt : undefined) &&
    shown.capturedAt === (outcome === 'CAPTURED' ? end?.endedAt : undefined) &&
    shown.expiresAt === (status === 'AUTHORIZED' ? evidence.authorizations.get(paymentId)?.expiresAt : undefined);
  if (!isRight) evidence.violate('reads are true', text, read);
}

/** What a payment has given back after each of its cancels, and how it was shown then; none where nothing was paid. */
function cancelsOf(
  evidence: Evidence,
  id: number,
  paid: number,
): { readonly amount: number; readonly status: string }[] {
  if (paid === 0) return [];
  const after = evidence.state.cancels.filter(({ paymentId }) => paymentId === id);
  return [
    { amount: 0, status: 'APPROVED' },
    ...after.map(({ cancelableAfter: left }) => ({
      amount: paid - left,
      status: left === 0 ? 'CANCELED' : 'PARTIALLY_CANCELED',
    })),
  ];
}
