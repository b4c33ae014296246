import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RefusalReason } from '../bank/index.js';
import type { BatchTransaction, NewId } from '../platform/database/batch-transactions.js';
import type { MovementRequest, MovementView } from './movement.js';

export interface NewMovement {
  readonly request: MovementRequest<unknown>;
  readonly attemptId: Buffer;
  readonly status: 'COMPLETED' | 'PENDING';
  readonly toppedUpAmount: number;
  readonly at: Date;
}

/** A live movement that holds a key. */
export interface KeyHolder {
  readonly movementId: number;
  readonly scope: string;
  readonly key: string;
  readonly hash: Buffer;
  readonly attemptId: Buffer;
}

const VIEW = `SELECT m.id, m.type, m.status, m.account_id AS accountId, m.counter_account_id AS counterAccountId, m.amount,
    m.topped_up_amount AS toppedUpAmount, m.failure_code AS failureCode, m.created_at AS createdAt,
    m.completed_at AS completedAt,
    (SELECT e.balance_after FROM entries e WHERE e.movement_id = m.id AND e.account_id = m.account_id
      ORDER BY e.leg DESC LIMIT 1) AS balanceAfter,
    (SELECT e.balance_after FROM entries e WHERE e.movement_id = m.id AND e.account_id = m.counter_account_id
      ORDER BY e.leg DESC LIMIT 1) AS counterBalanceAfter
  FROM movements m`;

@Injectable()
export class MovementsRepository {
  /**
   * Writes movements with COMMIT, claiming their keys, and says their ids in the same order. COMMIT is not reached but fails
   * with a duplicate-key error when a live movement holds one of the keys.
   */
  insert(tx: BatchTransaction, movements: readonly NewMovement[]): NewId[] {
    if (movements.length === 0) return [];
    const rows = movements.map(({ request, attemptId, status, toppedUpAmount, at }) => [
      request.kind.type,
      status,
      request.userId,
      request.accountId,
      request.counter?.id ?? null,
      request.amount,
      toppedUpAmount,
      request.memo ?? null,
      request.claim.scope,
      request.claim.key,
      1,
      request.claim.hash,
      attemptId,
      at,
      status === 'COMPLETED' ? at : null,
    ]);
    return tx.insertLater(
      `INSERT INTO movements (type, status, user_id, account_id, counter_account_id, amount, topped_up_amount, memo,
         idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at) VALUES ?`,
      rows,
    );
  }

  async complete(tx: EntityManager, movementIds: readonly number[], at: Date): Promise<void> {
    if (movementIds.length === 0) return;
    await tx.query(
      `UPDATE movements SET status = 'COMPLETED', completed_at = ? WHERE id IN (?) AND status = 'PENDING'`,
      [at, movementIds],
    );
  }

  /** Fails movements and gives their keys back. */
  async fail(tx: EntityManager, movementIds: readonly number[], reason: RefusalReason, at: Date): Promise<void> {
    if (movementIds.length === 0) return;
    await tx.query(
      `UPDATE movements SET status = 'FAILED', failure_code = ?, key_live = NULL, completed_at = ?
       WHERE id IN (?) AND status = 'PENDING'`,
      [reason, at, movementIds],
    );
  }

  /** The live movements that hold any of these keys, as committed by now. */
  async findKeyHolders(reader: EntityManager, claims: readonly { scope: string; key: string }[]): Promise<KeyHolder[]> {
    if (claims.length === 0) return [];
    return reader.query(
      `SELECT id AS movementId, idempotency_scope AS scope, idempotency_key AS \`key\`, request_hash AS hash,
         attempt_id AS attemptId
       FROM movements WHERE (idempotency_key, idempotency_scope, key_live) IN (?)`,
      [claims.map(({ scope, key }) => [key, scope, 1])],
    );
  }

  async findViews(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, MovementView>> {
    if (movementIds.length === 0) return new Map();
    const rows: MovementView[] = await reader.query(`${VIEW} WHERE m.id IN (?)`, [movementIds]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** All attempts of a user under one key, whatever the route, newest first. */
  async findViewsByUserKey(reader: EntityManager, userId: number, key: string): Promise<MovementView[]> {
    return reader.query(
      `${VIEW} WHERE m.idempotency_key = ? AND m.user_id = ? AND m.idempotency_scope LIKE 'user:%' ORDER BY m.id DESC LIMIT 100`,
      [key, userId],
    );
  }
}
