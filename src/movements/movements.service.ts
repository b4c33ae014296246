import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dailyLimitUse, LinkedAccounts, type RefusalReason } from '../bank/index.js';
import { Account } from '../ledger/index.js';
import { within } from '../platform/clock/within.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { ANSWERS, Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { Attempt } from './attempt.js';
import { type Asked, failureAnswerOf, type MovementOutcome } from './movement-answers.js';
import type { MovementRequest } from './movement.declaration.js';
import { completedView } from './movement.views.js';
import type { MovementView } from './movement.entity.js';
import { type Acceptance, MovementTypes } from './movement-types.js';
import { MovementsQueue } from './movements.queue.js';
import { MovementsRepository } from './movements.repository.js';
import { PostingRepository } from './posting.repository.js';
import { SystemAccounts } from './system-accounts.js';
import { BankStep } from './bank-step.js';

/** A movement for whoever may read what was written to it. */
export type ShownMovement = MovementView & {
  readonly memo: string | undefined;
  readonly acceptance: Acceptance | undefined;
};

/** The one way in which rooms move money. */
@Injectable()
export class MovementsService {
  private readonly logger = new Logger(MovementsService.name);

  constructor(
    private readonly queue: MovementsQueue,
    private readonly bankStep: BankStep,
    private readonly transactions: TransactionRunner,
    private readonly movements: MovementsRepository,
    private readonly posting: PostingRepository,
    private readonly types: MovementTypes,
    private readonly systemAccounts: SystemAccounts,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /** When a request that comes now must have been answered, by `performance.now()`. */
  answerBy(): number {
    return performance.now() + this.config.answerWithinMs;
  }

  /**
   * Moves money, and answers by `until`, ANSWER_WITHIN_MS from now, whatever happens. `findAccounts` looks up the
   * accounts of users and partners; those of which there is one in all are known here. When it refuses, a key that was
   * used before is told so instead, whatever would be said of the request today.
   *
   * @throws Refusal for everything that definitely did not move money, but for duplicates
   */
  async move<Details>(
    asked: Asked<Details>,
    findAccounts: () => Promise<MovementRequest['accounts']>,
    until = this.answerBy(),
  ): Promise<MovementOutcome<Details>> {
    const count = (outcome: string) => this.metrics.movementsTotal.inc({ type: asked.declaration.type, outcome });
    try {
      const outcome = await this.post(asked, findAccounts, until);
      count(outcome.kind);
      return outcome;
    } catch (error) {
      count(error instanceof Refusal ? error.answer : 'failed');
      throw error;
    }
  }

  /**
   * A movement; for a partner, one of its own payments and cancels.
   *
   * @throws Refusal NotFound
   */
  async get(movementId: number, ownPartnerId: number | null): Promise<ShownMovement> {
    return this.transactions.read('get-transaction', async (reader) => {
      const movement = (await this.movements.findViews(reader, [movementId])).get(movementId);
      const isTheirs = movement && (ownPartnerId === null || (await isOfPartner(reader, movement, ownPartnerId)));
      if (!isTheirs) throw new Refusal('NotFound');
      const [shown] = await this.shown(reader, [movement]);
      return shown as ShownMovement;
    });
  }

  /** A user's movements under one key, whatever the route, newest first. */
  listByKey(userId: number, key: string): Promise<ShownMovement[]> {
    return this.transactions.read('list-by-key', async (reader) => {
      const ids = await this.movements.findIdsByKey(reader, 'user:%', userId, key);
      const views = await this.movements.findViews(reader, ids);
      return this.shown(
        reader,
        ids.flatMap((id) => views.get(id) ?? []),
      );
    });
  }

  private async shown(reader: EntityManager, views: readonly MovementView[]): Promise<ShownMovement[]> {
    const ids = views.map(({ id }) => id);
    const memos = await this.movements.memosOf(reader, ids);
    const acceptances = await this.types.acceptancesOf(reader, views);
    return views.map((view) => ({ ...view, memo: memos.get(view.id), acceptance: acceptances.get(view.id) }));
  }

  private async post<Details>(
    asked: Asked<Details>,
    findAccounts: () => Promise<MovementRequest['accounts']>,
    until: number,
  ): Promise<MovementOutcome<Details>> {
    let attempt: Attempt | undefined;
    let isLate = false;
    const posting = async () => {
      const found = await findAccounts().catch((error: unknown) => this.unlessKnown(asked, error));
      if ('kind' in found) return found;
      const accounts = { ...found, ...(await this.systemAccounts.of(asked.declaration)) };
      if (isLate) throw new Refusal('TemporarilyUnavailable'); // nobody hears it: it was said
      attempt = this.queue.post({ ...asked, accounts });
      return attempt.outcome;
    };
    const told = await within(posting(), until - performance.now());
    isLate = told === undefined;
    if (told === undefined) return this.late(asked, attempt);
    return 'kind' in told ? told : this.conclude(attempt as Attempt, told, until);
  }

  /** Nobody waits any longer. What has not begun never will; nobody can say yet what becomes of the rest. */
  private late<Details>(asked: Asked<Details>, attempt: Attempt | undefined): MovementOutcome<Details> {
    if (!attempt || this.queue.callOff(attempt)) throw new Refusal('TemporarilyUnavailable');
    void this.takeUpLate(attempt);
    return { kind: 'processing', movementId: null, asked };
  }

  private async conclude<Details>(
    attempt: Attempt,
    { decision, movementId, order, at }: Awaited<Attempt['outcome']>,
    until: number,
  ): Promise<MovementOutcome<Details>> {
    const request = attempt.request as MovementRequest<Details>;
    switch (decision.kind) {
      case 'complete': {
        const movement = completedView(decision, movementId, at);
        return { kind: 'completed', movement, details: decision.request.details as Details };
      }
      case 'reserve': {
        if (!order) throw new Error(`movement ${movementId} waits for a bank that is asked for nothing`);
        const settled = await this.bankStep.obtain(request, { movementId, order }, until);
        return settled ? this.stored(request, settled, until) : processing(request, movementId);
      }
      case 'duplicate':
        if (decision.holder.isOwn) return this.own(request, movementId, until);
        return inTime(this.duplicate(request, movementId, decision.holder), until);
      case 'follow':
        return inTime(this.duplicate(request, movementId, decision), until);
      case 'refuse':
        throw decision.refusal;
      case 'locked':
      case 'unread':
      case 'settle':
      case 'fail':
      case 'stay':
        throw new Error(`a request that ended as ${decision.kind}`);
    }
  }

  /** The caller was told 202 already. Money that was reserved meanwhile is asked for at once. */
  private async takeUpLate(attempt: Attempt): Promise<void> {
    try {
      const told = await attempt.outcome;
      await this.conclude(attempt, told, this.answerBy());
    } catch (error) {
      if (!(error instanceof Refusal)) this.logger.error({ message: 'a late outcome was not taken up', err: error });
    }
  }

  /**
   * The movement that an attempt of ours wrote, though nobody heard of its COMMIT. The bank may not have been asked.
   */
  private async own<Details>(
    request: MovementRequest<Details>,
    movementId: number,
    until: number,
  ): Promise<MovementOutcome<Details>> {
    let movement: MovementView | null;
    try {
      movement = await inTime(this.view(movementId), until);
      if (movement.status === 'PENDING') {
        const finding = this.transactions.read('find-untouched', (reader) =>
          this.posting.ordersOf(request.declaration).findUntouched(reader, movementId),
        );
        const order = await inTime(finding, until);
        movement = order && (await this.bankStep.obtain(request, { movementId, order }, until));
      }
    } catch (error) {
      return this.unlessUnavailable(request, movementId, error);
    }
    return movement ? this.stored(request, movement, until) : processing(request, movementId);
  }

  private async stored<Details>(
    request: MovementRequest<Details>,
    movement: MovementView,
    until: number,
  ): Promise<MovementOutcome<Details>> {
    if (movement.status === 'PENDING') return processing(request, movement.id);
    if (movement.status === 'FAILED') throw await this.refusalOf(movement, until);
    try {
      // Details may be undefined, which would be taken for late.
      const telling = this.storedDetails(request, movement.id).then((details) => ({ details }));
      return { kind: 'completed', movement, ...(await inTime(telling, until)) };
    } catch (error) {
      return this.unlessUnavailable(request, movement.id, error);
    }
  }

  /** The movement is there, so it must not be refused for want of what else there is to say of it. */
  private unlessUnavailable<Details>(
    asked: Asked<Details>,
    movementId: number,
    error: unknown,
  ): MovementOutcome<Details> {
    if (!(error instanceof Refusal) || error.answer !== 'TemporarilyUnavailable') throw error;
    return processing(asked, movementId);
  }

  private async duplicate<Details>(
    asked: Asked<Details>,
    movementId: number,
    { byKey, sameRequest }: { readonly byKey: boolean; readonly sameRequest: boolean },
  ): Promise<MovementOutcome<Details>> {
    const outcome = sameRequest ? 'duplicate' : 'reused';
    this.metrics.idempotencyTotal.inc({ layer: 'database', outcome });
    if (!sameRequest) return { kind: 'reused' };
    const movement = await this.view(movementId);
    // It has failed since it was looked up: its key, and what else it claimed, is free again.
    if (movement.status === 'FAILED') throw new Refusal('TemporarilyUnavailable');
    return { kind: 'duplicate', byKey, movement, details: await this.storedDetails(asked, movementId) };
  }

  private async unlessKnown<Details>(asked: Asked<Details>, error: unknown): Promise<MovementOutcome<Details>> {
    if (!(error instanceof Refusal) || ANSWERS[error.answer].status >= 500) throw error;
    const attempt = new Attempt({ ...asked, accounts: { main: 0 } }, 0, true);
    const holders = await this.transactions.read('find-holder', (reader) =>
      this.posting.readHolders(reader, [attempt]),
    );
    const holder = holders.get(attempt.request);
    if (!holder) throw error;
    return this.duplicate(asked, holder.movementId, holder);
  }

  private async view(movementId: number): Promise<MovementView> {
    const views = await this.transactions.read('find-movement', (reader) =>
      this.movements.findViews(reader, [movementId]),
    );
    const view = views.get(movementId);
    if (!view) throw new Error(`movement ${movementId} does not exist`);
    return view;
  }

  /** The details a movement was stored with, where these can differ from what the request says. */
  private async storedDetails<Details>({ declaration, details }: Asked<Details>, movementId: number): Promise<Details> {
    const rows = this.types.rowsOf(declaration);
    if (!rows.findDetails) return details;
    const stored = await this.transactions.read('find-details', (reader) => rows.findDetails!(reader, [movementId]));
    return (stored.get(movementId) as Details | undefined) ?? details;
  }

  /** The refusal is certain; its detail may not be had in time. */
  private async refusalOf({ id, failureCode, toppedUpAmount }: MovementView, until: number): Promise<Refusal> {
    const answer = failureAnswerOf(failureCode) ?? 'Fail';
    if ((failureCode as RefusalReason) !== 'BANK_LIMIT') return new Refusal(answer);
    // It was the bank's own limit; what that has left is the bank's to know, so the detail is about ours.
    const reading = this.transactions.read('limit-use', (reader) => this.linkedAccounts.usedOnDayOf(reader, id));
    const used = await inTime(reading, until).catch((error: unknown) => {
      this.logger.warn({ message: `movement ${id} is refused without what is left of the limit`, err: error });
      return null;
    });
    return new Refusal(answer, used ? { ...dailyLimitUse(used), requested: toppedUpAmount } : undefined);
  }
}

function processing<Details>(asked: Asked<Details>, movementId: number): MovementOutcome<Details> {
  return { kind: 'processing', movementId, asked };
}

/** Payments and cancels are between a user and a partner's payable account, which never changes. */
async function isOfPartner(reader: EntityManager, movement: MovementView, partnerId: number): Promise<boolean> {
  const { counterAccountId } = movement;
  if (counterAccountId === null) return false;
  return reader.existsBy(Account, { id: counterAccountId, kind: 'PARTNER_PAYABLE', ownerId: partnerId });
}
