import { invalidField } from '../platform/http/validation.pipe.js';

/** The lists of a search that may be long: by key, by order number, and by partner's name. */
export const LISTS = ['key', 'order', 'name'] as const;
export type ListName = (typeof LISTS)[number];

/** Where each list goes on that has more: the number of the last thing that was shown of it. */
export type Places = Partial<Record<ListName, number>>;

const PLACE = /^(key|order|name)(\d{1,16})$/;

/** A cursor is opaque to clients. Null when no list has more. */
export function encodePlaces(places: Places): string | null {
  const parts = LISTS.flatMap((name) => (places[name] === undefined ? [] : `${name}${places[name]}`));
  return parts.length === 0 ? null : Buffer.from(parts.join(' ')).toString('base64url');
}

/** @throws Refusal InvalidRequest for what `encodePlaces` has not made */
export function decodePlaces(cursor: string): Places {
  const parts = Buffer.from(cursor, 'base64url').toString().split(' ');
  const places = Object.fromEntries(
    parts.flatMap((part) => {
      const [, name, number] = PLACE.exec(part) ?? [];
      return name === undefined ? [] : [[name, Number(number)]];
    }),
  ) as Places;
  if (encodePlaces(places) === cursor) return places;
  throw invalidField('cursor', 'must be the nextCursor of an earlier page');
}
