import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { type Caller, isOfPartner, type UnauthorizedReason } from '../platform/http/access.js';
import { Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import { isKeyOf, keyIn, type KeyPrint, printOf } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import { KnownKeys } from './known-keys.js';
import { Limits } from './limits.js';

const FAILURES_WINDOW_MS = 60_000;
const SECOND_MS = 1_000;
/** How long a key that was never seen may wait for those of the same address before it. */
const TURN_WITHIN_MS = 1_000;

/** Finds out who sends a request, and whether that one sends too many. */
@Injectable()
export class Authenticator {
  /** The end of each address's line of strangers. */
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(
    private readonly known: KnownKeys,
    private readonly limits: Limits,
    private readonly config: Config,
  ) {}

  /**
   * The caller whose key was found good within the last seconds: nearly all, and so for nothing that waits. Null says
   * nothing: `identify` has to look.
   */
  recognize(authorization: string | undefined): Caller | null {
    const key = authorization === undefined ? null : keyIn(authorization);
    const isOurs = key !== null && isKeyOf(this.config.environment, key);
    const stored = isOurs ? this.known.findFresh(printOf(key)) : null;
    return stored && callerOf(stored);
  }

  /**
   * A wrong key is never let through as no key. Where keys are required, a missing one counts as a wrong one.
   *
   * @param authorization the header
   * @param address where the request comes from; wrong keys are counted by it
   * @throws Refusal Unauthorized; TooManyRequests after too many wrong keys; TemporarilyUnavailable when the key could
   *   not be looked up in time
   */
  async identify(authorization: string | undefined, address: string): Promise<Caller> {
    if (authorization === undefined) {
      if (this.config.auth === 'required') throw await this.refuse(address, 'missing');
      return { role: 'anyone' };
    }
    const key = keyIn(authorization);
    if (key === null) throw await this.refuse(address, 'malformed');
    if (!isKeyOf(this.config.environment, key)) throw await this.refuse(address, 'unknown-or-revoked');
    const print = printOf(key);
    // The keys that are known to be good wait for nobody, whatever else comes from their address.
    return callerOf(this.known.isStranger(print) ? await this.lookUp(print, address) : await this.find(print, address));
  }

  /** Takes one of this second's share of the key (without one: of the address) where that needs nobody else. */
  limitAtOnce(caller: Caller, address: string): boolean {
    return this.config.rateLimitPerSecond === 0 || this.limits.takeAtOnce(shareOf(caller, address));
  }

  /** Takes one of that share. @throws Refusal TooManyRequests when it is used up */
  async limit(caller: Caller, address: string): Promise<void> {
    const waitMs = await this.limits.take(shareOf(caller, address), this.config.rateLimitPerSecond, SECOND_MS);
    if (waitMs > 0) throw tooMany(waitMs);
  }

  /**
   * Strangers of one address are looked up one after the other, each counted before the next: however many come at
   * once, no more are looked up than may be wrong.
   */
  private lookUp(print: KeyPrint, address: string): Promise<StoredKey> {
    const giveUpAt = performance.now() + TURN_WITHIN_MS;
    const turn = this.inLine(address, async () => {
      const isOver = this.known.isStranger(print) && this.limits.overMs(failuresOf(address)) > 0;
      if (isOver) throw await this.refuse(address, 'unknown-or-revoked');
      if (performance.now() >= giveUpAt) throw new Refusal('TemporarilyUnavailable');
      return this.find(print, address);
    });
    return inTime(turn, giveUpAt);
  }

  private inLine<T>(address: string, work: () => Promise<T>): Promise<T> {
    const before = this.lines.get(address) ?? Promise.resolve();
    const mine = before.then(work);
    const end = mine.then(ignore, ignore).then(() => {
      if (this.lines.get(address) === end) this.lines.delete(address);
    });
    this.lines.set(address, end);
    return mine;
  }

  private async find(print: KeyPrint, address: string): Promise<StoredKey> {
    const stored = await this.known.find(print);
    if (!stored) throw await this.refuse(address, 'unknown-or-revoked');
    return stored;
  }

  private async refuse(address: string, reason: UnauthorizedReason): Promise<Refusal> {
    const waitMs = await this.limits.take(failuresOf(address), this.config.authFailuresPerMinute, FAILURES_WINDOW_MS);
    return waitMs > 0 ? tooMany(waitMs) : new Refusal('Unauthorized', { reason });
  }
}

const shareOf = (caller: Caller, address: string) =>
  caller.role === 'anyone' ? `address:${address}` : `key:${caller.keyId}`;
const failuresOf = (address: string) => `failures:${address}`;
const ignore = () => undefined;

function tooMany(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / SECOND_MS);
  return new Refusal('TooManyRequests', undefined, undefined, { retryAfterSeconds });
}

function callerOf({ id, role, partnerId }: StoredKey): Caller {
  if (!isOfPartner(role)) return { role, keyId: id };
  if (partnerId === null) throw new Error(`key ${id} is a partner's, but of no partner`);
  return { role, keyId: id, partnerId };
}
