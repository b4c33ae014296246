import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fromSeoulCompact } from '../platform/clock/clock.js';
import type { BankOrderColumns } from './bank-order.columns.js';
import type { OrderKind } from './bank-client.js';

/** What a bank was, or is being, asked for, for a person to look at. Amounts are won. */
export interface OrderRecord extends Omit<BankOrderColumns, 'tranDtime' | 'createdAt'> {
  readonly kind: OrderKind;
  /** What the user calls the bank. */
  readonly bank: string;
  readonly bankCode: string;
  /** By our clock; `nextInquiryAt` and `resentAt` are by the database's. */
  readonly askedAt: Date;
  /** Since it was written, by the database's clock. */
  readonly ageSeconds: number;
  /** Until it is asked about; below zero when that is due. */
  readonly nextInquirySeconds: number;
}

type Row = Omit<OrderRecord, 'askedAt' | 'ageSeconds' | 'nextInquirySeconds'> & {
  tranDtime: string;
  ageSeconds: number | string;
  nextInquirySeconds: number | string;
};

const TABLES: Readonly<Record<OrderKind, string>> = { withdrawal: 'withdrawals', payout: 'payouts' };
/** What was ever asked for a linked account: as many as its user has, and not all that waits. */
const BY_LINK: Readonly<Record<OrderKind, string>> = { withdrawal: 'ix_withdrawals_limit', payout: 'ix_payouts_link' };
const KINDS = Object.keys(TABLES) as OrderKind[];

/** Orders of both directions as they are stored, whoever asks for them. */
@Injectable()
export class OrderRecords {
  /** The orders of these movements, each of which has one at most, by movement. */
  async findOf(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, OrderRecord>> {
    if (movementIds.length === 0) return new Map();
    const rows: Row[] = await reader.query(
      KINDS.map(
        (kind) =>
          `SELECT '${kind}' AS kind, w.movement_id AS movementId, w.linked_account_id AS linkedAccountId,
             DATE_FORMAT(w.business_date, '%Y-%m-%d') AS businessDate, w.status, w.amount, w.held_amount AS heldAmount,
             w.bank_tran_id AS bankTranId, w.tran_dtime AS tranDtime, w.refusal, w.inquiries,
             w.next_inquiry_at AS nextInquiryAt, w.resent_at AS resentAt, w.turned_away AS turnedAway,
             w.settled_at AS settledAt, l.bank, l.bank_code AS bankCode,
             TIMESTAMPDIFF(SECOND, w.created_at, UTC_TIMESTAMP(3)) AS ageSeconds,
             TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), w.next_inquiry_at) AS nextInquirySeconds
           FROM ${TABLES[kind]} w JOIN linked_accounts l ON l.id = w.linked_account_id WHERE w.movement_id IN (?)`,
      ).join(' UNION ALL '),
      KINDS.map(() => movementIds),
    );
    return new Map(
      rows.map(({ tranDtime, ageSeconds, nextInquirySeconds, ...row }) => [
        row.movementId,
        {
          ...row,
          askedAt: fromSeoulCompact(tranDtime),
          ageSeconds: Number(ageSeconds),
          nextInquirySeconds: Number(nextInquirySeconds),
        },
      ]),
    );
  }

  /**
   * Movements that hold money of their user while a bank is asked, oldest first.
   *
   * @param linkIds all that the user has ever linked
   */
  async listHolding(reader: EntityManager, linkIds: readonly number[], limit: number): Promise<number[]> {
    if (linkIds.length === 0) return [];
    const parts = KINDS.map(
      (kind) => `SELECT movement_id AS id FROM ${TABLES[kind]} FORCE INDEX (${BY_LINK[kind]})
        WHERE status = 'PENDING' AND linked_account_id IN (?) AND held_amount > 0`,
    );
    const rows: { id: number }[] = await reader.query(`${parts.join(' UNION ALL ')} ORDER BY id LIMIT ?`, [
      ...KINDS.map(() => linkIds),
      limit,
    ]);
    return rows.map(({ id }) => id);
  }

  /**
   * Movements after this one that wait for a bank, oldest first: the order of the index by status, however many wait.
   */
  async listPending(reader: EntityManager, after: number, limit: number): Promise<number[]> {
    const parts = KINDS.map(
      (kind) => `(SELECT movement_id AS id FROM ${TABLES[kind]} FORCE INDEX (ix_${TABLES[kind]}_status)
        WHERE status = 'PENDING' AND movement_id > ? ORDER BY movement_id LIMIT ?)`,
    );
    const rows: { id: number }[] = await reader.query(`${parts.join(' UNION ALL ')} ORDER BY id LIMIT ?`, [
      ...KINDS.flatMap(() => [after, limit]),
      limit,
    ]);
    return rows.map(({ id }) => id);
  }
}
