import { Refusal } from '../platform/http/answers.js';

const BARE = /^[\x21-\x7e]{1,255}$/;
const QUOTED = /^"(?:[^"\\]|\\["\\])*"$/;

/**
 * The key of an `Idempotency-Key` header: bare, as Toss Payments and Stripe document it, or the quoted string of
 * draft-ietf-httpapi-idempotency-key-header; both spell the same key.
 *
 * @throws Refusal IdempotencyKeyInvalid for anything but 1–255 visible ASCII characters
 */
export function parseIdempotencyKey(header: string | string[]): string {
  if (typeof header !== 'string') throw new Refusal('IdempotencyKeyInvalid');
  const text = header.trim();
  const key = QUOTED.test(text) ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
  if (!BARE.test(key)) throw new Refusal('IdempotencyKeyInvalid');
  return key;
}
