import { hash, randomBytes } from 'node:crypto';
import type { Config } from '../platform/config/config.js';

/** Of the idempotency keys that keys are made under. */
export const KEYS_ROUTE = 'keys';
export const LABEL_LENGTH_MAX = 100;
/** How long a key that ends may be good. */
export const DAYS_MAX = 9_999;

const RANDOM_BYTES = 32;
/** `sk_live_` and the first eight characters: enough to tell keys apart by, far too little to guess the rest from. */
const PREFIX_LENGTH = 16;
/** Keys were called `pk_…` once, and those stay good. */
const SHAPE = /^[sp]k_(live|test)_[\w-]{43}$/;

/** What is kept of a key. The key itself is shown once, to whom it is made for. */
export interface KeyPrint {
  /** Its beginning, for lists. */
  readonly prefix: string;
  /**
   * SHA-256 of the whole key. Slow hashes are for passwords, which can be guessed; 256 random bits can't, so a fast one
   * is right, and a request costs next to nothing.
   */
  readonly hash: Buffer;
}

export function newKey(environment: Config['environment']): string {
  return `sk_${kindOf(environment)}_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Keys of one kind of deployment are worth nothing to the other, even if the two shared a database. */
export function isKeyOf(environment: Config['environment'], key: string): boolean {
  return SHAPE.exec(key)?.[1] === kindOf(environment);
}

const kindOf = (environment: Config['environment']) => (environment === 'production' ? 'live' : 'test');

export function printOf(key: string): KeyPrint {
  return { prefix: key.slice(0, PREFIX_LENGTH), hash: Buffer.from(hash('sha256', key, 'hex'), 'hex') };
}

/**
 * The key of an `Authorization` header: `Bearer <key>`, or HTTP Basic with the key as user name and an empty password,
 * as `curl -u <key>:` sends it. Null when there can't be one in it.
 */
export function keyIn(header: string): string | null {
  const [scheme = '', value = '', ...rest] = header.split(' ');
  if (rest.length > 0) return null;
  const key = scheme.toLowerCase() === 'basic' ? userOf(value) : scheme.toLowerCase() === 'bearer' ? value : '';
  return SHAPE.test(key) ? key : null;
}

/** Empty where there is a password. */
function userOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('latin1');
  return text.endsWith(':') ? text.slice(0, -1) : '';
}
