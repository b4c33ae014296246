import { declareMovement } from '../movements/index.js';

export interface ProductItem {
  readonly name: string;
  readonly count: number;
}

/** What a payment's request says besides who, where and how much. */
export interface PaymentDetails {
  readonly partnerId: number;
  readonly partnerPayKey: string;
  readonly productItems: readonly ProductItem[];
}

export const PAYMENT = declareMovement<PaymentDetails>({
  type: 'PAYMENT',
  name: 'payment',
  counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
  topUp: 'missing',
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
  claims: (details) => `order ${orderOf(details)}`,
});

/** An order, which can be paid once, by name. */
export function orderOf({ partnerId, partnerPayKey }: Pick<PaymentDetails, 'partnerId' | 'partnerPayKey'>): string {
  return `${partnerId} ${partnerPayKey}`;
}

/** The payments that movements with these details are a part of, by movement. */
export function paymentIdsIn(details: ReadonlyMap<number, { readonly paymentId: number }>): Map<number, number> {
  return new Map([...details].map(([id, { paymentId }]) => [id, paymentId]));
}
