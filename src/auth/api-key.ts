import { hash, randomBytes } from 'node:crypto';
import type { Config } from '../platform/config/config.js';

const RANDOM_BYTES = 32;
/** `pk_live_` and the first eight characters: enough to tell keys apart by, far too little to guess the rest from. */
const PREFIX_LENGTH = 16;
const SHAPE = /^pk_(?:live|test)_[\w-]{43}$/;

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

/** Keys of one kind of deployment are worth nothing to the other, even if the two shared a database. */
function beginningOf(environment: Config['environment']): string {
  return environment === 'production' ? 'pk_live_' : 'pk_test_';
}

export function newKey(environment: Config['environment']): string {
  return beginningOf(environment) + randomBytes(RANDOM_BYTES).toString('base64url');
}

export function printOf(key: string): KeyPrint {
  return { prefix: key.slice(0, PREFIX_LENGTH), hash: hash('sha256', key, 'buffer') };
}

/** The key of an `Authorization: Bearer …` header; null when it can't be one of this deployment's. */
export function keyIn(header: string, environment: Config['environment']): string | null {
  const [scheme = '', key = '', ...rest] = header.split(' ');
  if (scheme.toLowerCase() !== 'bearer' || rest.length > 0) return null;
  return SHAPE.test(key) && key.startsWith(beginningOf(environment)) ? key : null;
}
