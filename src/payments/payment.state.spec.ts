import { describe, expect, it } from '@jest/globals';
import { paidAmountOf, paymentStatusOf } from './payment.state.js';

const AMOUNT = 1_000;

describe("a payment's status", () => {
  it.each([
    ['PENDING', 0, 'PENDING'],
    ['FAILED', 0, 'FAILED'],
    ['COMPLETED', 0, 'APPROVED'],
    ['COMPLETED', 1, 'PARTIALLY_CANCELED'],
    ['COMPLETED', 999, 'PARTIALLY_CANCELED'],
    ['COMPLETED', 1_000, 'CANCELED'],
  ] as const)('of a %s movement of 1,000 won with %d given back is %s', (status, canceledAmount, expected) => {
    expect(paymentStatusOf({ status, amount: AMOUNT, canceledAmount, authorization: null })).toBe(expected);
  });

  const end = (outcome: 'CAPTURED' | 'VOIDED' | 'EXPIRED', capturedAmount: number) => ({
    outcome,
    capturedAmount,
    endedAt: new Date(0),
  });
  it.each([
    ['held', null, 0, 'AUTHORIZED', 0],
    ['captured whole', end('CAPTURED', AMOUNT), 0, 'APPROVED', AMOUNT],
    ['captured in part', end('CAPTURED', 400), 0, 'APPROVED', 400],
    ['captured and given back in part', end('CAPTURED', 400), 399, 'PARTIALLY_CANCELED', 400],
    ['captured in part and all of that given back', end('CAPTURED', 400), 400, 'CANCELED', 400],
    ['voided', end('VOIDED', 0), 0, 'VOIDED', 0],
    ['over', end('EXPIRED', 0), 0, 'VOIDED', 0],
  ] as const)('of an authorisation that is %s', (_, ended, canceledAmount, expected, paid) => {
    const payment = { status: 'COMPLETED', amount: AMOUNT, canceledAmount, authorization: { end: ended } } as const;
    expect(paymentStatusOf(payment)).toBe(expected);
    expect(paidAmountOf(payment)).toBe(paid);
  });
});
