import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { type DisabledReason, typesOf, WebhookEndpoint } from './webhook-endpoint.entity.js';
import type { EventType } from './webhook-event.entity.js';
import { type Closed, ENDPOINT_DELETED, ENDPOINT_DISABLED } from './webhook-events.repository.js';

type NewEndpoint = Pick<WebhookEndpoint, 'ownerId' | 'url' | 'types' | 'createdAt'>;

/** An endpoint as its receiver was just asked: what it answered says nothing of another URL. */
interface AskedEndpoint {
  readonly endpointId: number;
  readonly url: string;
}

/** Endpoints, by their owner. A deleted one stays in the table, for its events, and is never found again. */
@Injectable()
export class WebhooksRepository {
  list(reader: EntityManager, ownerId: number): Promise<WebhookEndpoint[]> {
    return reader.find(WebhookEndpoint, { where: { ownerId, deletedAt: IsNull() }, order: { id: 'ASC' } });
  }

  find(reader: EntityManager, ownerId: number, endpointId: number): Promise<WebhookEndpoint | null> {
    return reader.findOneBy(WebhookEndpoint, { id: endpointId, ownerId, deletedAt: IsNull() });
  }

  /** Locks the endpoint's row. Events that are written meanwhile don't wait for it. */
  lock(tx: EntityManager, ownerId: number, endpointId: number): Promise<WebhookEndpoint | null> {
    return tx.findOne(WebhookEndpoint, {
      where: { id: endpointId, ownerId, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locks the endpoint's row, whosever it is, and says why nothing goes there; null where something does. */
  async lockClosed(tx: EntityManager, endpointId: number): Promise<Closed | null> {
    const endpoint = await tx.findOne(WebhookEndpoint, {
      where: { id: endpointId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!endpoint || endpoint.deletedAt) return ENDPOINT_DELETED;
    return endpoint.disabledAt ? ENDPOINT_DISABLED : null;
  }

  /** Locks the rows of all endpoints that an owner has, or had. */
  async lockAll(tx: EntityManager, ownerId: number): Promise<void> {
    await tx.find(WebhookEndpoint, { where: { ownerId }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
  }

  count(reader: EntityManager, ownerId: number): Promise<number> {
    return reader.countBy(WebhookEndpoint, { ownerId, deletedAt: IsNull() });
  }

  async insert(tx: EntityManager, endpoint: NewEndpoint): Promise<number> {
    const { ownerId, url, types, createdAt } = endpoint;
    const { insertId }: { insertId: number } = await tx.query(
      'INSERT INTO webhook_endpoints (partner_id, url, types, created_at) VALUES (?)',
      [[ownerId, url, types?.join(',') ?? null, createdAt]],
    );
    return insertId;
  }

  /** Another receiver: what the former one asked for is over. */
  async move(tx: EntityManager, endpointId: number, url: string): Promise<void> {
    await tx.query(
      'UPDATE webhook_endpoints SET url = ?, paused_until = NULL, failing_since = NULL, failures = 0 WHERE id = ?',
      [url, endpointId],
    );
  }

  /** @param types null: all */
  async choose(tx: EntityManager, endpointId: number, types: readonly string[] | null): Promise<void> {
    await tx.query('UPDATE webhook_endpoints SET types = ? WHERE id = ?', [types?.join(',') ?? null, endpointId]);
  }

  async disable(tx: EntityManager, endpointId: number, reason: DisabledReason, at: Date): Promise<void> {
    await tx.query(
      'UPDATE webhook_endpoints SET disabled_at = ?, disabled_reason = ?, paused_until = NULL WHERE id = ?',
      [at, reason, endpointId],
    );
  }

  async enable(tx: EntityManager, endpointId: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL, paused_until = NULL,
         failing_since = NULL, failures = 0 WHERE id = ?`,
      [endpointId],
    );
  }

  /** @returns false when it was disabled, deleted or moved elsewhere meanwhile */
  async disableGone(tx: EntityManager, { endpointId, url }: AskedEndpoint, at: Date): Promise<boolean> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_endpoints SET disabled_at = ?, disabled_reason = 'GONE', paused_until = NULL
       WHERE id = ? AND url = ? AND disabled_at IS NULL`,
      [at, endpointId, url],
    );
    return affectedRows > 0;
  }

  /** Of attempts that have failed, and none that has not. */
  async noteFailures(tx: EntityManager, { endpointId, url }: AskedEndpoint, failures: number, at: Date): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, ?), failures = failures + ?
       WHERE id = ? AND url = ? AND disabled_at IS NULL`,
      [at, failures, endpointId, url],
    );
  }

  /** It takes events. */
  async noteSuccess(tx: EntityManager, { endpointId, url }: AskedEndpoint): Promise<void> {
    await tx.query('UPDATE webhook_endpoints SET failing_since = NULL, failures = 0 WHERE id = ? AND url = ?', [
      endpointId,
      url,
    ]);
  }

  /**
   * Disables it if all its attempts since `since`, at least `failuresMin`, have failed.
   *
   * @returns false when that is not so, or it was disabled, deleted or moved elsewhere meanwhile
   */
  async disableFailing(
    tx: EntityManager,
    { endpointId, url }: AskedEndpoint,
    { since, failuresMin, at }: { since: Date; failuresMin: number; at: Date },
  ): Promise<boolean> {
    const { affectedRows }: { affectedRows: number } = await tx.query(
      `UPDATE webhook_endpoints SET disabled_at = ?, disabled_reason = 'FAILING', paused_until = NULL
       WHERE id = ? AND url = ? AND disabled_at IS NULL AND failing_since <= ? AND failures >= ?`,
      [at, endpointId, url, since, failuresMin],
    );
    return affectedRows > 0;
  }

  /** The endpoints of an owner that events of this type are written for. */
  async listListening(reader: EntityManager, ownerId: number, type: EventType): Promise<number[]> {
    const endpoints: { id: number; types: string | null }[] = await reader.query(
      `SELECT id, types FROM webhook_endpoints
       WHERE partner_id = ? AND deleted_at IS NULL AND disabled_at IS NULL ORDER BY id`,
      [ownerId],
    );
    return endpoints.filter(({ types }) => typesOf(types)?.includes(type) ?? true).map(({ id }) => id);
  }

  /** Nothing is sent there for so long, by the database's clock. */
  async pause(tx: EntityManager, { endpointId, url }: AskedEndpoint, forMs: number): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET paused_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE id = ? AND url = ?`,
      [forMs * 1000, endpointId, url],
    );
  }

  async remove(tx: EntityManager, endpointId: number, at: Date): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET disabled_at = ?, disabled_reason = NULL, deleted_at = ?, paused_until = NULL
       WHERE id = ?`,
      [at, at, endpointId],
    );
  }
}
