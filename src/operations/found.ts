import type { Account } from '../ledger/index.js';
import type { MovementRow } from '../movements/index.js';
import type { Partner } from '../partners/index.js';
import { type PaymentRecord, paymentStatusOf } from '../payments/index.js';
import type { UserProfile } from '../users/index.js';
import type { Found, MatchedBy } from './search.js';

/** How each kind of thing stands in a list of all of them. */
export function foundUser({ id, name, email, state, signedUpAt }: UserProfile, matchedBy: MatchedBy): Found {
  return { kind: 'USER', id, title: name, matchedBy, email, status: state, occurredAt: signedUpAt };
}

export function foundPayment(payment: PaymentRecord, matchedBy: MatchedBy): Found {
  const { paymentId, partnerPayKey, amount, userId, partnerId, createdAt } = payment;
  const of = { userId, partnerId, amount, status: paymentStatusOf(payment) };
  return { kind: 'PAYMENT', id: paymentId, title: partnerPayKey, matchedBy, ...of, occurredAt: createdAt };
}

export function foundMovement(row: MovementRow, paymentId: number | undefined, matchedBy: MatchedBy): Found {
  const { id, type, status, amount, userId, createdAt } = row;
  const of = { userId, amount, status, ...(paymentId !== undefined && { paymentId }) };
  return { kind: 'MOVEMENT', id, title: type, matchedBy, ...of, occurredAt: createdAt };
}

export function foundAccount({ id, kind, ownerId, number, openedAt }: Account): Found {
  const isUsers = kind === 'MAIN' || kind === 'SAVINGS';
  const owner = {
    ...(isUsers && { userId: ownerId }),
    ...(kind === 'PARTNER_PAYABLE' && { partnerId: ownerId }),
  };
  return { kind: 'ACCOUNT', id, title: number, matchedBy: 'NUMBER', type: kind, ...owner, occurredAt: openedAt };
}

export function foundPartner({ id, name, createdAt }: Partner, matchedBy: MatchedBy): Found {
  return { kind: 'PARTNER', id, title: name, matchedBy, occurredAt: createdAt };
}
