import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BankClient, type BankOutcome, type WithdrawalOrder } from '../bank/index.js';
import { within } from '../platform/clock/within.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { GroupPoster } from './group-poster.js';
import type { BankVerdict, MovementRequest, MovementView, Settlement } from './movement.js';

const INQUIRY_PAUSE_MS = 150;
const INQUIRY_PAUSE_MAX_MS = 1_000;
const OUTCOMES = { COMPLETED: 'done', FAILED: 'refused', PENDING: 'unknown' } as const;

/** The middle and the end of a movement that needs the bank: ask it, outside any transaction, and settle. */
@Injectable()
export class TopUp {
  private readonly logger = new Logger(TopUp.name);

  constructor(
    private readonly bank: BankClient,
    private readonly poster: GroupPoster,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Asks the bank for what was reserved and settles the movement; null when its outcome is still unknown after
   * `budgetMs`: recovery finds out, the caller is told to ask later.
   */
  async obtain(
    { accountId, counter }: MovementRequest<unknown>,
    { movementId, order }: { movementId: number; order: WithdrawalOrder },
    budgetMs: number,
  ): Promise<MovementView | null> {
    const until = performance.now() + budgetMs;
    const answer = await this.ask(order, until);
    if (!answer) {
      this.metrics.topUpsTotal.inc({ outcome: 'unknown' });
      return null;
    }
    return this.settle({ movementId, accountId, counter, ...answer }, order.amount, until - performance.now());
  }

  /** Writes what the bank said. Safe to repeat, by any process. Null when our database is not there to write it. */
  async settle(settlement: Settlement, amount: number, budgetMs: number): Promise<MovementView | null> {
    const settling = this.poster.settle(settlement);
    try {
      const settled = await within(settling, budgetMs);
      if (!settled) {
        settling.catch((error: unknown) =>
          this.logger.warn(`movement ${settlement.movementId} is left to recovery: ${String(error)}`),
        );
        return null;
      }
      const { status } = settled;
      this.metrics.topUpsTotal.inc({ outcome: OUTCOMES[status] });
      if (status === 'COMPLETED') this.metrics.topUpWonTotal.inc(amount);
      return settled;
    } catch (error) {
      // The bank has answered but it could not be written: the movement is PENDING, and recovery will ask again.
      this.logger.warn(`movement ${settlement.movementId} is left to recovery: ${String(error)}`);
      return null;
    }
  }

  private async ask(
    order: WithdrawalOrder,
    until: number,
  ): Promise<Pick<Settlement, 'verdict' | 'ofFirstMessage'> | null> {
    // This process stood still for so long that recovery may be at work, or even done: it alone may speak to the bank.
    if (performance.now() >= until) return null;
    let verdict = verdictOf(await this.bank.withdraw(order));
    if (verdict) return { verdict, ofFirstMessage: true };
    for (let pause = INQUIRY_PAUSE_MS; verdict === null; pause = Math.min(pause * 2, INQUIRY_PAUSE_MAX_MS)) {
      if (performance.now() + pause >= until) return null;
      await sleep(pause);
      const answer = await within(this.bank.inquire(order), until - performance.now());
      if (answer === undefined) return null;
      // No such id yet: the message may still be on its way, so it is no verdict.
      verdict = answer.kind === 'notFound' ? null : verdictOf(answer);
    }
    return { verdict, ofFirstMessage: false };
  }
}

/** Only a definite answer is a verdict. */
export function verdictOf(outcome: BankOutcome): BankVerdict | null {
  return outcome.kind === 'unknown' ? null : outcome;
}
