import { Injectable } from '@nestjs/common';
import { type OrderRecord, OrderRecords } from '../bank/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { type MovementItem, MovementItems } from './movement-items.js';

/** An order whose outcome is not known, and the movement that waits for it. */
export interface WaitingOrder {
  readonly order: OrderRecord;
  readonly movement: MovementItem;
}

interface WaitingPage {
  readonly waiting: readonly WaitingOrder[];
  /** The movement after which the next page begins; null when this is the last one. */
  readonly nextAfter: number | null;
}

/** What waits for a bank, in both directions. */
@Injectable()
export class WaitingOrdersService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly orders: OrderRecords,
    private readonly movements: MovementItems,
  ) {}

  /**
   * Orders of movements after this one, oldest first. What is settled between two pages is missing from the second; new
   * ones come at the end.
   */
  list(after: number, limit: number): Promise<WaitingPage> {
    return this.transactions.snapshot('waiting-orders', async (reader) => {
      const ids = await this.orders.listPending(reader, after, limit + 1);
      const page = ids.slice(0, limit);
      const orders = await this.orders.findOf(reader, page);
      const waiting = (await this.movements.find(reader, page)).flatMap((movement) => {
        const order = orders.get(movement.id);
        return order ? [{ order, movement }] : [];
      });
      return { waiting, nextAfter: ids.length > limit ? (page.at(-1) ?? null) : null };
    });
  }
}
