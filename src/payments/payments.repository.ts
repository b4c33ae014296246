import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BusinessDays } from '../ledger/index.js';
import { type MovementRow, MovementsRepository, type RecordedMovement } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { AUTHORIZATION } from './authorization.movements.js';
import { orderOf, type PaymentDetails, type ProductItem } from './payment.movement.js';
import { type AuthorizationRecord, AuthorizationsRepository } from './authorizations.repository.js';
import { paidAmountOf } from './payment.state.js';
import { type CancelRecord, PaymentCancelsRepository } from './payment-cancels.repository.js';

export interface PaymentRecord extends PaymentDetails {
  readonly paymentId: number;
  readonly userId: number;
  /** It is paid in two steps. */
  readonly isManual: boolean;
  /** Null unless it is in two steps, and was authorised. */
  readonly authorization: AuthorizationRecord | null;
  readonly status: MovementRow['status'];
  /** won */
  readonly amount: number;
  /** won */
  readonly toppedUpAmount: number;
  /** won */
  readonly canceledAmount: number;
  /** Oldest first. */
  readonly cancels: readonly CancelRecord[];
  readonly failureCode: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

interface PaymentRow extends Omit<PaymentDetails, 'productItems'> {
  readonly paymentId: number;
  readonly productItems: string;
  readonly canceledAmount: number;
}

/** Whose payment it is, and of which order. */
type PaymentOrder = Pick<PaymentRow, 'paymentId' | 'partnerId' | 'partnerPayKey'>;

/** A partner's attempts at one order, or under one key, are few; this bounds an answer all the same. */
const ATTEMPTS_MAX = 100;

@Injectable()
export class PaymentsRepository {
  constructor(
    private readonly cancels: PaymentCancelsRepository,
    private readonly authorizations: AuthorizationsRepository,
    private readonly movements: MovementsRepository,
    private readonly businessDays: BusinessDays,
  ) {}

  /**
   * Sent with COMMIT, which is not reached but fails with a duplicate-key error when a live payment holds one of the
   * orders.
   */
  insert(tx: BatchTransaction, rows: readonly RecordedMovement<PaymentDetails>[]): void {
    const values = rows.map(({ movementId, request, at }) => {
      const { partnerId, partnerPayKey, productItems, counted } = request.details;
      const day = this.businessDays.postingDay(tx, at);
      const agreed = [counted?.id ?? null, counted?.day ?? null];
      return [movementId, partnerId, partnerPayKey, 1, day, JSON.stringify(productItems), ...agreed];
    });
    tx.writeLater(
      `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items,
         agreement_id, agreement_day) VALUES ?`,
      [values],
    );
  }

  /** For each order, the live payment that holds it. */
  async findOrderHolders(reader: EntityManager, orders: readonly PaymentDetails[]): Promise<(number | null)[]> {
    if (orders.length === 0) return [];
    const rows: { id: number; partnerId: number; partnerPayKey: string }[] = await reader.query(
      `SELECT movement_id AS id, partner_id AS partnerId, partner_pay_key AS partnerPayKey FROM payments
       WHERE (partner_id, partner_pay_key, order_live) IN (?)`,
      [orders.map(({ partnerId, partnerPayKey }) => [partnerId, partnerPayKey, 1])],
    );
    const holders = new Map(rows.map((row) => [orderOf(row), row.id]));
    return orders.map((order) => holders.get(orderOf(order)) ?? null);
  }

  /** Payments that were pending belong to the business day of their outcome. Sent with COMMIT. */
  moveToDay(tx: BatchTransaction, paymentIds: readonly number[], at: Date): void {
    const day = this.businessDays.postingDay(tx, at);
    tx.writeLater('UPDATE payments SET business_date = ? WHERE movement_id IN (?) AND business_date <> ?', [
      day,
      paymentIds,
      day,
    ]);
  }

  /** Gives the orders of payments back, with COMMIT. */
  releaseOrders(tx: BatchTransaction, paymentIds: readonly number[]): void {
    tx.writeLater('UPDATE payments SET order_live = NULL WHERE movement_id IN (?)', [paymentIds]);
  }

  /** The orders of these payments. */
  findOrders(reader: EntityManager, paymentIds: readonly number[]): Promise<PaymentOrder[]> {
    return reader.query(
      `SELECT movement_id AS paymentId, partner_id AS partnerId, partner_pay_key AS partnerPayKey FROM payments
       WHERE movement_id IN (?)`,
      [paymentIds],
    );
  }

  async find(reader: EntityManager, paymentId: number): Promise<PaymentRecord | null> {
    const [record] = await this.records(reader, 'movement_id = ?', [paymentId]);
    return record ?? null;
  }

  async findMany(reader: EntityManager, paymentIds: readonly number[]): Promise<PaymentRecord[]> {
    return paymentIds.length === 0 ? [] : this.records(reader, 'movement_id IN (?)', [paymentIds], paymentIds.length);
  }

  listByOrder(reader: EntityManager, partnerId: number, partnerPayKey: string): Promise<PaymentRecord[]> {
    return this.records(reader, 'partner_id = ? AND partner_pay_key = ?', [partnerId, partnerPayKey]);
  }

  async listByKey(reader: EntityManager, scope: string, key: string): Promise<PaymentRecord[]> {
    return this.findMany(reader, await this.movements.findIdsByKey(reader, scope, null, key));
  }

  private async records(
    reader: EntityManager,
    where: string,
    parameters: unknown[],
    limit = ATTEMPTS_MAX,
  ): Promise<PaymentRecord[]> {
    const rows: PaymentRow[] = await reader.query(
      `SELECT movement_id AS paymentId, partner_id AS partnerId, partner_pay_key AS partnerPayKey,
         product_items AS productItems, canceled_amount AS canceledAmount
       FROM payments WHERE ${where} ORDER BY movement_id DESC LIMIT ${limit}`,
      parameters,
    );
    const movements = await this.movements.findRows(
      reader,
      rows.map(({ paymentId }) => paymentId),
    );
    const authorizations = await this.authorizations.findOf(reader, movements.values());
    const canceled = rows.filter(({ canceledAmount }) => canceledAmount > 0).map(({ paymentId }) => paymentId);
    const cancels = await this.cancels.findByPayments(reader, canceled);
    return rows.map((row) => {
      const movement = movements.get(row.paymentId) as MovementRow;
      const authorization = authorizations.get(row.paymentId) ?? null;
      const payment = { ...movement, ...row, isManual: movement.type === AUTHORIZATION.type, authorization };
      // Without those that came after the payment's row was read.
      const isCounted = (left: number) => paidAmountOf(payment) - left <= row.canceledAmount;
      return {
        ...payment,
        productItems: JSON.parse(row.productItems) as ProductItem[],
        cancels: cancels.filter((it) => it.paymentId === row.paymentId && isCounted(it.cancelableAfter)),
      };
    });
  }
}
