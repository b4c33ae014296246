import type { MovementView } from '../movements/index.js';
import type { AuthorizationRecord } from './authorizations.repository.js';

export const PAYMENT_STATUSES = [
  'PENDING',
  'AUTHORIZED',
  'APPROVED',
  'FAILED',
  'VOIDED',
  'CANCELED',
  'PARTIALLY_CANCELED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** What a payment's status follows from. Amounts are won. */
export interface PaymentState {
  readonly status: MovementView['status'];
  readonly amount: number;
  readonly canceledAmount: number;
  /** Null of a payment in one step, and of one in two that is not authorised (yet). */
  readonly authorization: Pick<AuthorizationRecord, 'end'> | null;
}

/** won that the partner has got of a payment, whatever was given back since */
export function paidAmountOf({ status, amount, authorization }: PaymentState): number {
  if (status !== 'COMPLETED') return 0;
  return authorization ? (authorization.end?.capturedAmount ?? 0) : amount;
}

export function paymentStatusOf(payment: PaymentState): PaymentStatus {
  const { status, canceledAmount, authorization } = payment;
  if (status !== 'COMPLETED') return status;
  if (authorization && !authorization.end) return 'AUTHORIZED';
  if (authorization?.end && authorization.end.outcome !== 'CAPTURED') return 'VOIDED';
  if (canceledAmount === 0) return 'APPROVED';
  return canceledAmount < paidAmountOf(payment) ? 'PARTIALLY_CANCELED' : 'CANCELED';
}
