import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_ENTRIES, DAY_TABLES, type DayTable, type LineType, type PartnerAccount } from './day-entries.js';

/** An entry of a partner's payable account, with what it is of. */
export interface PaymentLine {
  /** Stands for its place: a day's lines are in the order of their movements. */
  readonly movementId: number;
  readonly type: LineType;
  readonly paymentId: number;
  readonly partnerPayKey: string;
  /** won; what was given back is negative */
  readonly amount: number;
  readonly postedAt: Date;
}

export interface LinesPage {
  readonly lines: readonly PaymentLine[];
  /** The movement before which the next lines are; null when these are the last ones. */
  readonly before: number | null;
}

interface LookedAt extends Omit<PaymentLine, 'type' | 'amount' | 'postedAt'> {
  readonly of: DayTable;
  /** Null where there is no entry: it is pending, or failed. */
  readonly amount: number | null;
  readonly postedAt: Date | null;
}

@Injectable()
export class PaymentLinesRepository {
  /**
   * What a business day has on a partner's account before one movement, newest first. Of each table a range of its
   * index is read, so many rows at most, so that a page costs the same on every day. One statement sees one state.
   *
   * @param lookAt how many payments, captures and cancels are looked at, pending and failed ones included
   */
  async listBefore(
    reader: EntityManager,
    { partnerId, accountId }: PartnerAccount,
    day: string,
    before: number,
    lookAt: number,
  ): Promise<LinesPage> {
    const ranges = DAY_TABLES.map((table) => {
      const { index, leg, paymentId } = DAY_ENTRIES[table];
      return `(SELECT '${table}' AS source, ${leg} AS leg, movement_id AS id, ${paymentId} AS of_payment
         FROM ${table} FORCE INDEX (${index})
         WHERE partner_id = ? AND business_date = ? AND movement_id < ? ORDER BY movement_id DESC LIMIT ?)`;
    });
    const looked: LookedAt[] = await reader.query(
      `SELECT STRAIGHT_JOIN d.source AS \`of\`, d.id AS movementId, d.of_payment AS paymentId,
         p.partner_pay_key AS partnerPayKey, e.amount, e.posted_at AS postedAt
       FROM (${ranges.join(' UNION ALL ')} ORDER BY id DESC LIMIT ?) d
       LEFT JOIN entries e ON e.movement_id = d.id AND e.leg = d.leg AND e.account_id = ?
       LEFT JOIN payments p ON p.movement_id = d.of_payment
       ORDER BY d.id DESC`,
      [...DAY_TABLES.flatMap(() => [partnerId, day, before, lookAt]), lookAt, accountId],
    );
    const lines = looked.flatMap(({ of, amount, postedAt, ...line }) =>
      amount === null || postedAt === null ? [] : [{ ...line, type: DAY_ENTRIES[of].type, amount, postedAt }],
    );
    const last = looked.length === lookAt ? looked.at(-1) : undefined;
    return { lines, before: last?.movementId ?? null };
  }
}
