import { agreementKey, type AgreementsRead, type Counted, holdAgainst } from '../agreements/index.js';
import { declareMovement, type MovementRequest } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';

export interface ProductItem {
  readonly name: string;
  readonly count: number;
}

/** What a payment's request says besides who, where and how much. */
export interface PaymentDetails {
  readonly partnerId: number;
  readonly partnerPayKey: string;
  readonly productItems: readonly ProductItem[];
  /** For which agreement of the user's it counts; known once it was decided. */
  readonly counted?: Counted;
}

export const PAYMENT = declareMovement<PaymentDetails>({
  type: 'PAYMENT',
  name: 'payment',
  counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
  topUp: 'missing',
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
  claims: (details) => `order ${orderOf(details)}`,
  rule: asAgreed,
});

/** An order, which can be paid once, by name. */
export function orderOf({ partnerId, partnerPayKey }: Pick<PaymentDetails, 'partnerId' | 'partnerPayKey'>): string {
  return `${partnerId} ${partnerPayKey}`;
}

/** The rule of all payments, in one step or in two: they share what the user has agreed to. */
export function asAgreed(
  request: MovementRequest<PaymentDetails>,
  read: unknown,
  accepted: readonly MovementRequest<PaymentDetails>[],
): MovementRequest<PaymentDetails> | Refusal {
  const { userId, amount, details } = request;
  const isSame = (other: MovementRequest<PaymentDetails>) =>
    other.userId === userId && other.details.partnerId === details.partnerId;
  const used = accepted.reduce((sum, other) => (isSame(other) ? sum + other.amount : sum), 0);
  const key = agreementKey(userId, details.partnerId);
  const counted = holdAgainst(read as AgreementsRead, key, amount, used);
  if (typeof counted === 'string') return new Refusal('AgreementRequired', { reason: counted });
  return counted ? { ...request, details: { ...details, counted } } : request;
}

/** The payments that movements with these details are a part of, by movement. */
export function paymentIdsIn(details: ReadonlyMap<number, { readonly paymentId: number }>): Map<number, number> {
  return new Map([...details].map(([id, { paymentId }]) => [id, paymentId]));
}
