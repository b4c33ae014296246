import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MovementView, RecordedMovement } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { seoulDate } from '../platform/clock/clock.js';
import { type CancelRecord, PaymentCancelsRepository } from './payment-cancels.repository.js';

export interface ProductItem {
  readonly name: string;
  readonly count: number;
}

/** What a payment's request says besides who, where and how much. */
export interface PaymentDetails {
  readonly partnerId: number;
  readonly partnerPayKey: string;
  readonly productItems: readonly ProductItem[];
}

export interface PaymentRecord extends PaymentDetails {
  readonly paymentId: number;
  readonly userId: number;
  readonly status: MovementView['status'];
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

const RECORD = `SELECT p.movement_id AS paymentId, p.partner_id AS partnerId, p.partner_pay_key AS partnerPayKey,
    p.product_items AS productItems, p.canceled_amount AS canceledAmount, m.user_id AS userId, m.status, m.amount,
    m.topped_up_amount AS toppedUpAmount, m.failure_code AS failureCode, m.created_at AS createdAt,
    m.completed_at AS completedAt
  FROM payments p JOIN movements m ON m.id = p.movement_id`;

/** A partner's attempts at one order, or under one key, are few; this bounds an answer all the same. */
const ATTEMPTS_MAX = 100;

@Injectable()
export class PaymentsRepository {
  constructor(private readonly cancels: PaymentCancelsRepository) {}

  /** Sent with COMMIT, which is not reached but fails with a duplicate-key error when a live payment holds one of the orders. */
  insert(tx: BatchTransaction, rows: readonly RecordedMovement<PaymentDetails>[]): void {
    const values = rows.map(({ movementId, request, at }) => {
      const { partnerId, partnerPayKey, productItems } = request.details;
      return [movementId, partnerId, partnerPayKey, 1, seoulDate(at), JSON.stringify(productItems)];
    });
    tx.writeLater(
      'INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items) VALUES ?',
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

  /** Payments that were pending belong to the business day of their outcome. */
  async moveToDay(tx: EntityManager, paymentIds: readonly number[], at: Date): Promise<void> {
    const day = seoulDate(at);
    await tx.query('UPDATE payments SET business_date = ? WHERE movement_id IN (?) AND business_date <> ?', [
      day,
      paymentIds,
      day,
    ]);
  }

  /** Gives the orders of payments back. */
  async releaseOrders(tx: EntityManager, paymentIds: readonly number[]): Promise<void> {
    await tx.query('UPDATE payments SET order_live = NULL WHERE movement_id IN (?)', [paymentIds]);
  }

  async find(reader: EntityManager, paymentId: number): Promise<PaymentRecord | null> {
    const [record] = await this.records(reader, 'p.movement_id = ?', [paymentId]);
    return record ?? null;
  }

  async findMany(reader: EntityManager, paymentIds: readonly number[]): Promise<PaymentRecord[]> {
    return paymentIds.length === 0 ? [] : this.records(reader, 'p.movement_id IN (?)', [paymentIds], paymentIds.length);
  }

  listByOrder(reader: EntityManager, partnerId: number, partnerPayKey: string): Promise<PaymentRecord[]> {
    return this.records(reader, 'p.partner_id = ? AND p.partner_pay_key = ?', [partnerId, partnerPayKey]);
  }

  listByKey(reader: EntityManager, scope: string, key: string): Promise<PaymentRecord[]> {
    return this.records(reader, 'm.idempotency_key = ? AND m.idempotency_scope = ?', [key, scope]);
  }

  private async records(
    reader: EntityManager,
    where: string,
    parameters: unknown[],
    limit = ATTEMPTS_MAX,
  ): Promise<PaymentRecord[]> {
    const rows: (Omit<PaymentRecord, 'productItems' | 'cancels'> & { productItems: string })[] = await reader.query(
      `${RECORD} WHERE ${where} ORDER BY p.movement_id DESC LIMIT ${limit}`,
      parameters,
    );
    const canceled = rows.filter(({ canceledAmount }) => canceledAmount > 0).map(({ paymentId }) => paymentId);
    const cancels = await this.cancels.findByPayments(reader, canceled);
    return rows.map((row) => ({
      ...row,
      productItems: JSON.parse(row.productItems) as ProductItem[],
      cancels: cancels.filter(({ paymentId }) => paymentId === row.paymentId),
    }));
  }
}

export function orderOf({ partnerId, partnerPayKey }: { partnerId: number; partnerPayKey: string }): string {
  return `${partnerId} ${partnerPayKey}`;
}
