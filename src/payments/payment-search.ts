import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Groups, wholeGroups } from '../platform/database/whole-groups.js';

interface Ordered {
  readonly paymentId: number;
  readonly partnerId: number;
  /** 1 while it holds the order. */
  readonly isLive: number | null;
}

/** Finds payments for people who look after the service, whichever partner they are to. */
@Injectable()
export class PaymentSearch {
  /**
   * Payments of an order number, partner by partner, the newest partner first: of each the one that holds the order,
   * then the others, newest first. Read in the order of `uq_payments_order`, `limit` rows at most: a server sorts all
   * there is by a column more.
   */
  async listByOrder(
    reader: EntityManager,
    partnerPayKey: string,
    beforePartner: number,
    limit: number,
  ): Promise<Groups<Ordered>> {
    const rows: Ordered[] = await reader.query(
      `SELECT movement_id AS paymentId, partner_id AS partnerId, order_live AS isLive
       FROM payments FORCE INDEX (uq_payments_order)
       WHERE partner_pay_key = ? AND partner_id < ?
       ORDER BY partner_id DESC LIMIT ?`,
      [partnerPayKey, beforePartner, limit + 1],
    );
    const { rows: page, hasMore } = wholeGroups(rows, limit, ({ partnerId }) => partnerId);
    return { rows: inOrder(page), hasMore };
  }

  /** The movement that has ended an authorisation; null while it is held, and of a payment in one step. */
  async findEnd(reader: EntityManager, paymentId: number): Promise<number | null> {
    const [row]: { id: number }[] = await reader.query(
      'SELECT movement_id AS id FROM authorization_ends WHERE payment_id = ?',
      [paymentId],
    );
    return row?.id ?? null;
  }

  /** Payments that are authorised, and whose money is set aside on this account, oldest first. Amounts are won. */
  listHeldOn(
    reader: EntityManager,
    accountId: number,
    limit: number,
  ): Promise<{ readonly paymentId: number; readonly amount: number }[]> {
    return reader.query(
      `SELECT movement_id AS paymentId, amount FROM authorizations FORCE INDEX (ix_authorizations_account)
       WHERE account_id = ? AND is_held = 1 ORDER BY movement_id LIMIT ?`,
      [accountId, limit],
    );
  }
}

/** Partners are in their order already. */
function inOrder(rows: readonly Ordered[]): Ordered[] {
  const byPartner = [...Map.groupBy(rows, ({ partnerId }) => partnerId).values()];
  return byPartner.flatMap((own) =>
    own.sort((a, b) => Number(b.isLive) - Number(a.isLive) || b.paymentId - a.paymentId),
  );
}
