import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { claimOf } from '../idempotency/index.js';
import { failureAnswerOf, MovementsService, MovementTypes } from '../movements/index.js';
import { Clock } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';
import { DailyDepositsRepository, type DueDeposit } from './daily-deposits.repository.js';
import { SAVINGS_DEPOSIT } from './savings-deposit.movement.js';

/** Deposits that are made by themselves, once for each account and business day. */
@Injectable()
export class DailyDepositsService implements OnModuleInit {
  private readonly logger = new Logger(DailyDepositsService.name);

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
    private readonly deposits: DailyDepositsRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(SAVINGS_DEPOSIT, {
      insert: (tx, rows) => Promise.resolve(this.deposits.insert(tx, rows)),
      settle: (tx, movements, end, at) =>
        Promise.resolve(this.deposits.settle(tx, movements, end, failureAnswerOf(end.failureCode), at)),
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

  private async recordFailed(due: DueDeposit, day: string, answer: string): Promise<boolean> {
    await this.transactions.run('record-deposit', (tx) =>
      this.deposits.insertFailed(tx, day, due, answer, this.clock.now()),
    );
    this.logger.log(`account ${due.accountId} could not be paid into for ${day}: ${answer}`);
    return true;
  }
}
