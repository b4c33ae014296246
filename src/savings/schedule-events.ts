import { Injectable } from '@nestjs/common';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { APP, WebhookOutbox } from '../webhooks/index.js';
import { dayNumber } from './interest.js';

/** A daily deposit that could not be made, and is not made up for. */
export interface FailedDeposit {
  readonly userId: number;
  readonly accountId: number;
  /** YYYY-MM-DD in Seoul */
  readonly day: string;
  /** won */
  readonly amount: number;
  /** Why: what a client would have been answered. */
  readonly failureCode: string;
  /** Null where it was refused before there was a movement. */
  readonly movementId: number | null;
}

/** What the wallet's own back end is told of daily deposits, in the transaction that makes it true. */
@Injectable()
export class ScheduleEvents {
  constructor(private readonly outbox: WebhookOutbox) {}

  isHeard(tx: BatchTransaction): Promise<boolean> {
    return this.outbox.isAppListening(tx, 'schedule.failed');
  }

  /** A second one for an account and a day is a duplicate-key error: its place among the account's is the day. */
  failed(tx: BatchTransaction, deposits: readonly FailedDeposit[], at: Date): Promise<void> {
    return this.outbox.write(
      tx,
      deposits.map(({ movementId, ...deposit }) => ({
        ownerId: APP,
        subjectId: -deposit.accountId,
        sequence: dayNumber(deposit.day),
        type: 'schedule.failed',
        occurredAt: at,
        data: { ...deposit, ...(movementId !== null && { transactionId: movementId }) },
      })),
    );
  }
}
