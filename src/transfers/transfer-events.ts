import { Injectable } from '@nestjs/common';
import { seoulDateTime } from '../platform/clock/clock.js';
import type { BatchTransaction, RowId } from '../platform/database/batch-transactions.js';
import { APP, WebhookOutbox } from '../webhooks/index.js';
import { HeldTransfersRepository } from './held-transfers.repository.js';

/** Behind the one that says that the movement is COMPLETED. */
const SEQUENCES = { 'transfer.held': 2, 'transfer.reminder': 3 } as const;

/** What the wallet's own back end is told of transfers that wait, in the transaction that makes it true. */
@Injectable()
export class TransferEvents {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly transfers: HeldTransfersRepository,
  ) {}

  /** @param transferIds of transfers whose rows are written, or put off, already */
  async tell(
    tx: BatchTransaction,
    type: keyof typeof SEQUENCES,
    transferIds: readonly RowId[],
    at: Date,
  ): Promise<void> {
    if (transferIds.length === 0 || !(await this.outbox.isAppListening(tx, type))) return;
    await tx.flush();
    const ids = transferIds.map((id) => (typeof id === 'number' ? id : id.value));
    const waiting = await this.transfers.listWaiting(tx, ids);
    await this.outbox.write(
      tx,
      waiting.map(({ transferId, expiresAt, ...transfer }) => ({
        ownerId: APP,
        subjectId: transferId,
        sequence: SEQUENCES[type],
        type,
        occurredAt: at,
        data: { transferId, ...transfer, expiresAt: seoulDateTime(expiresAt) },
      })),
    );
  }
}
