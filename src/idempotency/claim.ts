import { hash, randomUUID } from 'node:crypto';
import { Refusal } from '../platform/http/answers.js';

/** What one request claims: its key within a scope, and the payload that the key is bound to. */
export interface IdempotencyClaim {
  /** `partner:100:payments`, `user:1:transfers`: two partners, or two routes, may use the same key. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the payload by value: the order of keys and white space don't matter. */
  readonly hash: Buffer;
}

/** A claim whose owner the handler has found out. */
export function ownedBy(claim: IdempotencyClaim, scope: string): IdempotencyClaim {
  return { ...claim, scope };
}

/** The claim of a request that came without a key: unique, so that a lost COMMIT can still be looked up. */
export function claimWithoutKey(scope: string, payload: unknown): IdempotencyClaim {
  return { scope, key: `unkeyed-${randomUUID()}`, hash: fingerprint(payload) };
}

/**
 * SHA-256 of a payload by value.
 *
 * @throws Refusal InvalidRequest for a payload that is nested too deeply
 */
export function fingerprint(payload: unknown): Buffer {
  return hash('sha256', canonical(payload), 'buffer');
}

/** Deeper than any body of ours; a hostile one must not exhaust the stack. */
const DEPTH_MAX = 16;

function canonical(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) {
    throw new Refusal('InvalidRequest', { errors: [{ field: 'body', reason: 'is nested too deeply' }] });
  }
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
