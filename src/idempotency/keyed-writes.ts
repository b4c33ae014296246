import { Injectable, Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { OperatorActs } from '../acts/index.js';
import { Clock } from '../platform/clock/clock.js';
import { within } from '../platform/clock/within.js';
import { Config } from '../platform/config/config.js';
import { CommitUnknown, isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import { Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import type { IdempotencyClaim } from './claim.js';
import { KeyedRequest } from './keyed-request.entity.js';

/** So long before its caller is answered, a write that has not come to COMMIT is given up: then nothing was written. */
const GIVE_UP_BEFORE_MS = 100;

/** What became of a write: made now, made by an earlier request with the key, or not known yet. */
export type KeyedOutcome =
  { readonly kind: 'created' | 'duplicate'; readonly resourceId: number } | { readonly kind: 'processing' };

/**
 * The second layer of idempotency for calls that make something else than a movement: the key's row is written in the
 * transaction that makes it, so that it is made once, and found again by its key for ever.
 */
@Injectable()
export class KeyedWrites {
  private readonly logger = new Logger(KeyedWrites.name);

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly acts: OperatorActs,
  ) {}

  /**
   * Runs `create`, which returns the id of what it made, once for the key. What `create` throws rolls back and comes
   * out unchanged, and the key stays free; so does what `check` throws, which looks at what is not to be locked.
   * Answers within ANSWER_WITHIN_MS whatever happens.
   *
   * @throws Refusal IdempotencyKeyReused when the key came with another payload before
   * @throws Refusal TemporarilyUnavailable when nothing was written
   */
  async once(
    name: string,
    claim: IdempotencyClaim,
    create: (tx: EntityManager) => Promise<number>,
    check: () => Promise<unknown> = () => Promise.resolve(null),
  ): Promise<KeyedOutcome> {
    const until = performance.now() + this.config.answerWithinMs;
    await inTime(
      check().then(() => true),
      until,
    );
    const attemptId = randomBytes(16);
    const writing = untilKnown((commitLost) => {
      const withinMs = commitLost ? Infinity : until - GIVE_UP_BEFORE_MS - performance.now();
      return this.write(name, claim, attemptId, create, withinMs);
    });
    try {
      const outcome = await within(writing, until - performance.now());
      if (outcome) return outcome;
      writing.catch((error: unknown) => this.logger.warn({ message: `${name} ended late`, err: error }));
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error;
    }
    return { kind: 'processing' };
  }

  /** The id of what a key has made; null when it has made nothing. */
  async find(scope: string, key: string): Promise<number | null> {
    return this.transactions.read('find-keyed', async (reader) => {
      const row = await reader.findOneBy(KeyedRequest, { idempotencyKey: key, scope });
      return row?.resourceId ?? null;
    });
  }

  private async write(
    name: string,
    { scope, key, hash, act }: IdempotencyClaim,
    attemptId: Buffer,
    create: (tx: EntityManager) => Promise<number>,
    withinMs: number,
  ): Promise<KeyedOutcome> {
    const keyed = { idempotencyKey: key, scope };
    const work = async (tx: EntityManager) => {
      // First: of two requests with one key the second waits here, and is then a duplicate whatever else it would be.
      const row = { ...keyed, requestHash: hash, attemptId, resourceId: 0, createdAt: this.clock.now() };
      await tx.insert(KeyedRequest, row);
      const id = await create(tx);
      await this.acts.record(tx, { act: act ?? null, madeId: id, at: this.clock.now() });
      await tx.update(KeyedRequest, keyed, { resourceId: id });
      return id;
    };
    try {
      const resourceId = await this.transactions.run(name, work, { withinMs });
      return { kind: 'created', resourceId };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const row = await this.transactions.read('find-keyed', (reader) => reader.findOneBy(KeyedRequest, keyed));
      if (!row) throw error;
      if (row.attemptId.equals(attemptId)) return { kind: 'created', resourceId: row.resourceId };
      if (!row.requestHash.equals(hash))
        throw new Refusal('IdempotencyKeyReused', undefined, undefined, { cause: error });
      return { kind: 'duplicate', resourceId: row.resourceId };
    }
  }
}
