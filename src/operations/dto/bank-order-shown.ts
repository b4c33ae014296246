import type { OrderRecord } from '../../bank/index.js';
import { seoulDateTime } from '../../platform/clock/clock.js';
import type { BankOrderDto } from './bank-order.dto.js';

export function orderShown(order: OrderRecord): BankOrderDto {
  const { status, refusal, settledAt } = order;
  return {
    ...orderBeginning(order),
    status,
    businessDate: order.businessDate,
    ...(status === 'PENDING' && { nextInquiryAt: seoulDateTime(order.nextInquiryAt) }),
    ...(refusal && { refusal }),
    ...(settledAt && { settledAt: seoulDateTime(settledAt) }),
  };
}

/** What there is to say of an order before its outcome is known. */
export function orderBeginning(order: OrderRecord) {
  const { resentAt, turnedAway } = order;
  return {
    kind: order.kind.toUpperCase(),
    bankTranId: order.bankTranId,
    amount: order.amount,
    heldAmount: order.heldAmount,
    linkedAccountId: order.linkedAccountId,
    bank: order.bank,
    bankCode: order.bankCode,
    askedAt: seoulDateTime(order.askedAt),
    inquiries: order.inquiries,
    ...(resentAt && { resentAt: seoulDateTime(resentAt) }),
    ...(turnedAway && { turnedAway }),
  };
}
