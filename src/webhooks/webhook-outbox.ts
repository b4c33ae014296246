import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { WebhookType } from './webhook-event.entity.js';

/** What happened to a payment, for its partner. */
export interface PaymentEvent {
  readonly partnerId: number;
  readonly paymentId: number;
  /** Counts the payment's events from 1, without gaps. */
  readonly sequence: number;
  readonly type: WebhookType;
  readonly occurredAt: Date;
  /** What the partner may see of the payment, as it stands after this event; nothing personal of the user's. */
  readonly data: object;
}

/** Far below any server's `max_allowed_packet`. */
const STATEMENT_CHARACTERS_MAX = 1_000_000;

/** Events wait here for their delivery; they are written in the very transaction that makes them true. */
@Injectable()
export class WebhookOutbox {
  /**
   * Writes events for every endpoint of their partners: one plain SELECT, and one INSERT (more for more than a megabyte)
   * where there are any. Takes no lock but those of its own new rows.
   *
   * @throws a duplicate-key error (`uq_webhook_events_sequence`) when a payment's sequence number was used before
   */
  async write(tx: EntityManager, events: readonly PaymentEvent[]): Promise<void> {
    if (events.length === 0) return;
    const endpoints: { id: number; partnerId: number }[] = await tx.query(
      'SELECT id, partner_id AS partnerId FROM webhook_endpoints WHERE partner_id IN (?) AND disabled_at IS NULL',
      [[...new Set(events.map(({ partnerId }) => partnerId))]],
    );
    if (endpoints.length === 0) return;
    const byPartner = Map.groupBy(endpoints, ({ partnerId }) => partnerId);
    let rows: unknown[][] = [];
    let characters = 0;
    for (const { partnerId, paymentId, sequence, type, occurredAt, data } of events) {
      const payload = JSON.stringify(data);
      for (const { id } of byPartner.get(partnerId) ?? []) {
        rows.push([id, partnerId, paymentId, sequence, type, payload, occurredAt, 'PENDING']);
        characters += payload.length;
        if (characters < STATEMENT_CHARACTERS_MAX) continue;
        await this.insert(tx, rows);
        rows = [];
        characters = 0;
      }
    }
    await this.insert(tx, rows);
  }

  private async insert(tx: EntityManager, rows: readonly unknown[][]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO webhook_events (endpoint_id, partner_id, payment_id, sequence, type, payload, occurred_at, status,
         next_attempt_at, created_at)
       VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))').join(', ')}`,
      rows,
    );
  }
}
