import type { MovementView } from '../movements/index.js';

export const PAYMENT_STATUSES = ['PENDING', 'APPROVED', 'FAILED', 'CANCELED', 'PARTIALLY_CANCELED'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** A payment's status follows from its movement and from what was given back of it (won). */
export function paymentStatusOf(status: MovementView['status'], amount: number, canceledAmount: number): PaymentStatus {
  if (status === 'PENDING' || status === 'FAILED') return status;
  if (canceledAmount === 0) return 'APPROVED';
  return canceledAmount < amount ? 'PARTIALLY_CANCELED' : 'CANCELED';
}
