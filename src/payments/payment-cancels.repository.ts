import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MovementView, RecordedMovement } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { seoulDate } from '../platform/clock/clock.js';

/** What a cancel says besides how much. Amounts are won. */
export interface CancelDetails {
  readonly paymentId: number;
  readonly partnerId: number;
  readonly reason: string;
  /** Null: all that is left, decided under the lock. */
  readonly cancelAmount: number | null;
  /** What the partner believes can still be cancelled; null: it doesn't say. */
  readonly expectedCancelable: number | null;
  /** Known once it was decided: the number of this cancel, and what can be cancelled after it. */
  readonly decided: { readonly sequence: number; readonly cancelableAfter: number } | null;
}

/** A payment under its row lock. Amounts are won. */
export interface LockedPayment {
  readonly paymentId: number;
  readonly status: MovementView['status'];
  readonly amount: number;
  canceledAmount: number;
  cancels: number;
}

export interface CancelRecord {
  readonly cancelId: number;
  readonly paymentId: number;
  readonly partnerId: number;
  readonly sequence: number;
  readonly amount: number;
  readonly cancelableAfter: number;
  readonly reason: string;
  readonly canceledAt: Date;
}

@Injectable()
export class PaymentCancelsRepository {
  /** Locks payments in ascending order; their main accounts must be locked already. */
  async lockPayments(tx: EntityManager, paymentIds: Iterable<number>): Promise<Map<number, LockedPayment>> {
    const rows: (Omit<LockedPayment, 'cancels'> & { cancels: number | string })[] = await tx.query(
      `SELECT p.movement_id AS paymentId, m.status, m.amount, p.canceled_amount AS canceledAmount,
         (SELECT COUNT(*) FROM payment_cancels c WHERE c.payment_id = p.movement_id) AS cancels
       FROM payments p JOIN movements m ON m.id = p.movement_id
       WHERE p.movement_id IN (?) ORDER BY p.movement_id FOR UPDATE`,
      [[...new Set(paymentIds)].sort((a, b) => a - b)],
    );
    return new Map(rows.map((row) => [row.paymentId, { ...row, cancels: Number(row.cancels) }]));
  }

  /** Writes cancels and what they leave of their payments, with COMMIT; a payment cancelled whole gives its order back. */
  insert(tx: BatchTransaction, rows: readonly RecordedMovement<CancelDetails>[]): void {
    const left = new Map<number, number>();
    const values = rows.map(({ movementId, request, at }) => {
      const { paymentId, partnerId, reason, decided } = request.details;
      if (!decided) throw new Error(`a cancel of payment ${paymentId} was not decided`);
      left.set(paymentId, decided.cancelableAfter);
      const { sequence, cancelableAfter } = decided;
      return [movementId, paymentId, partnerId, seoulDate(at), sequence, request.amount, cancelableAfter, reason, at];
    });
    tx.writeLater(
      `INSERT INTO payment_cancels (movement_id, payment_id, partner_id, business_date, sequence, amount, cancelable_after,
         reason, canceled_at) VALUES ?`,
      [values],
    );
    for (const [paymentId, cancelable] of left) {
      tx.writeLater(
        `UPDATE payments SET canceled_amount = (SELECT m.amount FROM movements m WHERE m.id = movement_id) - ?,
           order_live = ? WHERE movement_id = ?`,
        [cancelable, cancelable === 0 ? null : 1, paymentId],
      );
    }
  }

  /** Cancels as they were decided, by their own ids. */
  async findDetails(reader: EntityManager, cancelIds: readonly number[]): Promise<Map<number, CancelDetails>> {
    const records = await this.records(reader, 'movement_id IN (?)', cancelIds);
    return new Map(
      records.map(({ cancelId, paymentId, partnerId, reason, amount, sequence, cancelableAfter }) => [
        cancelId,
        {
          paymentId,
          partnerId,
          reason,
          cancelAmount: amount,
          expectedCancelable: null,
          decided: { sequence, cancelableAfter },
        },
      ]),
    );
  }

  /** All cancels of these payments, oldest first. */
  async findByPayments(reader: EntityManager, paymentIds: readonly number[]): Promise<CancelRecord[]> {
    return this.records(reader, 'payment_id IN (?)', paymentIds);
  }

  private async records(reader: EntityManager, where: string, ids: readonly number[]): Promise<CancelRecord[]> {
    if (ids.length === 0) return [];
    return reader.query(
      `SELECT movement_id AS cancelId, payment_id AS paymentId, partner_id AS partnerId, sequence, amount, cancelable_after AS cancelableAfter,
         reason, canceled_at AS canceledAt FROM payment_cancels WHERE ${where} ORDER BY payment_id, sequence`,
      [ids],
    );
  }
}
