import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { Partner } from '../partners/index.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

export type NewEndpoint = Pick<WebhookEndpoint, 'partnerId' | 'url' | 'secret' | 'createdAt'>;

/** Partners' endpoints. A deleted one stays in the table, for its events, and is never found again. */
@Injectable()
export class WebhooksRepository {
  list(reader: EntityManager, partnerId: number): Promise<WebhookEndpoint[]> {
    return reader.find(WebhookEndpoint, { where: { partnerId, disabledAt: IsNull() }, order: { id: 'ASC' } });
  }

  find(reader: EntityManager, partnerId: number, endpointId: number): Promise<WebhookEndpoint | null> {
    return reader.findOneBy(WebhookEndpoint, { id: endpointId, partnerId, disabledAt: IsNull() });
  }

  /** Locks the endpoint's row. Events that are written meanwhile don't wait for it. */
  lock(tx: EntityManager, partnerId: number, endpointId: number): Promise<WebhookEndpoint | null> {
    return tx.findOne(WebhookEndpoint, {
      where: { id: endpointId, partnerId, disabledAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locks the partner's row, which no payment ever does, and counts its endpoints. */
  async lockAndCount(tx: EntityManager, partnerId: number): Promise<number> {
    await tx.findOne(Partner, { where: { id: partnerId }, lock: { mode: 'pessimistic_write' } });
    return tx.countBy(WebhookEndpoint, { partnerId, disabledAt: IsNull() });
  }

  async insert(tx: EntityManager, endpoint: NewEndpoint): Promise<number> {
    const { partnerId, url, secret, createdAt } = endpoint;
    const { insertId }: { insertId: number } = await tx.query(
      'INSERT INTO webhook_endpoints (partner_id, url, secret, created_at) VALUES (?)',
      [[partnerId, url, secret, createdAt]],
    );
    return insertId;
  }

  /** Makes `secret` the current one and what was current the previous one, which is valid for `overlapSeconds` more. */
  async rotateSecret(tx: EntityManager, endpointId: number, secret: Buffer, overlapSeconds: number): Promise<void> {
    // MySQL and MariaDB assign from left to right: previous_secret takes the value that secret had.
    await tx.query(
      `UPDATE webhook_endpoints SET previous_secret = secret, secret = ?,
         previous_valid_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND WHERE id = ?`,
      [secret, overlapSeconds, endpointId],
    );
  }

  async disable(tx: EntityManager, endpointId: number, at: Date): Promise<void> {
    await tx.query('UPDATE webhook_endpoints SET disabled_at = ? WHERE id = ?', [at, endpointId]);
  }
}
