import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LEG } from '../ledger/index.js';

/** A partner's payments, or its cancels, of one business day. */
export interface DayOf {
  readonly of: 'payments' | 'payment_cancels';
  readonly partnerId: number;
  /** The partner's payable account. */
  readonly accountId: number;
  /** YYYY-MM-DD */
  readonly day: string;
}

/** The sum over movements of a day after one id, up to another. */
export interface PartOfDay {
  readonly after: number;
  /** Null: to the end of the day. */
  readonly upTo: number | null;
  readonly count: number;
  /** won; cancels are negative */
  readonly amount: number;
}

/** So many are summed in some tenths of a second: a busy day takes several statements, none of them a long one. */
const PART_MAX = 50_000;

/** The index by day, which the optimizer may take for the worse one, and the entry on the partner's account. */
export const DAY_ENTRIES = {
  payments: { index: 'ix_payments_day', leg: LEG.to },
  payment_cancels: { index: 'ix_payment_cancels_day', leg: LEG.from },
} as const;

/** What a partner's payments and cancels come to, for the room that settles them. */
@Injectable()
export class PaymentSumsRepository {
  /**
   * Sums entries of a partner's payable account, in the order of their movements, after one of these. They are found by
   * the day of their payment or cancel: an index of all entries by account and time would cost every payment more than
   * it would save a few times a day. What is pending or failed has no entries.
   */
  async sumPart(reader: EntityManager, { of, partnerId, accountId, day }: DayOf, after: number): Promise<PartOfDay> {
    const { index, leg } = DAY_ENTRIES[of];
    const [part]: Record<'looked' | 'count' | 'amount' | 'last', number | string | null>[] = await reader.query(
      `SELECT STRAIGHT_JOIN COUNT(*) AS looked, COUNT(e.amount) AS count, SUM(e.amount) AS amount, MAX(d.id) AS last
       FROM (SELECT movement_id AS id FROM ${of} FORCE INDEX (${index})
         WHERE partner_id = ? AND business_date = ? AND movement_id > ? ORDER BY movement_id LIMIT ${PART_MAX}) d
       LEFT JOIN entries e ON e.movement_id = d.id AND e.leg = ${leg} AND e.account_id = ?`,
      [partnerId, day, after, accountId],
    );
    const { looked = 0, count = 0, amount = 0, last = 0 } = part ?? {};
    return {
      after,
      upTo: Number(looked) < PART_MAX ? null : Number(last),
      count: Number(count),
      amount: Number(amount),
    };
  }
}
