import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NO_SUBJECT, type StoredStatus } from './webhook-event.entity.js';
import { WebhookResend } from './webhook-resend.entity.js';

type NewResend = Pick<WebhookResend, 'endpointId' | 'status' | 'afterTime' | 'afterId' | 'untilTime' | 'createdAt'>;

/** An event in the order in which a resend goes through its period. */
export interface EventOfPeriod {
  readonly id: number;
  readonly occurredAt: Date;
  readonly status: StoredStatus;
}

/** Calls that send many events again. They are kept, like the keys that they came with. */
@Injectable()
export class WebhookResendsRepository {
  async insert(tx: EntityManager, resend: NewResend): Promise<number> {
    const { identifiers } = await tx.insert(WebhookResend, resend);
    return (identifiers[0] as { id: number }).id;
  }

  get(reader: EntityManager, id: number): Promise<WebhookResend> {
    return reader.findOneByOrFail(WebhookResend, { id });
  }

  /** Locks the resend: of two that go on with it the second waits for a batch of the first. */
  lock(tx: EntityManager, id: number): Promise<WebhookResend> {
    return tx.findOneOrFail(WebhookResend, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** What comes next in the period, whatever became of it, but for events of endpoints themselves. Nothing is locked. */
  next(reader: EntityManager, resend: WebhookResend, limit: number): Promise<EventOfPeriod[]> {
    const { endpointId, afterTime, afterId, untilTime } = resend;
    return reader.query(
      `SELECT id, occurred_at AS occurredAt, status FROM webhook_events FORCE INDEX (ix_webhook_events_period)
       WHERE endpoint_id = ? AND occurred_at >= ? AND occurred_at < ? AND (occurred_at > ? OR id > ?)
         AND payment_id <> ?
       ORDER BY occurred_at, id LIMIT ?`,
      [endpointId, afterTime, untilTime, afterTime, afterId, NO_SUBJECT, limit],
    );
  }

  async save(tx: EntityManager, { id, afterTime, afterId, lookedAt, resent, ended }: WebhookResend): Promise<void> {
    await tx.update(WebhookResend, { id }, { afterTime, afterId, lookedAt, resent, ended });
  }
}
