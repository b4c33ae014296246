import { hash, randomUUID } from 'node:crypto';
import type { PlannedAct } from '../acts/index.js';
import { invalidField } from '../platform/http/validation.pipe.js';

/** What one request claims: its key within a scope, and the payload that the key is bound to. */
export interface IdempotencyClaim {
  /** See `scopeOf`. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the payload by value: the order of keys and white space don't matter. */
  readonly hash: Buffer;
  /** Characters of the payload, about. */
  readonly payloadLength: number;
  /** Redis says that another request with this key is under way. That is no proof: the database must be asked. */
  readonly isContested?: boolean;
  /** An operator asks: to be recorded in the transaction that does it. */
  readonly act?: PlannedAct;
}

/** There is only one of them. */
export type SoleOwner = 'app' | 'operator';

/**
 * Where a key is unique, so that two partners, or two routes, may use the same one: `partner:100:payments`,
 * `user:1:transfers`, `app:users`.
 */
export function scopeOf(owner: SoleOwner, ownerId: null, route: string): string;
export function scopeOf(owner: 'partner' | 'user', ownerId: number, route: string): string;
export function scopeOf(owner: 'partner' | 'user' | SoleOwner, ownerId: number | null, route: string): string {
  return ownerId === null ? `${owner}:${route}` : `${owner}:${ownerId}:${route}`;
}

/**
 * The claim of a request that came with a key, or without one: then it is unique, so that a lost COMMIT can be looked
 * up.
 */
export function claimOf(scope: string, key: string | null, payload: unknown): IdempotencyClaim {
  const text = canonical(payload);
  return {
    scope,
    key: key ?? `unkeyed-${randomUUID()}`,
    // As text first: for a Buffer of its own Node makes an ArrayBuffer, which takes longer than the hash.
    hash: Buffer.from(hash('sha256', text, 'hex'), 'hex'),
    payloadLength: text.length,
  };
}

/** A claim whose owner the handler has found out. */
export function ownedBy(claim: IdempotencyClaim, scope: string): IdempotencyClaim {
  return { ...claim, scope };
}

/** Deeper than any body of ours; a hostile one must not exhaust the stack. */
const DEPTH_MAX = 16;

/**
 * A payload by value: as JSON whose names are in order, and where what is absent is null.
 *
 * @throws Refusal InvalidRequest for one that is nested too deeply
 */
function canonical(payload: unknown): string {
  return JSON.stringify(sorted(payload, 0));
}

function sorted(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX) throw invalidField('body', 'is nested too deeply');
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  if (names.length <= FEW) sortFew(names);
  else names.sort();
  const copy: Record<string, unknown> = {};
  for (const name of names) copy[name] = sorted(fields[name], depth + 1);
  return copy;
}

const FEW = 16;

/** As `sort` does, which allocates more for a handful of names than all else that a payload's hash needs. */
function sortFew(names: string[]): void {
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string;
    let place = end;
    for (; place > 0 && name < (names[place - 1] as string); place--) names[place] = names[place - 1] as string;
    names[place] = name;
  }
}
