import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Backlog, backlogOf } from '../platform/database/backlog.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { Config } from '../platform/config/config.js';
import { seoulCompact, seoulDate } from '../platform/clock/clock.js';
import type { BankOrder, OrderKind, RefusalReason } from './bank-client.js';
import type { DueOrder, NewOrder, OpenOrder, OrderEnd, OrderState } from './bank-order.js';
import { newBankTranId } from './bank-tran-id.js';
import { SealBroken } from '../platform/vault/vault.js';
import { LinkVault, type SealedPayer } from './link-vault.js';
import type { BankLink } from './linked-accounts.js';

type DueRow = Omit<DueOrder, 'order'> & OrderRow;

/** An order, with `w` for it and `l` for its linked account. */
const ORDER_COLUMNS = `w.bank_tran_id AS bankTranId, w.tran_dtime AS tranDtime, w.amount, l.bank_code AS bankCode,
  l.user_id AS userId, l.key_id AS keyId, l.sealed_handle AS sealedHandle, l.sealed_owner_name AS sealedOwnerName`;

type OrderRow = Omit<BankOrder, 'kind' | 'fintechUseNum' | 'ownerName'> & SealedPayer;

/**
 * Its time has come; or the clock was put back, when it would not come for longer than anybody ever waits (seconds).
 */
const IS_DUE = `w.status = 'PENDING' AND (w.next_inquiry_at <= UTC_TIMESTAMP(3)
  OR w.next_inquiry_at > UTC_TIMESTAMP(3) + INTERVAL ? SECOND)`;

/** How many open orders of one account are taken up in a round, so that the others of its bank have their turn. */
const PER_ACCOUNT_MAX = 25;

/** What we ask of users' banks: written before it is asked, kept until it is definite. Each kind has a table. */
@Injectable()
abstract class BankOrders {
  abstract readonly kind: OrderKind;
  private readonly logger = new Logger(this.constructor.name);

  constructor(
    private readonly config: Config,
    private readonly vault: LinkVault,
  ) {}

  private get table(): string {
    return `${this.kind}s`;
  }

  /** The order as the bank will hear it, under an id of its own; each call makes a new one. */
  newOrder({ bankCode, fintechUseNum, ownerName }: BankLink, amount: number, at: Date): BankOrder {
    const bankTranId = newBankTranId(this.config.bankInstitutionCode);
    const { kind } = this;
    return { kind, bankTranId, tranDtime: seoulCompact(at), amount, bankCode, fintechUseNum, ownerName };
  }

  /**
   * Writes orders as PENDING, with COMMIT; that is not reached but fails with a duplicate-key error when an id was
   * used before. Recovery leaves them alone until the request that made them has had its time.
   */
  insert(tx: BatchTransaction, rows: readonly NewOrder[]): void {
    if (rows.length === 0) return;
    const values = rows.map(({ movementId, link, order, heldAmount, at }) => [
      movementId,
      link.id,
      seoulDate(at),
      'PENDING',
      order.amount,
      heldAmount,
      order.bankTranId,
      order.tranDtime,
    ]);
    tx.writeLater(
      `INSERT INTO ${this.table} (movement_id, linked_account_id, business_date, status, amount, held_amount, bank_tran_id,
         tran_dtime, created_at, next_inquiry_at) VALUES ${values.map(() => '(?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)').join(', ')}`,
      values.flatMap((value) => [value, this.config.recoveryFirstDelayMs * 1000]),
    );
  }

  /** Locks those of these that are still open; what another process settled in the meantime is missing. */
  async lockOpen(tx: EntityManager, movementIds: readonly number[]): Promise<Map<number, OpenOrder>> {
    if (movementIds.length === 0) return new Map();
    const rows: OpenOrder[] = await tx.query(
      `SELECT w.movement_id AS movementId, w.amount, w.held_amount AS heldAmount, w.inquiries,
         (SELECT l.clearing_account_id FROM linked_accounts l WHERE l.id = w.linked_account_id) AS clearingAccountId
       FROM ${this.table} w WHERE w.movement_id IN (?) AND w.status = 'PENDING' ORDER BY w.movement_id FOR UPDATE`,
      [movementIds],
    );
    return new Map(rows.map((row) => [row.movementId, row]));
  }

  /** Ends orders that `lockOpen` has locked, with COMMIT. */
  end(tx: BatchTransaction, movementIds: readonly number[], end: OrderEnd, at: Date): void {
    const refusal = end.status === 'REFUSED' ? end.refusal : null;
    tx.writeLater(`UPDATE ${this.table} SET status = ?, refusal = ?, settled_at = ? WHERE movement_id IN (?)`, [
      end.status,
      refusal,
      at,
      movementIds,
    ]);
  }

  /** The order that is open and that nobody but its own request has had to do with; else null. */
  async findUntouched(reader: EntityManager, movementId: number): Promise<BankOrder | null> {
    const [row]: OrderRow[] = await reader.query(
      `SELECT ${ORDER_COLUMNS} FROM ${this.table} w JOIN linked_accounts l ON l.id = w.linked_account_id
       WHERE w.movement_id = ? AND w.status = 'PENDING' AND w.inquiries = 0`,
      [movementId],
    );
    return row ? this.orderOf(row) : null;
  }

  /** How the order for a movement stands; null when there is none. */
  async findState(reader: EntityManager, movementId: number): Promise<OrderState | null> {
    const [row]: OrderState[] = await reader.query(
      `SELECT status, inquiries, refusal FROM ${this.table} WHERE movement_id = ?`,
      [movementId],
    );
    return row ?? null;
  }

  /** The movements that wait for a bank. */
  async listOpen(reader: EntityManager): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT w.movement_id AS id FROM ${this.table} w WHERE w.status = 'PENDING'`,
    );
    return rows.map(({ id }) => id);
  }

  /** Every movement for which a bank was ever asked for a user. */
  async listOf(reader: EntityManager, userId: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT w.movement_id AS id FROM linked_accounts l JOIN ${this.table} w ON w.linked_account_id = l.id
       WHERE l.user_id = ?`,
      [userId],
    );
    return rows.map(({ id }) => id);
  }

  /** The banks with open orders whose time has come. `pauseMaxSeconds`: as long as any of them may wait for it. */
  async listDueBanks(reader: EntityManager, pauseMaxSeconds: number): Promise<string[]> {
    const rows: { bankCode: string }[] = await reader.query(
      `SELECT DISTINCT l.bank_code AS bankCode FROM ${this.table} w JOIN linked_accounts l ON l.id = w.linked_account_id
       WHERE ${IS_DUE}`,
      [pauseMaxSeconds],
    );
    return rows.map(({ bankCode }) => bankCode);
  }

  /** Up to `limit` of one bank's open orders whose time has come, the accounts in turn. Nothing is locked. */
  async listDue(
    reader: EntityManager,
    bankCode: string,
    pauseMaxSeconds: number,
    limit: number,
  ): Promise<{ movementId: number; linkedAccountId: number }[]> {
    return reader.query(
      `SELECT movementId, linkedAccountId FROM (
         SELECT w.movement_id AS movementId, w.linked_account_id AS linkedAccountId, w.next_inquiry_at AS dueAt,
           ROW_NUMBER() OVER (PARTITION BY w.linked_account_id ORDER BY w.next_inquiry_at) AS place
         FROM ${this.table} w JOIN linked_accounts l ON l.id = w.linked_account_id
         WHERE ${IS_DUE} AND l.bank_code = ?) due
       WHERE place <= ${PER_ACCOUNT_MAX} ORDER BY place, dueAt LIMIT ?`,
      [pauseMaxSeconds, bankCode, limit],
    );
  }

  /**
   * Takes those of these that are still due, so that no other instance asks about them meanwhile (`SKIP LOCKED`), and
   * sets when they are due again: after `pauseMs` of what has been asked so far. One whose linked account can't be
   * opened stays open, and keeps no other waiting.
   */
  async takeDue(
    tx: EntityManager,
    movementIds: readonly number[],
    pauseMaxSeconds: number,
    pauseMs: (inquiries: number, ageSeconds: number) => number,
  ): Promise<DueOrder[]> {
    const locked: { movementId: number }[] = await tx.query(
      `SELECT w.movement_id AS movementId FROM ${this.table} w WHERE w.movement_id IN (?) AND ${IS_DUE}
       ORDER BY w.movement_id FOR UPDATE SKIP LOCKED`,
      [movementIds, pauseMaxSeconds],
    );
    return this.take(
      tx,
      locked.map(({ movementId }) => movementId),
      pauseMs,
    );
  }

  /**
   * Locks an order that is open, whether it is due or not. False when it isn't, or while the request that made it has
   * its time to ask the bank itself.
   */
  async lockToAsk(tx: EntityManager, movementId: number, pauseMaxSeconds: number): Promise<boolean> {
    const rows: object[] = await tx.query(
      `SELECT w.movement_id FROM ${this.table} w
       WHERE w.movement_id = ? AND w.status = 'PENDING' AND (w.inquiries > 0 OR ${IS_DUE}) FOR UPDATE`,
      [movementId, pauseMaxSeconds],
    );
    return rows.length > 0;
  }

  /** The same as `takeDue`, of orders that the caller has locked. */
  async take(
    tx: EntityManager,
    movementIds: readonly number[],
    pauseMs: (inquiries: number, ageSeconds: number) => number,
  ): Promise<DueOrder[]> {
    if (movementIds.length === 0) return [];
    const rows: DueRow[] = await tx.query(
      `SELECT w.movement_id AS movementId, w.inquiries, w.turned_away AS turnedAway,
         TIMESTAMPDIFF(SECOND, w.created_at, UTC_TIMESTAMP(3)) AS ageSeconds,
         TIMESTAMPDIFF(SECOND, COALESCE(w.resent_at, w.created_at), UTC_TIMESTAMP(3)) AS sinceSentSeconds,
         TIMESTAMPDIFF(SECOND, w.business_date + INTERVAL 15 HOUR, UTC_TIMESTAMP(3)) AS sinceDayEndSeconds,
         ${ORDER_COLUMNS}
       FROM ${this.table} w JOIN linked_accounts l ON l.id = w.linked_account_id WHERE w.movement_id IN (?)`,
      [movementIds],
    );
    for (const { movementId, inquiries, ageSeconds } of rows) {
      await tx.query(
        `UPDATE ${this.table} SET inquiries = inquiries + 1,
           next_inquiry_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE movement_id = ?`,
        [Math.round(pauseMs(inquiries, Number(ageSeconds)) * 1000), movementId],
      );
    }
    return rows.flatMap((row) => {
      const order = this.orderIn(row);
      if (!order) return [];
      return {
        movementId: row.movementId,
        inquiries: row.inquiries,
        ageSeconds: Number(row.ageSeconds),
        sinceSentSeconds: Number(row.sinceSentSeconds),
        sinceDayEndSeconds: Number(row.sinceDayEndSeconds),
        turnedAway: row.turnedAway,
        order,
      };
    });
  }

  /** To be committed before these orders are sent again. */
  async noteResending(tx: EntityManager, movementIds: readonly number[]): Promise<void> {
    await tx.query(`UPDATE ${this.table} SET resent_at = UTC_TIMESTAMP(3) WHERE movement_id IN (?)`, [movementIds]);
  }

  /** The centre did not pass the order on when it was sent again. */
  async noteTurnedAway(tx: EntityManager, movementId: number, reason: RefusalReason): Promise<void> {
    await tx.query(`UPDATE ${this.table} SET turned_away = ? WHERE movement_id = ?`, [reason, movementId]);
  }

  /** What is open, as far as it is counted. */
  backlog(reader: EntityManager): Promise<Backlog> {
    return backlogOf(reader, `${this.table} FORCE INDEX (ix_${this.table}_due) WHERE status = 'PENDING'`);
  }

  /** How many are open, and how many of these for longer than a day, which a person should look at. */
  async countOpen(reader: EntityManager): Promise<{ open: number; overdue: number }> {
    const [row]: { open: number | string; overdue: number | string | null }[] = await reader.query(
      `SELECT COUNT(*) AS open, SUM(created_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY) AS overdue
       FROM ${this.table} WHERE status = 'PENDING'`,
    );
    return { open: Number(row?.open ?? 0), overdue: Number(row?.overdue ?? 0) };
  }

  /** Null for what can't be opened with the keys there are, which a person must look at. */
  private orderIn(row: DueRow): BankOrder | null {
    try {
      return this.orderOf(row);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.logger.error({
        message: `movement ${row.movementId} stays open: its linked account can't be opened`,
        err: error,
      });
      return null;
    }
  }

  /** @throws SealBroken */
  private orderOf(row: OrderRow): BankOrder {
    const { bankTranId, tranDtime, amount, bankCode } = row;
    return { kind: this.kind, bankTranId, tranDtime, amount, bankCode, ...this.vault.payerOf(row) };
  }
}

/** What banks are asked to take from linked accounts. */
@Injectable()
export class Withdrawals extends BankOrders {
  override readonly kind = 'withdrawal';
}

/**
 * What banks are asked to pay into linked accounts. They have a table of their own: an instance of the version before
 * them would send whatever is open in `withdrawals` again as a withdrawal.
 */
@Injectable()
export class Payouts extends BankOrders {
  override readonly kind = 'payout';
}

export type { BankOrders };
