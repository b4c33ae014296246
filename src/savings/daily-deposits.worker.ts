import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { DailyDepositsRepository } from './daily-deposits.repository.js';
import { DailyDepositsService } from './daily-deposits.service.js';
import { firstDepositAfter } from './daily-deposit.js';

/** Accounts that are taken, and paid into, at once: their banks have customers of their own to answer. */
const AT_ONCE = 16;

/**
 * Pays into savings accounts from 08:00 in Seoul on. Every instance runs it, and takes accounts that no other has. It
 * pays for the current day alone: what was missed is not made up for on another.
 */
@Injectable()
export class DailyDepositsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DailyDepositsWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly service: DailyDepositsService,
    private readonly repository: DailyDepositsRepository,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.savingsIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && (await this.paySome(this.clock.now())));
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'deposits are made in the next round', err: error });
    }
  }

  /** Whether there may be more. */
  private async paySome(now: Date): Promise<boolean> {
    const day = seoulDate(now);
    if (firstDepositAfter(now) === day) return false;
    const due = await this.transactions.run('take-deposits', (tx) => this.repository.take(tx, day, AT_ONCE));
    if (due.length === 0) return false;
    const ids = due.map(({ accountId }) => accountId);
    const known = await this.transactions.read('known-deposits', (reader) =>
      this.repository.findKnown(reader, day, ids),
    );
    const seen = await Promise.all(
      due.map(async (one) => known.has(one.accountId) || (await this.service.pay(one, day))),
    );
    const done = ids.filter((_, index) => seen[index]);
    await this.transactions.run('give-deposits-back', (tx) => this.repository.giveBack(tx, day, done));
    return true;
  }
}
