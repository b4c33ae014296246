import { describe, expect, it } from '@jest/globals';
import { paymentStatusOf } from './payment.state.js';

describe("a payment's status", () => {
  it.each([
    ['PENDING', 0, 'PENDING'],
    ['FAILED', 0, 'FAILED'],
    ['COMPLETED', 0, 'APPROVED'],
    ['COMPLETED', 1, 'PARTIALLY_CANCELED'],
    ['COMPLETED', 999, 'PARTIALLY_CANCELED'],
    ['COMPLETED', 1_000, 'CANCELED'],
  ] as const)('of a %s movement of 1,000 won with %d given back is %s', (movement, canceled, status) => {
    expect(paymentStatusOf(movement, 1_000, canceled)).toBe(status);
  });
});
