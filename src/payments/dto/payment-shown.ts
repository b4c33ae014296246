import { failureAnswerOf } from '../../movements/index.js';
import { seoulDateTime } from '../../platform/clock/clock.js';
import { paidAmountOf, paymentStatusOf } from '../payment.state.js';
import type { PaymentRecord } from '../payments.repository.js';
import type { PaymentDto } from './payment-detail.dto.js';

/** For a partner's key, what came from the customer's bank is left out: it would tell the customer's balance. */
export function paymentShown(payment: PaymentRecord, ownPartnerId: number | null): PaymentDto {
  const { canceledAmount, completedAt } = payment;
  const isPaid = payment.status === 'COMPLETED';
  const failureCode = failureAnswerOf(payment.failureCode);
  return {
    paymentId: payment.paymentId,
    userId: payment.userId,
    partnerId: payment.partnerId,
    partnerPayKey: payment.partnerPayKey,
    status: paymentStatusOf(payment),
    productItems: payment.productItems.map(({ name, count }) => ({ name, count })),
    totalPayAmount: payment.amount,
    ...(ownPartnerId === null && { toppedUpAmount: isPaid ? payment.toppedUpAmount : 0 }),
    ...(payment.isManual && twoSteps(payment)),
    canceledAmount,
    cancelableAmount: paidAmountOf(payment) - canceledAmount,
    cancels: payment.cancels.map((cancel) => ({
      cancelId: cancel.cancelId,
      cancelAmount: cancel.amount,
      cancelReason: cancel.reason,
      canceledAt: seoulDateTime(cancel.canceledAt),
    })),
    ...(failureCode && { failureCode }),
    requestedAt: seoulDateTime(payment.createdAt),
    ...(isPaid && completedAt && { paymentDateTime: seoulDateTime(completedAt) }),
  };
}

/** What there is to say of a payment in two steps alone. */
function twoSteps(payment: PaymentRecord): Partial<PaymentDto> {
  const { authorization } = payment;
  const end = authorization?.end;
  const endedAt = end && seoulDateTime(end.endedAt);
  return {
    capture: 'MANUAL',
    capturedAmount: paidAmountOf(payment),
    ...(authorization && !end && { expiresAt: seoulDateTime(authorization.expiresAt) }),
    ...(endedAt && end.outcome === 'CAPTURED' && { capturedAt: endedAt }),
    ...(endedAt &&
      end.outcome !== 'CAPTURED' && {
        voidedAt: endedAt,
        voidReason: end.outcome === 'EXPIRED' ? 'EXPIRED' : 'REQUESTED',
      }),
  };
}
