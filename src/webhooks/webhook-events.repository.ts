import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../platform/vault/vault.js';
import type { WebhookEvent, WebhookStatus } from './webhook-event.entity.js';

/** A delivery that this instance has taken, to be sent now. */
export interface ClaimedEvent {
  readonly id: number;
  readonly eventId: number;
  readonly ownerId: number;
  readonly subjectId: number;
  readonly sequence: number;
  readonly type: WebhookEvent['type'];
  readonly payload: string;
  readonly occurredAt: Date;
  readonly attempts: number;
}

/** Why no event goes to an endpoint any more. */
export const ENDPOINT_DELETED = 'ENDPOINT_DELETED';
export const ENDPOINT_DISABLED = 'ENDPOINT_DISABLED';
export type Closed = typeof ENDPOINT_DELETED | typeof ENDPOINT_DISABLED;

/** Where events go, and what they are signed with: every secret that is valid, the current one first. */
export interface DeliveryTarget {
  readonly endpointId: number;
  readonly ownerId: number;
  readonly url: string;
  readonly secrets: readonly Sealed[];
  readonly closed: Closed | null;
  readonly isPaused: boolean;
}

/** An attempt that did not succeed; `retryInMs` is null when it was the last one. */
export interface FailedAttempt {
  readonly id: number;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly retryInMs: number | null;
}

/** What owners see of a delivery, whose number is `id`. */
export type EventRecord = { readonly eventId: number } & Pick<
  WebhookEvent,
  | 'id'
  | 'endpointId'
  | 'subjectId'
  | 'sequence'
  | 'type'
  | 'status'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastStatus'
  | 'lastError'
  | 'occurredAt'
  | 'deliveredAt'
>;

const CLOSED = `CASE WHEN deleted_at IS NOT NULL THEN '${ENDPOINT_DELETED}'
    WHEN disabled_at IS NOT NULL THEN '${ENDPOINT_DISABLED}' END`;

const RECORD = `SELECT id, id - event_offset AS eventId, endpoint_id AS endpointId, payment_id AS subjectId, sequence, type, status, attempts,
    next_attempt_at AS nextAttemptAt, last_status AS lastStatus, last_error AS lastError, occurred_at AS occurredAt,
    delivered_at AS deliveredAt
  FROM webhook_events`;

@Injectable()
export class WebhookEventsRepository {
  /** Endpoints with an event that is due, without those that want to be left alone; the longest waiting one first. */
  async listDueEndpoints(reader: EntityManager): Promise<number[]> {
    // Grouped by status too, although that is only one, it takes a look into the index per endpoint, however many
    // events wait.
    const rows: { id: number }[] = await reader.query(
      `SELECT due.id FROM (
         SELECT endpoint_id AS id, MIN(next_attempt_at) AS since FROM webhook_events WHERE status = 'PENDING'
         GROUP BY status, endpoint_id HAVING since <= UTC_TIMESTAMP(3)) AS due
       JOIN webhook_endpoints e ON e.id = due.id AND (e.paused_until IS NULL OR e.paused_until <= UTC_TIMESTAMP(3))
       ORDER BY due.since`,
    );
    return rows.map(({ id }) => id);
  }

  async findTarget(reader: EntityManager, endpointId: number): Promise<DeliveryTarget | null> {
    type Endpoint = { ownerId: number; url: string; closed: Closed | null; isPaused: 0 | 1 | null };
    type Row = Endpoint & { keyId: string | null; ciphertext: Buffer | null };
    const rows: Row[] = await reader.query(
      `SELECT e.partner_id AS ownerId, e.url, ${CLOSED} AS closed, e.paused_until > UTC_TIMESTAMP(3) AS isPaused,
         s.key_id AS keyId, s.ciphertext
       FROM webhook_endpoints e LEFT JOIN webhook_secrets s
         ON s.endpoint_id = e.id AND (s.valid_until IS NULL OR s.valid_until > UTC_TIMESTAMP(3))
       WHERE e.id = ? ORDER BY s.id DESC`,
      [endpointId],
    );
    const [first] = rows;
    if (!first) return null;
    const { ownerId, url, closed, isPaused } = first;
    const secrets = rows.flatMap(({ keyId, ciphertext }) => (ciphertext ? [{ keyId, ciphertext }] : []));
    return { endpointId, ownerId, url, secrets, closed, isPaused: isPaused === 1 };
  }

  /**
   * Up to `limit` events that are due for an endpoint. Of a payment, or another subject, only the first that is still
   * open: so its events arrive in order. Nothing is locked; `claim` decides.
   */
  async findDue(reader: EntityManager, endpointId: number, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT e.id FROM webhook_events e
       WHERE e.status = 'PENDING' AND e.endpoint_id = ? AND e.next_attempt_at <= UTC_TIMESTAMP(3)
         AND e.sequence = (SELECT MIN(s.sequence) FROM webhook_events s
           WHERE s.endpoint_id = e.endpoint_id AND s.payment_id = e.payment_id AND s.status = 'PENDING')
       ORDER BY e.next_attempt_at, e.id LIMIT ?`,
      [endpointId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Takes those of these events that no other instance has (`SKIP LOCKED`), for `leaseMs`: one whose instance dies is
   * due again afterwards.
   */
  async claim(tx: EntityManager, ids: readonly number[], leaseMs: number): Promise<ClaimedEvent[]> {
    const events: ClaimedEvent[] = await tx.query(
      `SELECT id, id - event_offset AS eventId, partner_id AS ownerId, payment_id AS subjectId, sequence, type, payload,
         occurred_at AS occurredAt, attempts
       FROM webhook_events WHERE id IN (?) AND status = 'PENDING' AND next_attempt_at <= UTC_TIMESTAMP(3)
       ORDER BY id FOR UPDATE SKIP LOCKED`,
      [ids],
    );
    if (events.length > 0) await this.postpone(tx, idsOf(events), leaseMs);
    return events;
  }

  /** Makes events due again after `delayMs`, their attempts uncounted. */
  async postpone(tx: EntityManager, ids: readonly number[], delayMs: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_events SET next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
       WHERE id IN (?) AND status = 'PENDING'`,
      [delayMs * 1000, ids],
    );
  }

  async markDelivered(tx: EntityManager, ids: readonly number[], status: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_events SET status = 'DELIVERED', attempts = attempts + 1, last_status = ?, last_error = NULL,
         delivered_at = UTC_TIMESTAMP(3) WHERE id IN (?)`,
      [status, ids],
    );
  }

  async markFailed(tx: EntityManager, { id, attempts, status, error, retryInMs }: FailedAttempt): Promise<void> {
    await tx.query(
      `UPDATE webhook_events SET status = ?, attempts = ?, last_status = ?, last_error = ?,
         next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE id = ? AND status = 'PENDING'`,
      [retryInMs === null ? 'UNDELIVERED' : 'PENDING', attempts, status, error, (retryInMs ?? 0) * 1000, id],
    );
  }

  /** Gives up to `limit` open events of a closed endpoint up, under the lock of its row. Returns how many. */
  async giveUp(tx: EntityManager, endpointId: number, reason: Closed, limit: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_events SET status = 'UNDELIVERED', last_error = ?
       WHERE status = 'PENDING' AND endpoint_id = ? LIMIT ?`,
      [reason, endpointId, limit],
    );
    return affectedRows;
  }

  /** Makes up to `limit` events due again that were given up because their endpoint was disabled. Returns how many. */
  async reopenDisabled(tx: EntityManager, endpointId: number, limit: number): Promise<number> {
    // In the order of their ids: of a subject an earlier event never comes after a later one.
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_events SET status = 'PENDING', attempts = 0, last_error = NULL, next_attempt_at = UTC_TIMESTAMP(3)
       WHERE status = 'UNDELIVERED' AND endpoint_id = ? AND last_error = ? ORDER BY id LIMIT ?`,
      [endpointId, ENDPOINT_DISABLED, limit],
    );
    return affectedRows;
  }

  /** Makes up to `limit` events due now that wait for another attempt after more than `leaseMs`. Returns how many. */
  async hasten(tx: EntityManager, endpointId: number, leaseMs: number, limit: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_events SET attempts = 0, next_attempt_at = UTC_TIMESTAMP(3)
       WHERE status = 'PENDING' AND endpoint_id = ? AND next_attempt_at > UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND LIMIT ?`,
      [endpointId, leaseMs * 1000, limit],
    );
    return affectedRows;
  }

  /** How many events wait, counted up to `max`. */
  async countPending(reader: EntityManager, max: number): Promise<number> {
    const [row]: { pending: number | string }[] = await reader.query(
      `SELECT COUNT(*) AS pending FROM (SELECT 1 FROM webhook_events WHERE status = 'PENDING' LIMIT ?) AS waiting`,
      [max],
    );
    return Number(row?.pending ?? 0);
  }

  /** An owner's events before the id `before`, newest first. */
  async list(
    reader: EntityManager,
    ownerId: number,
    statuses: readonly WebhookStatus[],
    before: number,
    limit: number,
  ): Promise<EventRecord[]> {
    // A part per status, as each is in order in this index; a guess at which other one is faster may be far off.
    const part = `(${RECORD} FORCE INDEX (ix_webhook_events_partner)
      WHERE partner_id = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?)`;
    return reader.query(`${statuses.map(() => part).join(' UNION ALL ')} ORDER BY id DESC LIMIT ?`, [
      ...statuses.flatMap((status) => [ownerId, status, before, limit]),
      limit,
    ]);
  }

  /** The deliveries of an event. */
  async listOf(reader: EntityManager, ownerId: number, eventId: number): Promise<EventRecord[]> {
    return reader.query(
      `${RECORD} WHERE partner_id = ? AND (payment_id, sequence, endpoint_id) IN (
         SELECT first.payment_id, first.sequence, e.id FROM webhook_events first JOIN webhook_endpoints e
         ON e.partner_id = first.partner_id WHERE first.id = ? AND first.event_offset = 0)
       ORDER BY id`,
      [ownerId, eventId],
    );
  }

  /** Endpoints with events that were delivered so many days ago. */
  async listEndpointsToPurge(reader: EntityManager, days: number): Promise<number[]> {
    // Like listDueEndpoints: a look into the index per endpoint.
    const rows: { id: number }[] = await reader.query(
      `SELECT endpoint_id AS id, MIN(next_attempt_at) AS since FROM webhook_events WHERE status = 'DELIVERED'
       GROUP BY status, endpoint_id HAVING since < UTC_TIMESTAMP(3) - INTERVAL ? DAY`,
      [days],
    );
    return rows.map(({ id }) => id);
  }

  /** Up to `limit` events of an endpoint that were delivered so many days ago, by their ids. Nothing is locked. */
  async findToPurge(reader: EntityManager, endpointId: number, days: number, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT id FROM webhook_events
       WHERE status = 'DELIVERED' AND endpoint_id = ? AND next_attempt_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY
       ORDER BY next_attempt_at LIMIT ?`,
      [endpointId, days, limit],
    );
    return idsOf(rows).sort((a, b) => a - b);
  }

  /** Deletes those of these events that are still to be purged: one may be sent again by now. Returns how many. */
  async purge(tx: EntityManager, ids: readonly number[], days: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `DELETE FROM webhook_events
       WHERE id IN (?) AND status = 'DELIVERED' AND next_attempt_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY`,
      [ids, days],
    );
    return affectedRows;
  }

  /** Makes deliveries due now, whatever became of them before, with all their attempts ahead. */
  async reopen(tx: EntityManager, ids: readonly number[]): Promise<void> {
    await tx.query(
      `UPDATE webhook_events SET status = 'PENDING', attempts = 0, delivered_at = NULL,
         next_attempt_at = UTC_TIMESTAMP(3) WHERE id IN (?)`,
      [ids],
    );
  }
}

export const idsOf = (events: readonly { readonly id: number }[]): number[] => events.map(({ id }) => id);
