import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { WebhookEvent, WebhookStatus, WebhookType } from './webhook-event.entity.js';

/** An event that this instance has taken, to be sent now. */
export interface ClaimedEvent {
  readonly id: number;
  readonly partnerId: number;
  readonly paymentId: number;
  readonly sequence: number;
  readonly type: WebhookType;
  readonly payload: string;
  readonly occurredAt: Date;
  readonly attempts: number;
}

/** Where events go, and what they are signed with (encrypted): the previous secret only while it is valid. */
export interface DeliveryTarget {
  readonly partnerId: number;
  readonly url: string;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly deleted: 0 | 1;
}

/** An attempt that did not succeed; `retryInMs` is null when it was the last one. */
export interface FailedAttempt {
  readonly id: number;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly retryInMs: number | null;
}

/** What partners see of an event. */
export type EventRecord = Pick<
  WebhookEvent,
  | 'id'
  | 'endpointId'
  | 'paymentId'
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

const RECORD = `SELECT id, endpoint_id AS endpointId, payment_id AS paymentId, sequence, type, status, attempts,
    next_attempt_at AS nextAttemptAt, last_status AS lastStatus, last_error AS lastError, occurred_at AS occurredAt,
    delivered_at AS deliveredAt
  FROM webhook_events`;

@Injectable()
export class WebhookEventsRepository {
  /** Endpoints with an event that is due, the one that has waited longest first. */
  async listDueEndpoints(reader: EntityManager): Promise<number[]> {
    // Grouped by status too, although that is only one, it takes a look into the index per endpoint, however many events wait.
    const rows: { id: number }[] = await reader.query(
      `SELECT endpoint_id AS id, MIN(next_attempt_at) AS since FROM webhook_events WHERE status = 'PENDING'
       GROUP BY status, endpoint_id HAVING since <= UTC_TIMESTAMP(3) ORDER BY since`,
    );
    return rows.map(({ id }) => id);
  }

  async findTarget(reader: EntityManager, endpointId: number): Promise<DeliveryTarget | null> {
    const [target]: DeliveryTarget[] = await reader.query(
      `SELECT partner_id AS partnerId, url, secret, disabled_at IS NOT NULL AS deleted,
         CASE WHEN previous_valid_until > UTC_TIMESTAMP(3) THEN previous_secret END AS previousSecret
       FROM webhook_endpoints WHERE id = ?`,
      [endpointId],
    );
    return target ?? null;
  }

  /**
   * Up to `limit` events that are due for an endpoint. Of a payment only the first that is still open: so its events
   * arrive in order. Nothing is locked; `claim` decides.
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
      `SELECT id, partner_id AS partnerId, payment_id AS paymentId, sequence, type, payload, occurred_at AS occurredAt,
         attempts
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

  /** Gives up to `limit` open events of an endpoint up, as it is there no more. Returns how many. */
  async giveUp(tx: EntityManager, endpointId: number, reason: string, limit: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_events SET status = 'UNDELIVERED', last_status = NULL, last_error = ?
       WHERE status = 'PENDING' AND endpoint_id = ? LIMIT ?`,
      [reason, endpointId, limit],
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

  /** A partner's events before the id `before`, newest first. */
  async list(
    reader: EntityManager,
    partnerId: number,
    statuses: readonly WebhookStatus[],
    before: number,
    limit: number,
  ): Promise<EventRecord[]> {
    // A part per status, as each is in order in this index; a guess at which other one is faster may be far off.
    const part = `(${RECORD} FORCE INDEX (ix_webhook_events_partner)
      WHERE partner_id = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?)`;
    return reader.query(`${statuses.map(() => part).join(' UNION ALL ')} ORDER BY id DESC LIMIT ?`, [
      ...statuses.flatMap((status) => [partnerId, status, before, limit]),
      limit,
    ]);
  }

  async find(reader: EntityManager, partnerId: number, eventId: number): Promise<EventRecord | null> {
    const [event]: EventRecord[] = await reader.query(`${RECORD} WHERE id = ? AND partner_id = ?`, [
      eventId,
      partnerId,
    ]);
    return event ?? null;
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

  /** Makes an event due now, whatever became of it before, with all its attempts ahead. */
  async reopen(tx: EntityManager, eventId: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_events SET status = 'PENDING', attempts = 0, delivered_at = NULL,
         next_attempt_at = UTC_TIMESTAMP(3) WHERE id = ?`,
      [eventId],
    );
  }
}

export const idsOf = (events: readonly { readonly id: number }[]): number[] => events.map(({ id }) => id);
