import { invalidField } from './validation.pipe.js';

/** A cursor is opaque to clients; it holds the number before, or after, which the next page begins. */
export function encodeCursor(before: number | null): string | null {
  return before === null ? null : Buffer.from(String(before)).toString('base64url');
}

/**
 * The number in a cursor; without one, a number before which everything is.
 *
 * @throws Refusal InvalidRequest for what `encodeCursor` has not made
 */
export function decodeCursor(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const text = Buffer.from(cursor, 'base64url').toString();
  const before = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(before) && encodeCursor(before) === cursor) return before;
  throw invalidField('cursor', 'must be the nextCursor of an earlier page');
}

/** The same where the next page is after the number: without a cursor, one after which everything is. */
export function decodePlaceAfter(cursor: string | undefined): number {
  return cursor === undefined ? 0 : decodeCursor(cursor);
}

/** A place in a list that is in the order of time, and of ids where two happened at once. */
export interface TimePlace {
  readonly time: Date;
  readonly id: number;
}

/** The same for a list in the order of time. */
export function encodePlace(place: TimePlace | null): string | null {
  return place && Buffer.from(`${place.time.getTime()}.${place.id}`).toString('base64url');
}

/** @throws Refusal InvalidRequest for what `encodePlace` has not made */
export function decodePlace(cursor: string): TimePlace {
  const [, time, id] = /^(\d{1,14})\.(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const place = { time: new Date(Number(time)), id: Number(id) };
  if (time !== undefined && Number.isSafeInteger(place.id) && encodePlace(place) === cursor) return place;
  throw invalidField('cursor', 'must be the nextCursor of an earlier answer');
}
