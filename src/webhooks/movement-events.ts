import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type MovementListener, MovementTypes, type MovementView, transactionDetail } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { APP } from './webhook-owner.js';

/** A movement's first event says how it ended; what its room tells of it comes after that. */
const END_SEQUENCE = 1;

/** Tells the wallet's own back end of every movement that ends, in the transaction in which it does. */
@Injectable()
export class MovementEvents implements MovementListener, OnModuleInit {
  constructor(
    private readonly types: MovementTypes,
    private readonly outbox: WebhookOutbox,
  ) {}

  onModuleInit(): void {
    this.types.listen(this);
  }

  isListening(tx: EntityManager): Promise<boolean> {
    return this.outbox.isAppListening(tx, 'movement.completed');
  }

  ended(tx: BatchTransaction, movements: readonly MovementView[]): Promise<void> {
    return this.outbox.write(
      tx,
      movements.map((movement) => ({
        ownerId: APP,
        subjectId: movement.id,
        sequence: END_SEQUENCE,
        type: movement.status === 'COMPLETED' ? 'movement.completed' : 'movement.failed',
        occurredAt: movement.completedAt as Date,
        data: { userId: movement.userId, ...transactionDetail(movement) },
      })),
    );
  }
}
