import { declareMovement, type MovementRequest, type MovementView } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';
import { asAgreed, orderOf, type PaymentDetails } from './payment.movement.js';

const DAYS_MAX = 7;
const DAY_MS = 86_400_000;

const counter = { kind: 'PARTNER_PAYABLE', of: 'noUser' } as const;

/** The first of two steps: what is to be paid stays on the main account, where nobody else can use it. */
export const AUTHORIZATION = declareMovement<PaymentDetails>({
  type: 'AUTHORIZATION',
  name: 'authorisation of a payment',
  counter,
  topUp: 'missing',
  keepsHold: true,
  legs: [],
  claims: (details) => `order ${orderOf(details)}`,
  rule: asAgreed,
});

export type AuthorizationOutcome = 'CAPTURED' | 'VOIDED' | 'EXPIRED';

/** What an end of an authorisation says. Amounts are won. */
export interface AuthorizationEndDetails {
  readonly paymentId: number;
  readonly partnerId: number;
  readonly partnerPayKey: string;
  readonly authorizedAmount: number;
  readonly outcome: AuthorizationOutcome;
}

/** The partner takes what was authorised, or less; the rest is free again. */
export const CAPTURE = declareMovement<AuthorizationEndDetails>({
  type: 'CAPTURE',
  name: 'capture of a payment',
  counter,
  uses: 'AUTHORIZATION',
  evenIfFrozen: 'either',
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
  claims: endOf,
  rule: (request, read) => endIfOpen(request, read as ReadonlySet<number>),
});

/** All that was authorised is free again, since the partner says so or its time is over. */
export const VOID = declareMovement<AuthorizationEndDetails>({
  type: 'VOID',
  name: 'void of a payment',
  counter,
  uses: 'AUTHORIZATION',
  evenIfFrozen: 'either',
  legs: [],
  claims: endOf,
  rule: (request, read) => endIfOpen(request, read as ReadonlySet<number>),
});

/** An authorisation has one end, whichever it is. */
function endOf({ paymentId }: AuthorizationEndDetails): string {
  return `end of authorization ${paymentId}`;
}

/** `open`: those of the group's authorisations that are held. Another end in the same group has the claim already. */
function endIfOpen(
  request: MovementRequest<AuthorizationEndDetails>,
  open: ReadonlySet<number>,
): MovementRequest<AuthorizationEndDetails> | Refusal {
  const { paymentId, authorizedAmount } = request.details;
  if (!open.has(paymentId)) return new Refusal('NotCapturable', { paymentId });
  if (request.amount > authorizedAmount) {
    const detail = { capturableAmount: authorizedAmount, captureAmount: request.amount };
    return new Refusal('OverAuthorizedAmount', detail);
  }
  return { ...request, usedHold: authorizedAmount };
}

/** When a payment that was authorised at this time is voided by itself. */
export function expiryOf(authorizedAt: Date): Date {
  return new Date(authorizedAt.getTime() + DAYS_MAX * DAY_MS);
}

/** The same of a COMPLETED `AUTHORIZATION`. */
export function expiresAt({ completedAt }: Pick<MovementView, 'completedAt'>): Date {
  return expiryOf(completedAt as Date);
}
