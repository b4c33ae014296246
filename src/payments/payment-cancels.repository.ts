import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BusinessDays } from '../ledger/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { type MovementRow, MovementsRepository, type RecordedMovement } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { paidAmountOf } from './payment.state.js';
import type { CancelDetails, LockedPayment } from './payment-cancel.movement.js';

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
  constructor(
    private readonly movements: MovementsRepository,
    private readonly authorizations: AuthorizationsRepository,
    private readonly businessDays: BusinessDays,
  ) {}

  /** Locks payments in ascending order; their main accounts must be locked already. */
  async lockPayments(tx: EntityManager, paymentIds: Iterable<number>): Promise<Map<number, LockedPayment>> {
    const rows: (Pick<LockedPayment, 'paymentId' | 'partnerPayKey' | 'canceledAmount'> & {
      cancels: number | string;
    })[] = await tx.query(
      `SELECT p.movement_id AS paymentId, p.partner_pay_key AS partnerPayKey, p.canceled_amount AS canceledAmount,
         (SELECT COUNT(*) FROM payment_cancels c WHERE c.payment_id = p.movement_id) AS cancels
       FROM payments p WHERE p.movement_id IN (?) ORDER BY p.movement_id FOR UPDATE`,
      [[...new Set(paymentIds)].sort((a, b) => a - b)],
    );
    const movements = await this.movements.findRows(
      tx,
      rows.map(({ paymentId }) => paymentId),
    );
    const authorizations = await this.authorizations.findOf(tx, movements.values());
    return new Map(
      rows.map((row) => {
        const { status, amount } = movements.get(row.paymentId) as MovementRow;
        const authorization = authorizations.get(row.paymentId) ?? null;
        const paid = paidAmountOf({ ...row, status, amount, authorization });
        const paidAmount = paid === 0 ? null : paid;
        const isManual = authorization !== null;
        return [row.paymentId, { ...row, amount, paidAmount, isManual, cancels: Number(row.cancels) }];
      }),
    );
  }

  /**
   * Writes cancels and what they leave of their payments, with COMMIT; a payment cancelled whole gives its order back.
   */
  insert(tx: BatchTransaction, rows: readonly RecordedMovement<CancelDetails>[]): void {
    const canceled = new Map<number, { amount: number; isWhole: boolean }>();
    const values = rows.map(({ movementId, request, at }) => {
      const { paymentId, partnerId, reason, decided } = request.details;
      if (!decided?.payment) throw new Error(`a cancel of payment ${paymentId} was not decided`);
      const paid = decided.payment.paidAmount as number;
      canceled.set(paymentId, { amount: paid - decided.cancelableAfter, isWhole: decided.cancelableAfter === 0 });
      const { sequence, cancelableAfter } = decided;
      const day = this.businessDays.postingDay(tx, at);
      return [movementId, paymentId, partnerId, day, sequence, request.amount, cancelableAfter, reason, at];
    });
    tx.writeLater(
      `INSERT INTO payment_cancels (movement_id, payment_id, partner_id, business_date, sequence, amount, cancelable_after,
         reason, canceled_at) VALUES ?`,
      [values],
    );
    for (const [paymentId, { amount, isWhole }] of canceled) {
      tx.writeLater('UPDATE payments SET canceled_amount = ?, order_live = ? WHERE movement_id = ?', [
        amount,
        isWhole ? null : 1,
        paymentId,
      ]);
    }
  }

  /** Cancels as they were decided, by their own ids. */
  async findDetails(reader: EntityManager, cancelIds: readonly number[]): Promise<Map<number, CancelDetails>> {
    const records = await this.records(reader, 'movement_id IN (?)', cancelIds);
    const details = new Map<number, CancelDetails>();
    for (const { cancelId, paymentId, partnerId, reason, amount, sequence, cancelableAfter } of records) {
      const decided = { sequence, cancelableAfter, payment: null };
      const of = { paymentId, partnerId, reason, cancelAmount: amount, expectedCancelable: null };
      details.set(cancelId, { ...of, decided });
    }
    return details;
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
