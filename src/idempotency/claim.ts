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
    hash: hash('sha256', text, 'buffer'),
    payloadLength: text.length,
  };
}

/** A claim whose owner the handler has found out. */
export function ownedBy(claim: IdempotencyClaim, scope: string): IdempotencyClaim {
  return { ...claim, scope };
}

/** Deeper than any body of ours; a hostile one must not exhaust the stack. */
const DEPTH_MAX = 16;

/** @throws Refusal InvalidRequest for a payload that is nested too deeply */
function canonical(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw invalidField('body', 'is nested too deeply');
  // Text is added piece by piece: lists of pieces would be half of what a request's claim allocates.
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ','}${canonical(item, depth + 1)}`;
    return `[${text}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = value as Record<string, unknown>;
    for (const key of Object.keys(fields).sort()) {
      text += `${text && ','}${JSON.stringify(key)}:${canonical(fields[key], depth + 1)}`;
    }
    return `{${text}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
