import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Caller } from '../platform/http/access.js';
import { Refusal } from '../platform/http/answers.js';
import { keyIn, printOf } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import { KnownKeys } from './known-keys.js';
import { Limits } from './limits.js';

const FAILURES_WINDOW_MS = 60_000;
const SECOND_MS = 1_000;

/** Finds out who sends a request, and whether that one sends too many. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly known: KnownKeys,
    private readonly limits: Limits,
    private readonly config: Config,
  ) {}

  /**
   * A wrong key is never let through as no key.
   *
   * @param authorization the header
   * @param address where the request comes from; wrong keys are counted by it
   * @throws Refusal Unauthorized; TooManyRequests after too many wrong keys
   */
  async identify(authorization: string | undefined, address: string): Promise<Caller> {
    if (authorization === undefined) {
      if (this.config.auth === 'required') throw new Refusal('Unauthorized');
      return { role: 'anyone' };
    }
    const key = keyIn(authorization, this.config.environment);
    if (key === null) throw await this.refuse(address);
    const print = printOf(key);
    // An address over its limit has no more guesses looked up, but the keys that are known to be good go on.
    if (this.known.isStranger(print) && this.limits.overMs(failuresOf(address)) > 0) {
      throw await this.refuse(address);
    }
    const stored = await this.known.find(print);
    if (!stored) throw await this.refuse(address);
    return callerOf(stored);
  }

  /** @throws Refusal TooManyRequests when this second's share of the key (without one: of the address) is used up */
  async limit(caller: Caller, address: string): Promise<void> {
    const max = this.config.rateLimitPerSecond;
    if (max === 0) return;
    const name = caller.role === 'anyone' ? `address:${address}` : `key:${caller.keyId}`;
    const waitMs = await this.limits.take(name, max, SECOND_MS);
    if (waitMs > 0) throw tooMany(waitMs);
  }

  private async refuse(address: string): Promise<Refusal> {
    const waitMs = await this.limits.take(failuresOf(address), this.config.authFailuresPerMinute, FAILURES_WINDOW_MS);
    return waitMs > 0 ? tooMany(waitMs) : new Refusal('Unauthorized');
  }
}

const failuresOf = (address: string) => `failures:${address}`;

function tooMany(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / SECOND_MS);
  return new Refusal('TooManyRequests', undefined, undefined, { retryAfterSeconds });
}

function callerOf({ id, role, partnerId }: StoredKey): Caller {
  if (role !== 'partner') return { role, keyId: id };
  if (partnerId === null) throw new Error(`key ${id} is a partner's, but of no partner`);
  return { role, keyId: id, partnerId };
}
