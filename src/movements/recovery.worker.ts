import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { BankClient, type DueWithdrawal, Withdrawals } from '../bank/index.js';
import { Clock, seoulDate, seoulDayEnd } from '../platform/clock/clock.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { BankVerdict } from './movement.js';
import { MovementKinds } from './movement-kinds.js';
import { MovementsRepository } from './movements.repository.js';
import { TopUp, verdictOf } from './top-up.js';

const TAKE_MAX = 25;
const SETTLE_WITHIN_MS = 10_000;
/** The pause doubles with each inquiry, up to here while the case is young, and up to the second one after an hour. */
const PAUSE_BASE_MS = 1_000;
const PAUSE_MAX_MS = 10_000;
const PAUSE_MAX_OLD_MS = 300_000;
const OLD_SECONDS = 3_600;
/** How long after the bank's day is over "no such id" is believed: no message is on its way for that long. */
const LAST_MESSAGE_SECONDS = 40;

/**
 * Resolves movements that a dead process, or an unknown answer, left open. Every instance runs it; `SKIP LOCKED` shares
 * the work out. A definite answer is settled; no such id means that the bank is asked again under the same id, which it
 * takes once; everything else waits for the next round. Nothing is ever guessed.
 */
@Injectable()
export class RecoveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RecoveryWorker.name);
  private readonly rounds = new Rounds(() => this.round());

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly withdrawals: Withdrawals,
    private readonly movements: MovementsRepository,
    private readonly kinds: MovementKinds,
    private readonly topUp: TopUp,
    private readonly bank: BankClient,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.recoveryIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(): Promise<void> {
    try {
      const due = await this.transactions.run('recovery', (tx) => this.withdrawals.takeDue(tx, TAKE_MAX, pauseMs));
      await Promise.all(due.map((withdrawal) => this.resolveOrReport(withdrawal)));
      const { open, overdue } = await this.transactions.read('count-open', (reader) =>
        this.withdrawals.countOpen(reader),
      );
      this.metrics.unresolvedWithdrawals.set(open);
      if (overdue > 0) this.logger.error(`${overdue} withdrawals have been unresolved for more than a day`);
    } catch (error) {
      this.logger.warn(`the next round will try again: ${String(error)}`);
    }
  }

  /** One case that can't be resolved must not keep the others waiting. */
  private async resolveOrReport(withdrawal: DueWithdrawal): Promise<void> {
    try {
      await this.resolve(withdrawal);
    } catch (error) {
      this.logger.error(`movement ${withdrawal.movementId} stays open: ${String(error)}`);
    }
  }

  private async resolve(withdrawal: DueWithdrawal): Promise<void> {
    const { movementId, order } = withdrawal;
    const verdict = await this.verdict(withdrawal);
    if (!verdict) {
      this.metrics.recoveryTotal.inc({ outcome: 'unknown' });
      return;
    }
    const views = await this.transactions.read('recovery', (reader) => this.movements.findViews(reader, [movementId]));
    const movement = views.get(movementId);
    if (!movement) throw new Error(`withdrawal of movement ${movementId}, which does not exist`);
    const { accountId, counterAccountId } = movement;
    const counter =
      counterAccountId === null ? null : { id: counterAccountId, locked: this.kinds.get(movement.type).counterLocked };
    const settled = await this.topUp.settle(
      { movementId, accountId, counter, verdict, ofFirstMessage: false },
      order.amount,
      SETTLE_WITHIN_MS,
    );
    this.metrics.recoveryTotal.inc({ outcome: settled ? settled.status.toLowerCase() : 'unwritten' });
    if (settled) this.logger.log(`movement ${movementId} (${order.bankTranId}) was open and is ${settled.status} now`);
  }

  private async verdict({ order, businessDate, ageSeconds }: DueWithdrawal): Promise<BankVerdict | null> {
    const sinceDayEndMs = this.clock.now().getTime() - seoulDayEnd(businessDate).getTime();
    const answer = await this.bank.inquire(order);
    if (answer.kind !== 'notFound') return verdictOf(answer);
    // An id is unique for a day: on the same day the bank is asked again, later its "no such id" is the last word.
    if (businessDate === seoulDate(this.clock.now())) return verdictOf(await this.bank.resend(order));
    // The last message may have been sent just before midnight, however old the order was by then.
    const silentSeconds = Math.min(ageSeconds, sinceDayEndMs / 1000);
    return silentSeconds > LAST_MESSAGE_SECONDS ? { kind: 'refused', reason: 'UNAVAILABLE' } : null;
  }
}

function pauseMs(inquiries: number, ageSeconds: number): number {
  const max = ageSeconds > OLD_SECONDS ? PAUSE_MAX_OLD_MS : PAUSE_MAX_MS;
  return Math.min(PAUSE_BASE_MS * 2 ** Math.min(inquiries, 20), max);
}
