import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Groups, wholeGroups } from '../platform/database/whole-groups.js';

interface Keyed {
  readonly id: number;
  readonly scope: string;
  /** 1 while it holds the key. */
  readonly isLive: number | null;
}

/** Keys that we have made for requests that came without one. */
const UNKEYED = 'unkeyed-';

/** Finds movements for people who look after the service, whosever they are. */
@Injectable()
export class MovementSearch {
  /**
   * Movements under a key in any scope, scope by scope: of each the one that holds the key, then the failed attempts,
   * newest first. Read in the order of `uq_movements_key`, `limit` rows at most: a server sorts all there is by a column
   * more.
   *
   * @param after the last one of the page before, whose scope was shown; null for the first page
   */
  async listByKey(
    reader: EntityManager,
    key: string,
    after: number | null,
    limit: number,
  ): Promise<Groups<{ readonly id: number }>> {
    const behind = 'AND idempotency_scope < (SELECT b.idempotency_scope FROM movements b WHERE b.id = ?)';
    const rows: Keyed[] = await reader.query(
      `SELECT id, idempotency_scope AS scope, key_live AS isLive FROM movements FORCE INDEX (uq_movements_key)
       WHERE idempotency_key = ? ${after === null ? '' : behind}
       ORDER BY idempotency_scope DESC LIMIT ?`,
      [key, ...(after === null ? [] : [after]), limit + 1],
    );
    const { rows: page, hasMore } = wholeGroups(rows, limit, ({ scope }) => scope);
    return { rows: inOrder(page), hasMore };
  }

  /** What a user has begun, whatever became of it, before the movement `before`, newest first. */
  async listOfUser(reader: EntityManager, userId: number, before: number, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT id FROM movements FORCE INDEX (ix_movements_user) WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
      [userId, before, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** The `Idempotency-Key` that a movement was asked for with; null where it came without. */
  async findKey(reader: EntityManager, movementId: number): Promise<string | null> {
    const [row]: { key: string }[] = await reader.query('SELECT idempotency_key AS `key` FROM movements WHERE id = ?', [
      movementId,
    ]);
    return !row || row.key.startsWith(UNKEYED) ? null : row.key;
  }
}

/** Scopes are in their order already. */
function inOrder(rows: readonly Keyed[]): Keyed[] {
  const byScope = [...Map.groupBy(rows, ({ scope }) => scope).values()];
  return byScope.flatMap((own) => own.sort((a, b) => Number(b.isLive) - Number(a.isLive) || b.id - a.id));
}
