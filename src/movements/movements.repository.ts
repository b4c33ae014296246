import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Payouts, Withdrawals } from '../bank/index.js';
import { Ledger } from '../ledger/index.js';
import { MemoVault } from './memo-vault.js';
import type { MovementView } from './movement.entity.js';

const COLUMNS = `m.id, m.type, m.status, m.user_id AS userId, m.account_id AS accountId, m.counter_account_id AS counterAccountId, m.amount,
  m.topped_up_amount AS toppedUpAmount, m.failure_code AS failureCode, m.created_at AS createdAt,
  m.completed_at AS completedAt`;

/** Attempts under one key are few; this bounds an answer all the same. */
const ATTEMPTS_MAX = 100;

/** Movements whose memos are erased with one statement. */
const ERASED_AT_ONCE = 1_000;

/** A movement without the balances it left. */
export type MovementRow = Omit<MovementView, 'balanceAfter' | 'counterBalanceAfter'>;

/** Movements as they are stored, for every room to read. */
@Injectable()
export class MovementsRepository {
  constructor(
    private readonly ledger: Ledger,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly memos: MemoVault,
  ) {}

  /** Movements with the balances they left. */
  async findViews(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, MovementView>> {
    const rows = await this.findRows(reader, movementIds);
    const completed = [...rows.values()].filter(({ status }) => status === 'COMPLETED').map(({ id }) => id);
    const balances = await this.ledger.balancesAfter(reader, completed);
    const balanceOf = (movementId: number, accountId: number | null) =>
      (accountId === null ? undefined : balances.get(movementId)?.get(accountId)) ?? null;
    return new Map(
      [...rows.values()].map((row) => {
        const balanceAfter = balanceOf(row.id, row.accountId);
        return [row.id, { ...row, balanceAfter, counterBalanceAfter: balanceOf(row.id, row.counterAccountId) }];
      }),
    );
  }

  /** Movements alone. */
  async findRows(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, MovementRow>> {
    if (movementIds.length === 0) return new Map();
    const rows: MovementRow[] = await reader.query(`SELECT ${COLUMNS} FROM movements m WHERE m.id IN (?)`, [
      movementIds,
    ]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Those of these accounts that a movement which waits for a bank belongs to, or flows into. Exact for whoever has
   * them locked.
   */
  async findAwaited(reader: EntityManager, accountIds: readonly number[]): Promise<Set<number>> {
    if (accountIds.length === 0) return new Set();
    const open = [...(await this.withdrawals.listOpen(reader)), ...(await this.payouts.listOpen(reader))];
    const rows = await this.findRows(reader, open);
    const named = [...rows.values()].flatMap(({ accountId, counterAccountId }) => [accountId, counterAccountId]);
    return new Set(accountIds.filter((id) => named.includes(id)));
  }

  /** What was written to these movements; those without a memo are missing. */
  async memosOf(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, string>> {
    if (movementIds.length === 0) return new Map();
    const rows: { id: number; userId: number; plain: string | null; keyId: string; sealedMemo: Buffer }[] =
      await reader.query(
        `SELECT m.id, m.user_id AS userId, m.memo AS plain, s.key_id AS keyId, s.sealed_memo AS sealedMemo
         FROM movements m LEFT JOIN movement_memos s ON s.movement_id = m.id
         WHERE m.id IN (?) AND (m.memo IS NOT NULL OR s.movement_id IS NOT NULL)`,
        [movementIds],
      );
    return new Map(rows.map((row) => [row.id, row.plain ?? this.memos.open(row, row.userId)]));
  }

  /** Erases what a user has written to movements of their own. */
  async eraseMemos(tx: EntityManager, userId: number, mainAccountId: number): Promise<void> {
    const posted = await this.ledger.listMovements(tx, mainAccountId);
    const ids = [...new Set([...posted, ...(await this.withdrawals.listOf(tx, userId))])]; // the failed ones, too
    for (let from = 0; from < ids.length; from += ERASED_AT_ONCE) {
      const own = await this.findRows(tx, ids.slice(from, from + ERASED_AT_ONCE));
      const ownIds = [...own.values()].filter((row) => row.userId === userId).map(({ id }) => id);
      if (ownIds.length > 0) await tx.query('DELETE FROM movement_memos WHERE movement_id IN (?)', [ownIds]);
    }
  }

  /** The attempts under one key, newest first: of one scope, or (`user:%`) of a user's whatever the route. */
  async findIdsByKey(reader: EntityManager, scope: string, userId: number | null, key: string): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT m.id FROM movements m WHERE m.idempotency_key = ? AND m.idempotency_scope LIKE ? AND (? IS NULL OR m.user_id = ?)
       ORDER BY m.id DESC LIMIT ${ATTEMPTS_MAX}`,
      [key, scope, userId, userId],
    );
    return rows.map(({ id }) => id);
  }
}
