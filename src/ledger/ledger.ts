import { Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull, Not } from 'typeorm';
import type { BatchTransaction, RowId, Statement } from '../platform/database/batch-transactions.js';
import { sqlMoment } from '../platform/database/sql-moment.js';
import type { LockedAccount, PostedEntry } from './account-book.js';
import { Account, type AccountKind } from './account.entity.js';

/** The entries of one movement, to be written. */
export interface PostedJournal {
  readonly movementId: RowId;
  readonly entries: readonly PostedEntry[];
}

/** An entry of one account, as its statement shows it. Amounts are won. */
export interface StatementEntry {
  readonly movementId: number;
  readonly leg: number;
  readonly amount: number;
  readonly seq: number;
  readonly balanceAfter: number;
  readonly postedAt: Date;
  /** The account at the other end of the leg. */
  readonly otherKind: AccountKind;
  readonly otherOwnerId: number;
  readonly otherNumber: string;
}

/** What was booked from `since` on and before `until`. */
export interface EntryPeriod {
  readonly since: Date;
  readonly until: Date;
}

/** Places of an account's chain: from `first` on and before `before`. */
export interface EntryPlaces {
  readonly first: number;
  readonly before: number;
}

/** The floor that all money stands on: balances and their locks, and the entries of every journal. */
@Injectable()
export class Ledger {
  /** The statement that locks, built once: only the ids change. */
  private locking: string | undefined;

  /**
   * Locks accounts that carry a balance (`FOR UPDATE`, ascending by id: the one lock order of this service). Lock them
   * before any other row, and all at once. What somebody else has locked is left out (`SKIP LOCKED`), never waited for.
   */
  async lockAccounts(tx: EntityManager, accountIds: Iterable<number>): Promise<LockedAccount[]> {
    const locking = this.lockingStatement(tx, accountIds);
    return locking ? tx.query(locking.sql, [...locking.values]) : [];
  }

  /** The same, with reads behind it in the same message: they see what the locks protect. Their rows come after it. */
  async lockAccountsAndRead(
    tx: BatchTransaction,
    accountIds: Iterable<number>,
    reads: readonly Statement[],
  ): Promise<readonly [locked: LockedAccount[], ...read: unknown[][]]> {
    const locking = this.lockingStatement(tx, accountIds);
    if (!locking) return [[], ...reads.map(() => [])];
    return (await tx.readAll([locking, ...reads])) as [LockedAccount[], ...unknown[][]];
  }

  /**
   * Locks a user's main account, and waits for whoever has it: until COMMIT nobody else moves this user's money, or
   * begins to. Lock nothing that movements lock before it. Null when there is no such user.
   */
  async lockUser(tx: EntityManager, userId: number): Promise<LockedAccount | null> {
    const rows: LockedAccount[] = await tx.query(
      `SELECT id, balance, held, last_seq AS lastSeq, closed_at IS NOT NULL AS isClosed,
         frozen_at IS NOT NULL AS isFrozen FROM accounts
       WHERE kind = 'MAIN' AND owner_id = ? AND sole = 1 FOR UPDATE`,
      [userId],
    );
    return rows[0] ?? null;
  }

  hasOpenAccount(reader: EntityManager, kind: AccountKind, ownerId: number): Promise<boolean> {
    return reader.existsBy(Account, { kind, ownerId, closedAt: IsNull() });
  }

  /** Writes entries and the balances they leave, with COMMIT: two statements, one more where accounts are closed. */
  write(tx: BatchTransaction, journals: readonly PostedJournal[], changed: readonly LockedAccount[], at: Date): void {
    const moment = sqlMoment(at);
    const rows = journals.flatMap(({ movementId, entries }) =>
      entries.map((e) => [movementId, e.leg, e.accountId, e.amount, e.seq, e.balanceAfter, moment]),
    );
    if (rows.length > 0) {
      tx.writeLater(
        'INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at) VALUES ?',
        [rows],
      );
    }
    if (changed.length === 0) return;
    const column = (value: (account: LockedAccount) => number) =>
      `CASE id ${changed.map((account) => `WHEN ${account.id} THEN ${value(account)}`).join(' ')} END`;
    tx.writeLater(
      `UPDATE accounts SET balance = ${column((a) => a.balance)}, held = ${column((a) => a.held)},
       last_seq = ${column((a) => a.lastSeq)} WHERE id IN (?)`,
      [changed.map((account) => account.id)],
    );
    const closed = changed.filter(({ isClosed }) => isClosed).map(({ id }) => id); // a closed one never changes again
    if (closed.length > 0) tx.writeLater('UPDATE accounts SET closed_at = ? WHERE id IN (?)', [at, closed]);
  }

  /**
   * Which of these accounts (at least one) are frozen, for the message of a lock: as committed by then, not locked.
   */
  findFrozen(accountIds: Iterable<number>): Statement {
    return {
      sql: 'SELECT id FROM accounts WHERE id IN (?) AND frozen_at IS NOT NULL',
      values: [[...new Set(accountIds)]],
    };
  }

  /**
   * Freezes an owner's sole account, or frees it (`at` null); one that is frozen keeps its time. Returns since when it
   * is; undefined where there is no such account. A user's account must be locked by the caller.
   */
  async freeze(
    tx: EntityManager,
    kind: AccountKind,
    ownerId: number,
    at: Date | null,
  ): Promise<Date | null | undefined> {
    const where = { kind, ownerId, sole: 1 };
    await tx.query(
      `UPDATE accounts SET frozen_at = ${at ? 'COALESCE(frozen_at, ?)' : '?'} WHERE kind = ? AND owner_id = ? AND sole = 1`,
      [at, kind, ownerId],
    );
    const account = await tx.findOne(Account, { where, select: { id: true, frozenAt: true } });
    return account ? account.frozenAt : undefined;
  }

  /** Since when an owner's sole account is frozen; null: it isn't. */
  async frozenSince(reader: EntityManager, kind: AccountKind, ownerId: number): Promise<Date | null> {
    const where = { kind, ownerId, sole: 1 };
    const account = await reader.findOne(Account, { where, select: { id: true, frozenAt: true } });
    return account?.frozenAt ?? null;
  }

  /** Those of these owners whose sole account is frozen, and since when. */
  async listFrozen(reader: EntityManager, kind: AccountKind, ownerIds: readonly number[]): Promise<Map<number, Date>> {
    const where = { kind, sole: 1, ownerId: In([...ownerIds]), frozenAt: Not(IsNull()) };
    const accounts = await reader.find(Account, { where, select: { id: true, ownerId: true, frozenAt: true } });
    return new Map(accounts.map(({ ownerId, frozenAt }) => [ownerId, frozenAt as Date]));
  }

  /** Closes an account that the caller has locked. @throws Error when anything is left on it: a defect */
  async close(tx: EntityManager, accountId: number, at: Date): Promise<void> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      'UPDATE accounts SET closed_at = ? WHERE id = ? AND balance = 0 AND closed_at IS NULL',
      [at, accountId],
    );
    if (affectedRows !== 1) throw new Error(`account ${accountId} is closed already, or money is left on it`);
  }

  /**
   * Opens an account. `sole` accounts exist once per owner and kind.
   *
   * @throws a duplicate-key error when the number, or the owner's sole account, is already there
   */
  async open(
    tx: EntityManager,
    account: { kind: AccountKind; ownerId: number; number: string; sole: boolean; openedAt: Date },
  ): Promise<number> {
    const result: { insertId: number } = await tx.query(
      'INSERT INTO accounts (kind, owner_id, sole, number, opened_at) VALUES (?)',
      [[account.kind, account.ownerId, account.sole ? 1 : null, account.number, account.openedAt]],
    );
    return result.insertId;
  }

  /** The one account of this kind that an owner has; null when there is none. */
  async findSoleAccountId(reader: EntityManager, kind: AccountKind, ownerId: number): Promise<number | null> {
    const account = await reader.findOne(Account, { where: { kind, ownerId, sole: 1 }, select: { id: true } });
    return account?.id ?? null;
  }

  /** Every movement that was posted on an account. */
  async listMovements(reader: EntityManager, accountId: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query('SELECT movement_id AS id FROM entries WHERE account_id = ?', [
      accountId,
    ]);
    return rows.map(({ id }) => id);
  }

  /** won on each account that carries a balance right after these movements: by movement, then by account */
  async balancesAfter(
    reader: EntityManager,
    movementIds: readonly number[],
  ): Promise<Map<number, ReadonlyMap<number, number>>> {
    const found = new Map<number, Map<number, number>>();
    if (movementIds.length === 0) return found;
    const rows: { movementId: number; accountId: number; balanceAfter: number }[] = await reader.query(
      `SELECT movement_id AS movementId, account_id AS accountId, balance_after AS balanceAfter FROM entries
       WHERE movement_id IN (?) AND seq IS NOT NULL ORDER BY movement_id, leg`,
      [movementIds],
    );
    for (const { movementId, accountId, balanceAfter } of rows) {
      const balances = found.get(movementId) ?? new Map<number, number>();
      found.set(movementId, balances.set(accountId, balanceAfter));
    }
    return found;
  }

  /**
   * The places before `before` between which a period lies, and how many entries it has there: from an index that has
   * all it needs. Null when it has none. Clocks of several machines differ, and may be put back: entries of other
   * periods may lie in between.
   */
  async placesOf(
    reader: EntityManager,
    accountId: number,
    { since, until }: EntryPeriod,
    before: number,
    countMax = Number.MAX_SAFE_INTEGER,
  ): Promise<(EntryPlaces & { readonly count: number }) | null> {
    const [found]: { count: number; first: number | null; last: number }[] = await reader.query(
      `SELECT COUNT(*) AS count, MIN(seq) AS first, MAX(seq) AS last FROM (
         SELECT seq FROM entries FORCE INDEX (ix_entries_posted)
         WHERE account_id = ? AND posted_at >= ? AND posted_at < ? AND seq < ? LIMIT ?
       ) period`,
      [accountId, since, until, before, countMax],
    );
    if (!found || found.first === null) return null;
    return { first: found.first, before: found.last + 1, count: found.count };
  }

  /**
   * Entries of one account at these places, and of the period where there is one, newest first. Places are given under
   * the account's lock and never change, so a page stays the same however many new entries arrive.
   */
  async listEntries(
    reader: EntityManager,
    accountId: number,
    { first, before }: EntryPlaces,
    period: EntryPeriod | null,
    limit: number,
  ): Promise<StatementEntry[]> {
    return reader.query(
      `SELECT e.movement_id AS movementId, e.leg, e.amount, e.seq, e.balance_after AS balanceAfter,
         e.posted_at AS postedAt, a.kind AS otherKind, a.owner_id AS otherOwnerId, a.number AS otherNumber
       FROM entries e FORCE INDEX (uq_entries_account_seq)
       JOIN entries o ON o.movement_id = e.movement_id AND o.leg = e.leg ^ 1
       JOIN accounts a ON a.id = o.account_id
       WHERE e.account_id = ? AND e.seq >= ? AND e.seq < ?${period ? ' AND e.posted_at >= ? AND e.posted_at < ?' : ''}
       ORDER BY e.seq DESC LIMIT ?`,
      [accountId, first, before, ...(period ? [period.since, period.until] : []), limit],
    );
  }

  private lockingStatement(tx: EntityManager, accountIds: Iterable<number>): Statement | null {
    const ids = [...new Set(accountIds)].sort((a, b) => a - b);
    return ids.length === 0 ? null : { sql: (this.locking ??= lockingSql(tx)), values: [ids] };
  }
}

/** Its one parameter is the list of ids. */
function lockingSql(tx: EntityManager): string {
  return tx
    .createQueryBuilder(Account, 'a')
    .select(['a.id AS id', 'a.balance AS balance', 'a.held AS held', 'a.last_seq AS lastSeq'])
    .addSelect('a.closed_at IS NOT NULL', 'isClosed')
    .addSelect('a.frozen_at IS NOT NULL', 'isFrozen')
    .where('a.id IN (:ids)', { ids: [] })
    .orderBy('a.id')
    .setLock('pessimistic_write')
    .setOnLocked('skip_locked')
    .getSql();
}
