import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Answer, type AnswerName, ANSWERS, Refusal } from '../platform/http/answers.js';
import { dailyLimitUse, LinkedAccounts, type RefusalReason } from '../bank/index.js';
import { Account } from '../ledger/index.js';
import { within } from '../platform/clock/within.js';
import { Config } from '../platform/config/config.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { type Duplicate, DuplicateFinder } from './duplicate-finder.js';
import { GroupPoster, type Ticket } from './group-poster.js';
import type { PostingOutcome } from './group-worker.js';
import type { MovementRequest, MovementView } from './movement.js';
import { MovementsRepository } from './movements.repository.js';
import { TopUp } from './top-up.js';

/** What a duplicate of a call with a key is told, for the OpenAPI document. */
export const REQUEST_REFUSALS = [
  'RequestOnGoing',
  'RequestComplete',
  'IdempotencyKeyInvalid',
  'IdempotencyKeyReused',
] as const satisfies AnswerName[];

/** What any call that may need the linked bank account can be refused with. */
export const TOP_UP_REFUSALS = [
  'NotEnoughAccountBalance',
  'DailyLimitExceeded',
  'BankMaintenance',
] as const satisfies AnswerName[];

/** What a client is told when its bank said no. */
const REFUSALS: Readonly<Record<RefusalReason, AnswerName>> = {
  BALANCE_SHORT: 'NotEnoughAccountBalance',
  BANK_LIMIT: 'DailyLimitExceeded',
  ACCOUNT_REFUSED: 'BankMaintenance',
  UNAVAILABLE: 'BankMaintenance',
  CONFIGURATION: 'BankMaintenance',
};

/** What a request lays claim to, before it is known what it would move. */
type Claiming<D> = Pick<MovementRequest<D>, 'kind' | 'claim' | 'details'>;

/** The one way in which rooms move money. */
@Injectable()
export class MovementsService {
  private readonly logger = new Logger(MovementsService.name);

  constructor(
    private readonly poster: GroupPoster,
    private readonly topUp: TopUp,
    private readonly duplicates: DuplicateFinder,
    private readonly transactions: TransactionRunner,
    private readonly movements: MovementsRepository,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Moves money and answers as the contract says: Success once it is durable, Processing while the bank's outcome, or
   * our own COMMIT's, is not known.
   *
   * @throws Refusal for everything that definitely did not move money, duplicates included
   */
  async move<Details>(request: MovementRequest<Details>): Promise<Answer<object>> {
    const startedAt = performance.now();
    const count = (outcome: string) => this.metrics.movementsTotal.inc({ type: request.kind.type, outcome });
    try {
      const outcome = await this.answered(request, this.poster.post(request as MovementRequest<unknown>));
      const answer = outcome instanceof Answer ? outcome : await this.conclude(request, outcome, startedAt);
      count(answer.code === 'Success' ? 'completed' : 'processing');
      return answer;
    } catch (error) {
      count(error instanceof Refusal ? error.answer : 'failed');
      throw error;
    }
  }

  /**
   * What a room has to find out before it can ask for a movement. When that refuses the request, a key that was used before
   * is told so instead, whatever would be said of the request today.
   */
  async prepare<D, T>(request: Claiming<D>, find: () => Promise<T>): Promise<T> {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof Refusal) || ANSWERS[error.answer].status >= 500) throw error;
      throw (await this.findDuplicate(request)) ?? error;
    }
  }

  /**
   * A movement; for a partner, one of its own payments and cancels.
   *
   * @throws Refusal NotFound
   */
  async get(movementId: number, ownPartnerId: number | null): Promise<MovementView> {
    return this.transactions.read('get-transaction', async (reader) => {
      const movement = (await this.movements.findViews(reader, [movementId])).get(movementId);
      const isTheirs = movement && (ownPartnerId === null || (await isOfPartner(reader, movement, ownPartnerId)));
      if (!isTheirs) throw new Refusal('NotFound');
      return movement;
    });
  }

  /** A user's movements under one key, whatever the route, newest first. */
  listByKey(userId: number, key: string): Promise<MovementView[]> {
    return this.transactions.read('list-by-key', (reader) => this.movements.findViewsByUserKey(reader, userId, key));
  }

  private async findDuplicate<D>(request: Claiming<D>): Promise<Refusal | null> {
    const attempt = { request: request as MovementRequest<unknown>, attemptId: Buffer.alloc(0) };
    const found = await this.transactions.read('find-duplicate', (reader) => this.duplicates.find(reader, [attempt]));
    const duplicate = found.get(attempt);
    return duplicate?.kind === 'duplicate' ? this.duplicateOf(request, duplicate) : null;
  }

  /** The posting's outcome; or, when it takes too long and may have been written, where to ask for it. */
  private async answered<D>(request: MovementRequest<D>, ticket: Ticket): Promise<PostingOutcome | Answer<object>> {
    const { kind, userId, claim, details } = request;
    for (;;) {
      const outcome = await within(ticket.outcome, this.config.answerWithinMs);
      if (outcome !== undefined) return outcome;
      if (ticket.giveUp() === 'commitLost') {
        ticket.outcome.catch((error: unknown) =>
          this.logger.error(`a lost COMMIT stayed unresolved: ${String(error)}`),
        );
        return Answer.processing({}, kind.locationByKey(userId, claim.key, details));
      }
    }
  }

  private async conclude<D>(
    request: MovementRequest<D>,
    outcome: PostingOutcome,
    startedAt: number,
  ): Promise<Answer<object>> {
    switch (outcome.kind) {
      case 'completed':
        return this.success(outcome.request as MovementRequest<D>, outcome.movement);
      case 'refused':
        throw outcome.refusal;
      case 'duplicate':
        throw await this.duplicateOf(request, outcome);
      case 'own':
        return this.stored(request, outcome.movement);
      case 'reserved': {
        const budgetMs = this.config.answerWithinMs - (performance.now() - startedAt);
        const settled = await this.topUp.obtain(request, outcome, budgetMs);
        return settled ? this.stored(request, settled) : this.processing(request, outcome.movementId);
      }
    }
  }

  private async stored<D>(request: MovementRequest<D>, movement: MovementView): Promise<Answer<object>> {
    const outcome = await this.outcomeOf(request, movement).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.answer !== 'TemporarilyUnavailable') throw error;
      // The movement is there, so it must not be refused for want of what else there is to say of it.
      return this.processing(request, movement.id);
    });
    if (outcome instanceof Refusal) throw outcome;
    return outcome;
  }

  /** @throws Refusal TemporarilyUnavailable when the database went away meanwhile */
  private async outcomeOf<D>(request: MovementRequest<D>, movement: MovementView): Promise<Answer<object> | Refusal> {
    switch (movement.status) {
      case 'COMPLETED':
        return this.success({ ...request, details: await this.storedDetails(request, movement.id) }, movement);
      case 'PENDING':
        return this.processing(request, movement.id);
      case 'FAILED':
        return this.refusalOf(movement);
    }
  }

  private async duplicateOf<D>(
    request: Pick<MovementRequest<D>, 'kind' | 'details'>,
    { sameRequest, movement, movementId }: Extract<Duplicate, { kind: 'duplicate' }>,
  ): Promise<Refusal> {
    if (!sameRequest) return new Refusal('IdempotencyKeyReused');
    const { kind, details } = request;
    if (movementId === null) return new Refusal(kind.onGoing);
    const location = kind.location(movementId);
    if (movement?.status !== 'COMPLETED') {
      return new Refusal(kind.onGoing, kind.pendingDetail(movementId, details), location);
    }
    return new Refusal(kind.complete, kind.detail(movement, await this.storedDetails(request, movementId)), location);
  }

  /** The details a movement was stored with, where these can differ from what the request says. */
  private async storedDetails<D>(
    { kind, details }: Pick<MovementRequest<D>, 'kind' | 'details'>,
    movementId: number,
  ): Promise<D> {
    if (!kind.findDetails) return details;
    const stored = await this.transactions.read('find-details', async (reader) => {
      const found = await kind.findDetails?.(reader, [movementId]);
      return found?.get(movementId);
    });
    return stored ?? details;
  }

  private async refusalOf({ id, failureCode, toppedUpAmount }: MovementView): Promise<Refusal> {
    const reason = failureCode as RefusalReason;
    if (reason !== 'BANK_LIMIT') return new Refusal(REFUSALS[reason]);
    // It was the bank's own limit; what that has left is the bank's to know, so the detail is about ours.
    const used = await this.transactions.read('limit-use', (reader) => this.linkedAccounts.usedOnDayOf(reader, id));
    return new Refusal(REFUSALS[reason], { ...dailyLimitUse(used), requested: toppedUpAmount });
  }

  private success<D>({ kind, details }: MovementRequest<D>, movement: MovementView): Answer<object> {
    return Answer.success(kind.detail(movement, details), kind.location(movement.id));
  }

  private processing<D>({ kind, details }: MovementRequest<D>, movementId: number): Answer<object> {
    return Answer.processing(kind.pendingDetail(movementId, details), kind.location(movementId));
  }
}

/** The code that a failed movement's request was, or would have been, answered with. */
export function failureAnswerOf(failureCode: string | null): AnswerName | undefined {
  return failureCode === null ? undefined : REFUSALS[failureCode as RefusalReason];
}

/** Payments and cancels are between a user and a partner's payable account, which never changes. */
async function isOfPartner(reader: EntityManager, movement: MovementView, partnerId: number): Promise<boolean> {
  const { counterAccountId } = movement;
  if (counterAccountId === null) return false;
  return reader.existsBy(Account, { id: counterAccountId, kind: 'PARTNER_PAYABLE', ownerId: partnerId });
}
