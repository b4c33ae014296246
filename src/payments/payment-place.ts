import { invalidField } from '../platform/http/validation.pipe.js';

/** Where a payment stands in its partner's list, which is by business day, newest first. */
export interface PaymentPlace {
  /** YYYY-MM-DD */
  readonly businessDate: string;
  readonly paymentId: number;
}

const PLACE = /^(\d{4}-\d{2}-\d{2})\.([1-9]\d{0,15})$/;

/** A cursor is opaque to clients; it holds the place after which the next page begins. */
export function encodePlace(place: PaymentPlace | null): string | null {
  return place && Buffer.from(`${place.businessDate}.${place.paymentId}`).toString('base64url');
}

/** @throws Refusal InvalidRequest for what `encodePlace` has not made */
export function decodePlace(cursor: string): PaymentPlace {
  const [, businessDate = '', id = ''] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const place = { businessDate, paymentId: Number(id) };
  if (encodePlace(place) === cursor && !Number.isNaN(Date.parse(businessDate))) return place;
  throw invalidField('cursor', 'must be the nextCursor of an earlier page');
}
