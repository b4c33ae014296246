import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BankClient, type BankOrder, type BankOutcome, type RefusalReason } from '../bank/index.js';
import { within } from '../platform/clock/within.js';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { Resolution } from './movement.decision.js';
import type { MovementRequest } from './movement.declaration.js';
import type { MovementView } from './movement.entity.js';
import { MovementsQueue } from './movements.queue.js';

const INQUIRY_PAUSE_MS = 150;
const INQUIRY_PAUSE_MAX_MS = 1_000;
/** The share of a caller's time that may go by in waiting for a slot. */
const SLOT_SHARE = 3 / 4;
const OUTCOMES = { COMPLETED: 'done', FAILED: 'refused', PENDING: 'unknown' } as const;

/** The middle and the end of a movement that needs the bank: ask it, outside any transaction, and settle. */
@Injectable()
export class BankStep {
  private readonly logger = new Logger(BankStep.name);

  constructor(
    private readonly bank: BankClient,
    private readonly queue: MovementsQueue,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Asks the bank for what was reserved and settles the movement; null when its outcome is still unknown at `until` (by
   * `performance.now()`): the caller is told to ask later. What the bank says after that is settled all the same, and
   * recovery finds out the rest.
   */
  async obtain(
    request: MovementRequest,
    reserved: { movementId: number; order: BankOrder },
    until: number,
  ): Promise<MovementView | null> {
    return (await within(this.askAndSettle(request, reserved, until), until - performance.now())) ?? null;
  }

  /** Writes what the bank said. Safe to repeat, by any process. Null when our database is not there to write it. */
  async settle(resolution: Resolution, order: BankOrder): Promise<MovementView | null> {
    try {
      const settled = await this.queue.settle(resolution).outcome;
      this.count(order, OUTCOMES[settled.status]);
      if ((settled.failureCode as RefusalReason) === 'CONTRACT_ACCOUNT') {
        this.logger.error(`payout ${order.bankTranId} is refused: our contract account is short, or over a limit`);
      }
      return settled;
    } catch (error) {
      // It is PENDING as far as anybody was told, and recovery asks again.
      const message = `movement ${resolution.movementId} is left to recovery`;
      if (error instanceof Refusal) this.logger.warn({ message, err: error });
      else this.logger.error({ message, err: error });
      return null;
    }
  }

  private async askAndSettle(
    { declaration, accounts, amount }: MovementRequest,
    { movementId, order }: { movementId: number; order: BankOrder },
    until: number,
  ): Promise<MovementView | null> {
    const answer = await this.ask(order, until);
    if (answer) return this.settle({ movementId, declaration, accounts, amount, ...answer }, order);
    this.count(order, 'unknown');
    return null;
  }

  private count({ kind, amount }: BankOrder, outcome: (typeof OUTCOMES)[keyof typeof OUTCOMES]): void {
    const { topUpsTotal, topUpWonTotal, payoutsTotal, payoutWonTotal } = this.metrics;
    const [total, won] = kind === 'payout' ? [payoutsTotal, payoutWonTotal] : [topUpsTotal, topUpWonTotal];
    total.inc({ outcome });
    if (outcome === 'done') won.inc(amount);
  }

  private async ask(order: BankOrder, until: number): Promise<Pick<Resolution, 'verdict' | 'ofFirstMessage'> | null> {
    // This process stood still for so long that recovery may be at work, or even done: it alone may speak to the bank.
    const now = performance.now();
    if (now >= until) return null;
    // Whoever waits longer for one of the bank's slots could not be told in time what came of it.
    let verdict = verdictOf(await this.bank.send(order, now + (until - now) * SLOT_SHARE));
    if (verdict) return { verdict, ofFirstMessage: true };
    for (let pause = INQUIRY_PAUSE_MS; verdict === null; pause = Math.min(pause * 2, INQUIRY_PAUSE_MAX_MS)) {
      if (performance.now() + pause >= until) return null;
      await sleep(pause);
      const answer = await this.bank.inquire(order, until);
      // No such id yet: the message may still be on its way, so it is no verdict.
      verdict = answer.kind === 'notFound' ? null : verdictOf(answer);
    }
    return { verdict, ofFirstMessage: false };
  }
}

/** Only a definite answer is a verdict. */
export function verdictOf(outcome: BankOutcome): Resolution['verdict'] | null {
  return outcome.kind === 'unknown' ? null : outcome;
}
