import { Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../platform/vault/vault.js';
import {
  type EndpointEventType,
  NO_SUBJECT,
  type StoredStatus,
  type WebhookEvent,
  type WebhookStatus,
} from './webhook-event.entity.js';

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
/** Why an event was never sent to an endpoint: it was disabled when the event happened. */
const CREATED_WHILE_DISABLED = 'CREATED_WHILE_DISABLED';

/** What is deleted after some days. */
const PURGED = ['DELIVERED', 'SKIPPED'] as const satisfies StoredStatus[];
type Purged = (typeof PURGED)[number];

const SEQUENCE_MAX = 2 ** 31 - 1;

/** Where events go, and what they are signed with: every secret that is valid, the current one first. */
export interface DeliveryTarget {
  readonly endpointId: number;
  readonly ownerId: number;
  readonly url: string;
  readonly secrets: readonly Sealed[];
  readonly closed: Closed | null;
  readonly isPaused: boolean;
  readonly failingSince: Date | null;
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
export type EventRecord = { readonly eventId: number; readonly status: WebhookStatus } & Pick<
  WebhookEvent,
  | 'id'
  | 'endpointId'
  | 'subjectId'
  | 'sequence'
  | 'type'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastStatus'
  | 'lastError'
  | 'occurredAt'
  | 'deliveredAt'
>;

const CLOSED = `CASE WHEN deleted_at IS NOT NULL THEN '${ENDPOINT_DELETED}'
    WHEN disabled_at IS NOT NULL THEN '${ENDPOINT_DISABLED}' END`;

const RECORD = `SELECT id, id - event_offset AS eventId, endpoint_id AS endpointId, payment_id AS subjectId, sequence, type, attempts,
    CASE status WHEN 'SKIPPED' THEN 'UNDELIVERED' ELSE status END AS status,
    CASE status WHEN 'SKIPPED' THEN '${CREATED_WHILE_DISABLED}' ELSE last_error END AS lastError,
    next_attempt_at AS nextAttemptAt, last_status AS lastStatus, occurred_at AS occurredAt,
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
    type Endpoint = Pick<DeliveryTarget, 'ownerId' | 'url' | 'closed' | 'failingSince'>;
    type Row = Endpoint & { isPaused: 0 | 1 | null } & { keyId: string | null; ciphertext: Buffer | null };
    const rows: Row[] = await reader.query(
      `SELECT e.partner_id AS ownerId, e.url, ${CLOSED} AS closed, e.paused_until > UTC_TIMESTAMP(3) AS isPaused,
         e.failing_since AS failingSince,
         s.key_id AS keyId, s.ciphertext
       FROM webhook_endpoints e LEFT JOIN webhook_secrets s
         ON s.endpoint_id = e.id AND (s.valid_until IS NULL OR s.valid_until > UTC_TIMESTAMP(3))
       WHERE e.id = ? ORDER BY s.id DESC`,
      [endpointId],
    );
    const [first] = rows;
    if (!first) return null;
    const { ownerId, url, closed, isPaused, failingSince } = first;
    const secrets = rows.flatMap(({ keyId, ciphertext }) => (ciphertext ? [{ keyId, ciphertext }] : []));
    return { endpointId, ownerId, url, secrets, closed, isPaused: isPaused === 1, failingSince };
  }

  /**
   * Up to `limit` events that are due for an endpoint. Of a payment, or another subject, only the first that is still
   * open: so its events arrive in order. What has no subject has no order. Nothing is locked; `claim` decides.
   */
  async findDue(reader: EntityManager, endpointId: number, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT e.id FROM webhook_events e
       WHERE e.status = 'PENDING' AND e.endpoint_id = ? AND e.next_attempt_at <= UTC_TIMESTAMP(3)
         AND (e.payment_id = ? OR e.sequence = (SELECT MIN(s.sequence) FROM webhook_events s
           WHERE s.endpoint_id = e.endpoint_id AND s.payment_id = e.payment_id AND s.status = 'PENDING'))
       ORDER BY e.next_attempt_at, e.id LIMIT ?`,
      [endpointId, NO_SUBJECT, limit],
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

  /** An owner's events before the id `before`, newest first; not those of endpoints themselves. */
  async list(
    reader: EntityManager,
    ownerId: number,
    statuses: readonly WebhookStatus[],
    before: number,
    limit: number,
  ): Promise<EventRecord[]> {
    // A part per status, as each is in order in this index; a guess at which other one is faster may be far off.
    const part = `(${RECORD} FORCE INDEX (ix_webhook_events_partner)
      WHERE partner_id = ? AND status = ? AND id < ? AND payment_id <> ? ORDER BY id DESC LIMIT ?)`;
    const stored = statuses.flatMap((status) => storedAs(status));
    return reader.query(`${stored.map(() => part).join(' UNION ALL ')} ORDER BY id DESC LIMIT ?`, [
      ...stored.flatMap((status) => [ownerId, status, before, NO_SUBJECT, limit]),
      limit,
    ]);
  }

  /** The deliveries of an event; none of one that is of endpoints themselves. */
  async listOf(reader: EntityManager, ownerId: number, eventId: number): Promise<EventRecord[]> {
    return reader.query(
      `${RECORD} WHERE partner_id = ? AND (payment_id, sequence, endpoint_id) IN (
         SELECT first.payment_id, first.sequence, e.id FROM webhook_events first JOIN webhook_endpoints e
         ON e.partner_id = first.partner_id WHERE first.id = ? AND first.event_offset = 0
           AND first.payment_id <> ?)
       ORDER BY id`,
      [ownerId, eventId, NO_SUBJECT],
    );
  }

  /** Up to `limit` deliveries to these endpoints of what happened to these subjects, oldest first. */
  async listOfSubjects(
    reader: EntityManager,
    endpointIds: readonly number[],
    subjectIds: readonly number[],
    limit: number,
  ): Promise<EventRecord[]> {
    if (endpointIds.length === 0) return [];
    return reader.query(
      `${RECORD} FORCE INDEX (uq_webhook_events_sequence) WHERE endpoint_id IN (?) AND payment_id IN (?)
       ORDER BY id LIMIT ?`,
      [endpointIds, subjectIds, limit],
    );
  }

  /** Endpoints with events that are to be deleted after so many days, as they were delivered or skipped by then. */
  async listToPurge(reader: EntityManager, days: number): Promise<{ endpointId: number; status: Purged }[]> {
    // Like listDueEndpoints: a look into the index per endpoint and status.
    return reader.query(
      `SELECT endpoint_id AS endpointId, status, MIN(next_attempt_at) AS since FROM webhook_events WHERE status IN (?)
       GROUP BY status, endpoint_id HAVING since < UTC_TIMESTAMP(3) - INTERVAL ? DAY`,
      [PURGED, days],
    );
  }

  /** Up to `limit` events of an endpoint that are to be deleted after so many days, by their ids. Nothing is locked. */
  async findToPurge(
    reader: EntityManager,
    { endpointId, status }: { endpointId: number; status: Purged },
    days: number,
    limit: number,
  ): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT id FROM webhook_events
       WHERE status = ? AND endpoint_id = ? AND next_attempt_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY
       ORDER BY next_attempt_at LIMIT ?`,
      [status, endpointId, days, limit],
    );
    return idsOf(rows).sort((a, b) => a - b);
  }

  /** Up to `limit` events of endpoints themselves that were given up so many days ago. */
  async findOwnToPurge(reader: EntityManager, days: number, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await reader.query(
      `SELECT e.id FROM webhook_endpoints w JOIN webhook_events e ON e.endpoint_id = w.id AND e.payment_id = ?
       WHERE e.status = 'UNDELIVERED' AND e.next_attempt_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY LIMIT ?`,
      [NO_SUBJECT, days, limit],
    );
    return idsOf(rows).sort((a, b) => a - b);
  }

  /** Deletes those of these events that are still to be purged: one may be sent again by now. Returns how many. */
  async purge(tx: EntityManager, ids: readonly number[], days: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `DELETE FROM webhook_events
       WHERE id IN (?) AND status <> 'PENDING' AND next_attempt_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY`,
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

  /** The same for many at once, unless they have another status meanwhile. Returns how many. */
  async reopenThose(tx: EntityManager, ids: readonly number[], statuses: readonly StoredStatus[]): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_events SET status = 'PENDING', attempts = 0, delivered_at = NULL,
         next_attempt_at = UTC_TIMESTAMP(3) WHERE id IN (?) AND status IN (?)`,
      [ids, statuses],
    );
    return affectedRows;
  }

  /** Writes an event of an owner's endpoints themselves, for these (at least one). Returns the event's id. */
  async insertOwn(
    tx: EntityManager,
    { ownerId, type, occurredAt, data }: OwnEvent,
    endpointIds: readonly number[],
  ): Promise<number> {
    const sequence = randomInt(1, SEQUENCE_MAX);
    const payload = JSON.stringify(data);
    // As in the outbox: the ids of one INSERT follow each other in these steps.
    const { insertId }: { insertId: number } = await tx.query(
      `INSERT INTO webhook_events (endpoint_id, event_offset, partner_id, payment_id, sequence, type, payload, occurred_at,
         status, next_attempt_at, created_at)
       VALUES ${endpointIds.map(() => '(?, ? * @@SESSION.auto_increment_increment, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))').join(', ')}`,
      endpointIds.flatMap((endpointId, index) => [
        endpointId,
        index,
        [ownerId, NO_SUBJECT, sequence, type, payload, occurredAt, 'PENDING'],
      ]),
    );
    return insertId;
  }
}

/** What has happened to an owner's endpoints. */
export interface OwnEvent {
  readonly ownerId: number;
  readonly type: EndpointEventType;
  readonly occurredAt: Date;
  readonly data: object;
}

/** As which statuses of the database owners see a status. */
export const storedAs = (status: WebhookStatus): StoredStatus[] =>
  status === 'UNDELIVERED' ? ['UNDELIVERED', 'SKIPPED'] : [status];

export const idsOf = (events: readonly { readonly id: number }[]): number[] => events.map(({ id }) => id);
