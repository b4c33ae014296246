import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { AccountBook, type LockedAccount } from './account-book.js';
import { Account, type AccountKind } from './account.entity.js';

/** The floor that all money stands on: balances and their locks, and the entries of every journal. */
@Injectable()
export class Ledger {
  /** The statements that lock, built once: with the same text each time, only the ids change. */
  private readonly locking: { all?: string; skipLocked?: string } = {};

  /**
   * Locks users' accounts (`FOR UPDATE`) in ascending id order: the one lock order of this service. Lock them before
   * any other row, and all at once. With `skipLocked`, what somebody else has locked is left out of the book.
   */
  async lockAccounts(tx: EntityManager, accountIds: Iterable<number>, skipLocked = false): Promise<AccountBook> {
    const ids = [...new Set(accountIds)].sort((a, b) => a - b);
    if (ids.length === 0) return new AccountBook([]);
    const name = skipLocked ? 'skipLocked' : 'all';
    const rows: LockedAccount[] = await tx.query((this.locking[name] ??= lockingSql(tx, skipLocked)), [ids]);
    return new AccountBook(rows);
  }

  /** Writes what the book's decisions made: its entries, then the balances. Two statements, sent with COMMIT. */
  write(tx: BatchTransaction, book: AccountBook, postedAt: Date): void {
    if (book.entries.length > 0) {
      const rows = book.entries.map((e) => [
        e.movementId,
        e.leg,
        e.accountId,
        e.amount,
        e.seq,
        e.balanceAfter,
        postedAt,
      ]);
      tx.writeLater(
        'INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at) VALUES ?',
        [rows],
      );
    }
    const changed = book.changed;
    if (changed.length === 0) return;
    const column = (value: (account: LockedAccount) => number) =>
      `CASE id ${changed.map((account) => `WHEN ${account.id} THEN ${value(account)}`).join(' ')} END`;
    tx.writeLater(
      `UPDATE accounts SET balance = ${column((a) => a.balance)}, held = ${column((a) => a.held)},
       last_seq = ${column((a) => a.lastSeq)} WHERE id IN (?)`,
      [changed.map((account) => account.id)],
    );
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
}

/** Its one parameter is the list of ids. */
function lockingSql(tx: EntityManager, skipLocked: boolean): string {
  const query = tx
    .createQueryBuilder(Account, 'a')
    .select(['a.id AS id', 'a.balance AS balance', 'a.held AS held', 'a.last_seq AS lastSeq'])
    .where('a.id IN (:ids)', { ids: [] })
    .orderBy('a.id')
    .setLock('pessimistic_write');
  return (skipLocked ? query.setOnLocked('skip_locked') : query).getSql();
}
