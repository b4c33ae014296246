import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { claimOf } from '../idempotency/index.js';
import {
  failureAnswerOf,
  MovementsService,
  MovementTypes,
  type MovementView,
  type Resolution,
} from '../movements/index.js';
import { Clock } from '../platform/clock/clock.js';
import { type BatchTransaction, BatchTransactions } from '../platform/database/batch-transactions.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';
import { DailyDepositsRepository, type DueDeposit } from './daily-deposits.repository.js';
import { SAVINGS_DEPOSIT } from './savings-deposit.movement.js';
import { ScheduleEvents } from './schedule-events.js';

/** Deposits that are made by themselves, once for each account and business day. */
@Injectable()
export class DailyDepositsService implements OnModuleInit {
  private readonly logger = new Logger(DailyDepositsService.name);

  constructor(
    private readonly transactions: BatchTransactions,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
    private readonly deposits: DailyDepositsRepository,
    private readonly events: ScheduleEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(SAVINGS_DEPOSIT, {
      insert: (tx, rows) => Promise.resolve(this.deposits.insert(tx, rows)),
      settle: (tx, movements, end, at) => this.settle(tx, movements, end, at),
    });
  }

  /**
   * Pays into an account for a business day, with a top-up; what can't be paid is recorded, and not tried again. False
   * when it was neither: a store is away, or somebody has the account locked.
   */
  async pay(due: DueDeposit, day: string): Promise<boolean> {
    const { accountId, userId, amount } = due;
    const claim = claimOf('daily-deposits', `${accountId}/${day}`, { accountId, day });
    try {
      const asked = { declaration: SAVINGS_DEPOSIT, userId, amount, claim, details: { day } };
      const outcome = await this.movements.move(asked, async () => ({
        main: await this.users.getMainAccountId(userId),
        counter: accountId,
      }));
      return outcome.kind !== 'processing' || outcome.movementId !== null;
    } catch (error) {
      const isFinal = error instanceof Refusal && error.answer !== 'TemporarilyUnavailable';
      if (isFinal) return this.recordFailed(due, day, error.answer);
      const level = error instanceof Refusal ? 'warn' : 'error';
      this.logger[level]({ message: `account ${accountId} is not paid into yet for ${day}`, err: error });
      return false;
    }
  }

  /** Whoever comes second, after another instance or after an answer of the database's that was lost, writes none. */
  private async recordFailed({ accountId, userId, amount }: DueDeposit, day: string, answer: string): Promise<boolean> {
    const failed = { userId, accountId, day, amount, failureCode: answer, movementId: null };
    const at = this.clock.now();
    try {
      await this.transactions.run('record-deposit', async (tx) => {
        this.deposits.insertFailed(tx, failed, at);
        await this.events.failed(tx, [failed], at);
      });
      this.logger.log(`account ${accountId} could not be paid into for ${day}: ${answer}`);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return true;
  }

  /** What the bank has said of deposits, of which some are made by themselves. */
  private async settle(
    tx: BatchTransaction,
    movements: readonly Resolution[],
    end: Pick<MovementView, 'status' | 'failureCode'>,
    at: Date,
  ): Promise<void> {
    const answer = failureAnswerOf(end.failureCode);
    if (end.status === 'FAILED' && (await this.events.isHeard(tx))) {
      const ids = movements.map(({ movementId }) => movementId);
      const failed = await this.deposits.findPending(tx, ids);
      const failureCode = answer ?? 'Fail';
      await this.events.failed(
        tx,
        failed.map((deposit) => ({ ...deposit, failureCode })),
        at,
      );
    }
    this.deposits.settle(tx, movements, end, answer, at);
  }
}
