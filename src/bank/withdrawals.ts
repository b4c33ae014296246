import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { Config } from '../platform/config/config.js';
import { seoulCompact, seoulDate } from '../platform/clock/clock.js';
import type { RefusalReason, WithdrawalOrder } from './bank-client.js';
import type { LockedLink } from './linked-accounts.js';

const SEQUENCE_DIGITS = 9;

/** A withdrawal to be written together with the movement it is for. Amounts are won. */
export interface NewWithdrawal {
  readonly movementId: number;
  readonly link: LockedLink;
  readonly amount: number;
  readonly heldAmount: number;
  readonly at: Date;
}

/** An open withdrawal under its row lock, with the movement it is for. Amounts are won. */
export interface OpenWithdrawal {
  readonly movementId: number;
  readonly amount: number;
  readonly heldAmount: number;
  readonly clearingAccountId: number;
  /** How often recovery has taken it; more than 0: the bank may have been sent it again. */
  readonly inquiries: number;
}

/** A withdrawal that is due to be asked about. */
export interface DueWithdrawal {
  readonly movementId: number;
  readonly businessDate: string;
  readonly inquiries: number;
  readonly ageSeconds: number;
  readonly order: WithdrawalOrder;
}

export type WithdrawalEnd =
  { readonly status: 'DONE' } | { readonly status: 'REFUSED'; readonly refusal: RefusalReason };

interface DueRow extends WithdrawalOrder {
  readonly movementId: number;
  readonly businessDate: string;
  readonly inquiries: number;
  readonly ageSeconds: number | string;
}

/** What we ask of users' banks: written before it is asked, kept until it is definite. */
@Injectable()
export class Withdrawals {
  constructor(private readonly config: Config) {}

  /** The order as the bank will hear it; its id comes from the movement's, so it is unique and never guessed. */
  orderOf({ movementId, link, amount, at }: NewWithdrawal): WithdrawalOrder {
    const sequence = movementId.toString(36).toUpperCase().padStart(SEQUENCE_DIGITS, '0');
    return {
      bankTranId: `${this.config.bankInstitutionCode}U${sequence}`,
      tranDtime: seoulCompact(at),
      amount,
      fintechUseNum: link.fintechUseNum,
      ownerName: link.ownerName,
    };
  }

  /** Writes withdrawals as PENDING, with COMMIT. Recovery leaves them alone until the request that made them has had its time. */
  insert(tx: BatchTransaction, rows: readonly NewWithdrawal[]): void {
    if (rows.length === 0) return;
    const values = rows.map((row) => {
      const order = this.orderOf(row);
      return [
        row.movementId,
        row.link.id,
        seoulDate(row.at),
        'PENDING',
        row.amount,
        row.heldAmount,
        order.bankTranId,
        order.tranDtime,
      ];
    });
    tx.writeLater(
      `INSERT INTO withdrawals (movement_id, linked_account_id, business_date, status, amount, held_amount, bank_tran_id,
         tran_dtime, created_at, next_inquiry_at) VALUES ${values.map(() => '(?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)').join(', ')}`,
      values.flatMap((value) => [value, this.config.recoveryFirstDelayMs * 1000]),
    );
  }

  /** Locks those of these that are still open; what another process settled in the meantime is missing. */
  async lockOpen(tx: EntityManager, movementIds: readonly number[]): Promise<Map<number, OpenWithdrawal>> {
    if (movementIds.length === 0) return new Map();
    const rows: OpenWithdrawal[] = await tx.query(
      `SELECT w.movement_id AS movementId, w.amount, w.held_amount AS heldAmount, w.inquiries,
         (SELECT l.clearing_account_id FROM linked_accounts l WHERE l.id = w.linked_account_id) AS clearingAccountId
       FROM withdrawals w WHERE w.movement_id IN (?) AND w.status = 'PENDING' ORDER BY w.movement_id FOR UPDATE`,
      [movementIds],
    );
    return new Map(rows.map((row) => [row.movementId, row]));
  }

  async end(tx: EntityManager, movementIds: readonly number[], end: WithdrawalEnd, at: Date): Promise<void> {
    if (movementIds.length === 0) return;
    const refusal = end.status === 'REFUSED' ? end.refusal : null;
    await tx.query(`UPDATE withdrawals SET status = ?, refusal = ?, settled_at = ? WHERE movement_id IN (?)`, [
      end.status,
      refusal,
      at,
      movementIds,
    ]);
  }

  /**
   * Takes up to `limit` open withdrawals whose time has come, so that no other instance asks about them meanwhile
   * (`SKIP LOCKED`), and sets when they are due again: after `pauseMs` of what has been asked so far.
   */
  async takeDue(
    tx: EntityManager,
    limit: number,
    pauseMs: (inquiries: number, ageSeconds: number) => number,
  ): Promise<DueWithdrawal[]> {
    const rows: DueRow[] = await tx.query(
      `SELECT w.movement_id AS movementId, DATE_FORMAT(w.business_date, '%Y-%m-%d') AS businessDate, w.inquiries,
         TIMESTAMPDIFF(SECOND, w.created_at, UTC_TIMESTAMP(3)) AS ageSeconds, w.amount, w.bank_tran_id AS bankTranId,
         w.tran_dtime AS tranDtime,
         (SELECT l.fintech_use_num FROM linked_accounts l WHERE l.id = w.linked_account_id) AS fintechUseNum,
         (SELECT l.owner_name FROM linked_accounts l WHERE l.id = w.linked_account_id) AS ownerName
       FROM withdrawals w
       WHERE w.status = 'PENDING' AND w.next_inquiry_at <= UTC_TIMESTAMP(3)
       ORDER BY w.next_inquiry_at LIMIT ? FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    for (const row of rows) {
      await tx.query(
        `UPDATE withdrawals SET inquiries = inquiries + 1,
           next_inquiry_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE movement_id = ?`,
        [Math.round(pauseMs(row.inquiries, Number(row.ageSeconds)) * 1000), row.movementId],
      );
    }
    return rows.map((row) => ({
      movementId: row.movementId,
      businessDate: row.businessDate,
      inquiries: row.inquiries,
      ageSeconds: Number(row.ageSeconds),
      order: {
        bankTranId: row.bankTranId,
        tranDtime: row.tranDtime,
        amount: row.amount,
        fintechUseNum: row.fintechUseNum,
        ownerName: row.ownerName,
      },
    }));
  }

  /** How many are open, and how many of these for longer than a day, which a person should look at. */
  async countOpen(reader: EntityManager): Promise<{ open: number; overdue: number }> {
    const [row]: { open: number | string; overdue: number | string | null }[] = await reader.query(
      `SELECT COUNT(*) AS open, SUM(created_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY) AS overdue
       FROM withdrawals WHERE status = 'PENDING'`,
    );
    return { open: Number(row?.open ?? 0), overdue: Number(row?.overdue ?? 0) };
  }
}
