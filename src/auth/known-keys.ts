import { Injectable, Logger } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Clock } from '../platform/clock/clock.js';
import { SingleFlight } from '../platform/clock/single-flight.js';
import { inTime } from '../platform/http/in-time.js';
import type { KeyPrint } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';

/** How long the database's word on a key is taken at most: a revoked key is refused everywhere within this. */
export const KEY_FRESH_MS = 5_000;
/** Good and bad keys are remembered apart, so that guesses don't push good ones out. */
const REMEMBERED_MAX = 10_000;
/** A request's own time begins after this. */
const ASK_WITHIN_MS = 1_000;
const USED_EVERY_MS = 600_000;

interface Remembered {
  readonly key: StoredKey | null;
  readonly freshUntil: number;
  /** From then on whoever comes has it asked about again, and goes on with what is known. */
  readonly askAgainFrom: number;
}

/**
 * The keys that were seen lately, so that a request costs no round trip. Looked up by hash: what an attacker could
 * learn from the time that takes are bits of a hash, not of a key.
 */
@Injectable()
export class KnownKeys {
  private readonly logger = new Logger(KnownKeys.name);
  private readonly good = new Map<string, Remembered>();
  private readonly bad = new Map<string, Remembered>();
  private readonly questions = new SingleFlight<StoredKey | null>();

  constructor(
    private readonly keys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  /** Whether asking about this key again would need the database, for a key that was never good before. */
  isStranger({ hash }: KeyPrint): boolean {
    const name = hash.toString('latin1');
    return !this.good.has(name) && !isFresh(this.bad.get(name));
  }

  /** It was revoked here: its next use asks the database. */
  forget({ hash }: KeyPrint): void {
    this.good.delete(hash.toString('latin1'));
  }

  /** A key that was found good within the last seconds, and is; null says nothing: `find` has to look. */
  findFresh({ hash }: KeyPrint): StoredKey | null {
    const name = hash.toString('latin1');
    const remembered = this.good.get(name);
    if (!isFresh(remembered)) return null;
    if (performance.now() > remembered.askAgainFrom) this.askAhead(name, hash);
    return this.unlessOver(remembered.key, hash);
  }

  /** The key while it is good; null when there is no such key, or it was revoked or is over. */
  async find(print: KeyPrint): Promise<StoredKey | null> {
    const fresh = this.findFresh(print);
    if (fresh) return fresh;
    const name = print.hash.toString('latin1');
    const remembered = this.good.get(name) ?? this.bad.get(name);
    const key = isFresh(remembered) ? remembered.key : await this.askInTime(name, print.hash);
    return this.unlessOver(key, print.hash);
  }

  private unlessOver(key: StoredKey | null, hash: Buffer): StoredKey | null {
    if (!key || !timingSafeEqual(key.hash, hash)) return null;
    return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > this.clock.now()) ? key : null;
  }

  /** @throws Refusal TemporarilyUnavailable */
  private askInTime(name: string, hash: Buffer): Promise<StoredKey | null> {
    return inTime(this.ask(name, hash), performance.now() + ASK_WITHIN_MS);
  }

  /** Of many requests with the same key at once, one asks. */
  private ask(name: string, hash: Buffer): Promise<StoredKey | null> {
    return this.questions.run(name, async () => {
      const askedAt = performance.now();
      return this.remember(name, await this.keys.findByHash(hash), askedAt);
    });
  }

  /**
   * Nobody waits for it. When it fails the next request asks again, and once nothing is fresh any more that one fails.
   */
  private askAhead(name: string, hash: Buffer): void {
    this.ask(name, hash).catch((error: unknown) => {
      this.logger.debug({ message: 'a key could not be looked up again', err: error });
    });
  }

  private remember(name: string, key: StoredKey | null, askedAt: number): StoredKey | null {
    const [into, outOf] = key?.revokedAt === null ? [this.good, this.bad] : [this.bad, this.good];
    outOf.delete(name);
    into.delete(name);
    const [oldest] = into.keys();
    if (into.size >= REMEMBERED_MAX && oldest !== undefined) into.delete(oldest);
    // Of keys that came at once, not all are asked about at once again: each would take a connection.
    const askAgainMs = KEY_FRESH_MS * (0.5 + 0.4 * Math.random());
    into.set(name, { key, freshUntil: askedAt + KEY_FRESH_MS, askAgainFrom: askedAt + askAgainMs });
    if (key?.revokedAt === null) this.markUsed(key);
    return key;
  }

  /** In the background, and coarse: nobody waits for it, and a busy key is written once in a while. */
  private markUsed({ id, lastUsedAt }: StoredKey): void {
    if (lastUsedAt && this.clock.now().getTime() - lastUsedAt.getTime() < USED_EVERY_MS) return;
    this.keys.markUsed(id).catch((error: unknown) => {
      this.logger.warn({ message: 'the last use of a key was not written', keyId: id, err: error });
    });
  }
}

function isFresh(remembered: Remembered | undefined): remembered is Remembered {
  return remembered !== undefined && performance.now() < remembered.freshUntil;
}
