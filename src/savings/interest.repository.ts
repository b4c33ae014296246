import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RecordedMovement } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import type { InterestDetails } from './interest.movement.js';
import { dayBefore, dayOfNumber, type InterestState } from './interest.js';
import { SAVINGS_PRODUCTS } from './savings-product.js';

/** How long an instance that has taken accounts is left alone with them, by the database's clock. */
const LEASE_SECONDS = 10;

/** As a number of days since 1970-01-01. */
const dayNumberOf = (date: string) => `DATEDIFF(${date}, '1970-01-01')`;

/** A savings account, and whose it is. */
export interface SavingsOwner {
  readonly accountId: number;
  readonly userId: number;
  readonly mainAccountId: number;
}

type StateRow = Omit<InterestState, 'balance' | 'entries'> & { readonly accountId: number };
interface EntryRow {
  readonly accountId: number;
  readonly seq: number;
  readonly amount: number;
  readonly balanceAfter: number;
  /** Null for interest. */
  readonly day: number | null;
}

/** Every statement about interest. */
@Injectable()
export class InterestRepository {
  /**
   * How these savings accounts stand. What it reads changes only under the accounts' locks: so it is exact for whoever
   * holds them, although it locks nothing itself, as each statement sees what is committed by then.
   */
  async findStates(reader: EntityManager, accountIds: readonly number[]): Promise<Map<number, InterestState>> {
    if (accountIds.length === 0) return new Map();
    const rows: StateRow[] = await reader.query(
      `SELECT s.account_id AS accountId, s.rate_basis_points AS rateBasisPoints,
         COALESCE(${dayNumberOf('p.day')}, ${dayNumberOf('s.earns_from')} - 1) AS through, COALESCE(p.rest, 0) AS rest,
         COALESCE(p.settled_seq, 0) AS settledSeq
       FROM savings_accounts s
       LEFT JOIN interest_postings p ON p.account_id = s.account_id
         AND p.day = (SELECT MAX(l.day) FROM interest_postings l WHERE l.account_id = s.account_id)
       WHERE s.account_id IN (?)`,
      [accountIds],
    );
    const entries = Map.groupBy(await this.listEntries(reader, rows), ({ accountId }) => accountId);
    return new Map(
      rows.map(({ accountId, ...state }) => {
        const since = entries.get(accountId) ?? [];
        const settled = since.find(({ seq }) => seq === state.settledSeq);
        const open = since.filter(({ seq }) => seq > state.settledSeq);
        return [accountId, { ...state, balance: settled?.balanceAfter ?? 0, entries: open }];
      }),
    );
  }

  /** Those behind the settled ones, and the last of these. */
  private async listEntries(reader: EntityManager, rows: readonly StateRow[]): Promise<EntryRow[]> {
    if (rows.length === 0) return [];
    const ranges = rows.map(() => '(e.account_id = ? AND e.seq >= ?)').join(' OR ');
    return reader.query(
      `SELECT e.account_id AS accountId, e.seq, e.amount, e.balance_after AS balanceAfter,
         IF(m.type = 'INTEREST', NULL, ${dayNumberOf('e.posted_at + INTERVAL 9 HOUR')}) AS day
       FROM entries e JOIN movements m ON m.id = e.movement_id WHERE ${ranges} ORDER BY e.account_id, e.seq`,
      rows.flatMap(({ accountId, settledSeq }) => [accountId, settledSeq]),
    );
  }

  insert(tx: BatchTransaction, rows: readonly RecordedMovement<InterestDetails>[]): void {
    const values = rows.map(({ movementId, request: { accounts, details } }) => {
      if (!details.decided) throw new Error(`interest of account ${accounts.counter} was not decided`);
      const { day, rest, settledSeq } = details.decided.due;
      return [movementId, accounts.counter, dayOfNumber(day), rest, settledSeq];
    });
    tx.writeLater('INSERT INTO interest_postings (movement_id, account_id, day, rest, settled_seq) VALUES ?', [values]);
  }

  /**
   * Takes up to `max` open accounts that were not looked at for this day yet, for some seconds; others take others
   * (`SKIP LOCKED`).
   */
  async take(tx: EntityManager, day: string, max: number): Promise<SavingsOwner[]> {
    const rows: { accountId: number }[] = await tx.query(
      `SELECT account_id AS accountId FROM savings_accounts
       WHERE closed_at IS NULL AND interest_seen < ?
         AND (interest_lease_until IS NULL OR interest_lease_until < UTC_TIMESTAMP(3))
       ORDER BY interest_seen LIMIT ? FOR UPDATE SKIP LOCKED`,
      [day, max],
    );
    if (rows.length === 0) return [];
    const ids = rows.map(({ accountId }) => accountId);
    await tx.query(
      `UPDATE savings_accounts SET interest_lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND
       WHERE account_id IN (?)`,
      [ids],
    );
    return tx.query(
      `SELECT a.id AS accountId, a.owner_id AS userId, m.id AS mainAccountId FROM accounts a
       JOIN accounts m ON m.kind = 'MAIN' AND m.owner_id = a.owner_id AND m.sole = 1 WHERE a.id IN (?)`,
      [ids],
    );
  }

  /** Gives accounts back; those of `seen` need not be looked at again for this day. */
  async giveBack(tx: EntityManager, day: string, { seen, others }: Record<'seen' | 'others', number[]>): Promise<void> {
    const free = 'UPDATE savings_accounts SET interest_lease_until = NULL';
    if (seen.length > 0) {
      await tx.query(`${free}, interest_seen = GREATEST(interest_seen, ?) WHERE account_id IN (?)`, [day, seen]);
    }
    if (others.length > 0) await tx.query(`${free} WHERE account_id IN (?)`, [others]);
  }

  /**
   * Savings accounts without a row were opened by an instance of the former version: free savings, which earn from
   * `today` on. Two instances may do it at once.
   */
  async bringAlong(tx: EntityManager, today: string, max: number): Promise<number> {
    const rows: { id: number }[] = await tx.query(
      `SELECT a.id FROM accounts a LEFT JOIN savings_accounts s ON s.account_id = a.id
       WHERE a.kind = 'SAVINGS' AND a.closed_at IS NULL AND s.account_id IS NULL LIMIT ?`,
      [max],
    );
    if (rows.length === 0) return 0;
    const { rateBasisPoints } = SAVINGS_PRODUCTS.FREE;
    await tx.query(
      `INSERT INTO savings_accounts (account_id, product, rate_basis_points, earns_from, interest_seen) VALUES ?
       ON DUPLICATE KEY UPDATE account_id = VALUES(account_id)`,
      [rows.map(({ id }) => [id, 'FREE', rateBasisPoints, today, dayBefore(today)])],
    );
    return rows.length;
  }
}
