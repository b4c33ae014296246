import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { WebhookAttempt } from './webhook-attempt.entity.js';

/** An attempt that is over just now. */
export interface NewAttempt extends Pick<
  WebhookAttempt,
  'endpointId' | 'deliveryId' | 'eventId' | 'type' | 'attempt' | 'status' | 'error' | 'durationMs'
> {
  /** Null where no other one follows. */
  readonly retryInMs: number | null;
}

/** What owners see of an attempt. */
export type AttemptRecord = Omit<WebhookAttempt, 'endpointId'>;

const RECORD = `SELECT id, delivery_id AS deliveryId, event_id AS eventId, type, attempt, status, error,
    duration_ms AS durationMs, attempted_at AS attemptedAt, next_attempt_at AS nextAttemptAt
  FROM webhook_attempts`;

/** The last attempts of each endpoint. */
@Injectable()
export class WebhookAttemptsRepository {
  async insert(tx: EntityManager, attempts: readonly NewAttempt[]): Promise<void> {
    if (attempts.length === 0) return;
    const row = '(?, UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND, UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)';
    await tx.query(
      `INSERT INTO webhook_attempts (endpoint_id, delivery_id, event_id, type, attempt, status, error, duration_ms,
         attempted_at, next_attempt_at)
       VALUES ${attempts.map(() => row).join(', ')}`,
      attempts.flatMap(({ endpointId, deliveryId, eventId, type, attempt, status, error, durationMs, retryInMs }) => [
        [endpointId, deliveryId, eventId, type, attempt, status, error, durationMs],
        durationMs * 1000,
        retryInMs === null ? null : retryInMs * 1000,
      ]),
    );
  }

  /** An endpoint's attempts before the id `before`, newest first. */
  list(reader: EntityManager, endpointId: number, before: number, limit: number): Promise<AttemptRecord[]> {
    return reader.query(`${RECORD} WHERE endpoint_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, [
      endpointId,
      before,
      limit,
    ]);
  }

  /** Up to `limit` attempts at these deliveries, oldest first. */
  async listOfDeliveries(
    reader: EntityManager,
    deliveryIds: readonly number[],
    limit: number,
  ): Promise<AttemptRecord[]> {
    if (deliveryIds.length === 0) return [];
    return reader.query(`${RECORD} WHERE delivery_id IN (?) ORDER BY id LIMIT ?`, [deliveryIds, limit]);
  }

  /** The endpoints that there are attempts of. */
  async listEndpoints(reader: EntityManager): Promise<number[]> {
    // A look into the index per endpoint.
    const rows: { id: number }[] = await reader.query(
      'SELECT endpoint_id AS id FROM webhook_attempts GROUP BY endpoint_id',
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Up to `limit` of an endpoint's attempts that are not among its last `kept` ones, or were made so many days ago;
   * oldest first. Nothing is locked.
   */
  async findToPurge(
    reader: EntityManager,
    endpointId: number,
    { kept, days, limit }: { kept: number; days: number; limit: number },
  ): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT id FROM webhook_attempts WHERE endpoint_id = ? AND (attempted_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY
         OR id <= (SELECT id FROM webhook_attempts WHERE endpoint_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?))
       ORDER BY id LIMIT ?`,
      [endpointId, days, endpointId, kept, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Returns how many there were. */
  async purge(tx: EntityManager, ids: readonly number[]): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query('DELETE FROM webhook_attempts WHERE id IN (?)', [
      ids,
    ]);
    return affectedRows;
  }
}
