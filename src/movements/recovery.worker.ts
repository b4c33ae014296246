import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { type BankOrders, Payouts, Withdrawals } from '../bank/index.js';
import { Recovery } from './recovery.js';

/**
 * Has open withdrawals and payouts asked about, bank by bank: one that hangs keeps no other waiting, and none is asked
 * by more than a few calls at once. Every instance runs it.
 */
@Injectable()
export class RecoveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RecoveryWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));
  /** The banks that are being asked. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly recovery: Recovery,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.recoveryIntervalMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
    await Promise.all(this.underWay.values());
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      for (const bankCode of await this.recovery.listDueBanks()) {
        if (this.underWay.has(bankCode)) continue;
        const asking = this.recovery.ask(bankCode, signal).finally(() => this.underWay.delete(bankCode));
        this.underWay.set(bankCode, asking);
      }
      const open = (await this.countOpen(this.withdrawals)) + (await this.countOpen(this.payouts));
      this.metrics.unresolvedWithdrawals.set(open);
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
  }

  private async countOpen(orders: BankOrders): Promise<number> {
    const { open, overdue } = await this.transactions.read('count-open', (reader) => orders.countOpen(reader));
    if (overdue > 0) this.logger.error(`${overdue} ${orders.kind}s have been unresolved for more than a day`);
    return open;
  }
}
