import { declareMovement, type MovementRequest } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';

/** What a cancel says besides how much. Amounts are won. */
export interface CancelDetails {
  readonly paymentId: number;
  readonly partnerId: number;
  readonly reason: string;
  /** Null: all that is left, decided under the lock. */
  readonly cancelAmount: number | null;
  /** What the partner believes can still be cancelled; null: it doesn't say. */
  readonly expectedCancelable: number | null;
  /**
   * Known once it was decided: the number of this cancel, what can be cancelled after it, and (while it is made) of
   * what.
   */
  readonly decided: {
    readonly sequence: number;
    readonly cancelableAfter: number;
    readonly payment: LockedPayment | null;
  } | null;
}

/** A payment under its row lock. Amounts are won. */
export interface LockedPayment {
  readonly paymentId: number;
  readonly partnerPayKey: string;
  /** What was asked for. */
  readonly amount: number;
  /** What the partner has got; null: nothing yet, or nothing at all. */
  readonly paidAmount: number | null;
  /** It was paid in two steps. */
  readonly isManual: boolean;
  readonly canceledAmount: number;
  readonly cancels: number;
}

/** The partner pays back, whatever is on its account: it was paid the same before. */
export const PAYMENT_CANCEL = declareMovement<CancelDetails>({
  type: 'PAYMENT_CANCEL',
  name: 'cancel of a payment',
  counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
  evenIfFrozen: 'either',
  legs: [{ from: 'counter', to: 'main', amount: 'amount' }],
  rule: (request, read, accepted) => decideCancel(request, read as ReadonlyMap<number, LockedPayment>, accepted),
});

/** Cancels of a payment, together with those before in the same group, never give back more than was paid. */
function decideCancel(
  request: MovementRequest<CancelDetails>,
  payments: ReadonlyMap<number, LockedPayment>,
  accepted: readonly MovementRequest<CancelDetails>[],
): MovementRequest<CancelDetails> | Refusal {
  const { details } = request;
  const payment = payments.get(details.paymentId);
  if (!payment) return new Refusal('PaymentNotFound');
  const before = accepted.filter((other) => other.details.paymentId === payment.paymentId);
  const canceled = before.reduce((sum, other) => sum + other.amount, payment.canceledAmount);
  if (payment.paidAmount === null) return new Refusal('NotCancelable');
  const cancelable = payment.paidAmount - canceled;
  const amount = details.cancelAmount ?? cancelable;
  const refusal = refuse(cancelable, amount, details.expectedCancelable);
  if (refusal) return refusal;
  const decided = { sequence: payment.cancels + before.length + 1, cancelableAfter: cancelable - amount, payment };
  return { ...request, amount, details: { ...details, decided } };
}

function refuse(cancelable: number, amount: number, expected: number | null): Refusal | null {
  if (cancelable === 0) return new Refusal('AlreadyCanceled');
  if (expected !== null && expected !== cancelable) {
    return new Refusal('CancelableAmountChanged', { cancelableAmount: cancelable });
  }
  if (amount > cancelable) {
    return new Refusal('OverRemainAmount', { cancelableAmount: cancelable, cancelAmount: amount });
  }
  return null;
}
