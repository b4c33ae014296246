import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_ENTRIES, type DayTable, type PartnerAccount } from './day-entries.js';

/** Some business days of a partner's, as one table has them. */
export interface DaysOf extends PartnerAccount {
  readonly of: DayTable;
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
}

/** The sum over movements of a day after one id, up to another. */
export interface PartOfDay {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly after: number;
  /** Null: to the end of the day. */
  readonly upTo: number | null;
  readonly count: number;
  /** won; cancels are negative */
  readonly amount: number;
}

/** So many are summed in some tenths of a second: a busy day takes several statements, none of them a long one. */
const PART_MAX = 50_000;

type SummedDay = Record<'day', string> & Record<'looked' | 'count' | 'amount' | 'last', number | string | null>;

/** What a partner's payments and cancels come to, for the room that settles them. */
@Injectable()
export class PaymentSumsRepository {
  /**
   * Sums entries of a partner's payable account by their business day, in the order of their movements, after one of
   * the first day. They are found by the day of their payment or cancel: an entry itself doesn't know it. What is
   * pending or failed has no entries. Days without any are missing. Where the last part has an end, there may be more
   * behind it.
   *
   * @returns also how many payments, or cancels, were looked at, pending and failed ones included
   */
  async sumParts(
    reader: EntityManager,
    { of, partnerId, accountId, from, to }: DaysOf,
    after: number,
  ): Promise<{ readonly parts: readonly PartOfDay[]; readonly looked: number }> {
    const { index, leg } = DAY_ENTRIES[of];
    const rows: SummedDay[] = await reader.query(
      `SELECT STRAIGHT_JOIN DATE_FORMAT(d.day, '%Y-%m-%d') AS day, COUNT(*) AS looked, COUNT(e.amount) AS count,
         SUM(e.amount) AS amount, MAX(d.id) AS last
       FROM (SELECT business_date AS day, movement_id AS id FROM ${of} FORCE INDEX (${index})
         WHERE partner_id = ? AND (business_date = ? AND movement_id > ? OR business_date > ? AND business_date <= ?)
         ORDER BY business_date, movement_id LIMIT ${PART_MAX}) d
       LEFT JOIN entries e ON e.movement_id = d.id AND e.leg = ${leg} AND e.account_id = ?
       GROUP BY d.day ORDER BY d.day`,
      [partnerId, from, after, from, to, accountId],
    );
    const looked = rows.reduce((sum, row) => sum + Number(row.looked), 0);
    const parts = rows.map(({ day, count, amount, last }, place) => ({
      day,
      after: day === from ? after : 0,
      upTo: looked === PART_MAX && place === rows.length - 1 ? Number(last) : null,
      count: Number(count),
      amount: Number(amount),
    }));
    // A part that began in the middle of a day ends it, even with nothing.
    const isEnded = after === 0 || parts[0]?.day === from;
    return { parts: isEnded ? parts : [nothingAfter(from, after), ...parts], looked };
  }
}

/** The end of a day of which nothing is left, or all of one that has nothing. */
export function nothingAfter(day: string, after = 0): PartOfDay {
  return { day, after, upTo: null, count: 0, amount: 0 };
}
