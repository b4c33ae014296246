import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
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

/**
 * For so long an instance goes by what it has read of the endpoints, instead of reading it again under every group's
 * locks.
 */
const ENDPOINTS_FRESH_MS = 500;
/** What the clocks of two machines may differ by in that time, and far more. */
const CLOCKS_DIFFER_MS = 100;
/** Partners whose endpoints are read together; after that many it starts anew. */
const PARTNERS_MAX = 1_000;

/** Three bytes each at most: far below the megabyte that a server takes in one message at the least. */
const STATEMENT_CHARACTERS_MAX = 100_000;

/** Events wait here for their delivery; they are written in the very transaction that makes them true. */
@Injectable()
export class WebhookOutbox {
  /** What was read last: of which partners, and the endpoints of those that have any. */
  private known: { partnerIds: Set<number>; endpointIds: Map<number, number[]>; freshUntil: number } | null = null;

  /**
   * Writes events for every endpoint of their partners, with one INSERT (more for many) where there are
   * any, sent with COMMIT; twice a second it looks for endpoints first. Takes no lock but those of its own new rows.
   * A sequence number that a payment has used before is a duplicate-key error (`uq_webhook_events_sequence`).
   */
  async write(tx: BatchTransaction, events: readonly PaymentEvent[]): Promise<void> {
    if (events.length === 0) return;
    const endpointIds = await this.listening(
      tx,
      events.map(({ partnerId }) => partnerId),
    );
    if (endpointIds.size === 0) return;
    let rows: unknown[][] = [];
    let characters = 0;
    for (const { partnerId, paymentId, sequence, type, occurredAt, data } of events) {
      const payload = JSON.stringify(data);
      for (const [index, id] of (endpointIds.get(partnerId) ?? []).entries()) {
        rows.push([id, index * tx.idStep, partnerId, paymentId, sequence, type, payload, occurredAt, 'PENDING']);
        characters += payload.length;
      }
      // Only between events: ids follow each other within one INSERT.
      if (characters < STATEMENT_CHARACTERS_MAX) continue;
      insert(tx, rows);
      await tx.flush();
      rows = [];
      characters = 0;
    }
    insert(tx, rows);
  }

  /**
   * Waits until every instance goes by the endpoints as they were committed before the call: older readings are over
   * then.
   */
  async untilKnown(): Promise<void> {
    await sleep(ENDPOINTS_FRESH_MS + CLOCKS_DIFFER_MS);
  }

  /** The endpoints of these partners (and of some others), of those that have any; twice a second it looks. */
  async listening(tx: EntityManager, ofPartners: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const startedAt = performance.now();
    const { known } = this;
    const isFresh = known !== null && startedAt < known.freshUntil;
    if (isFresh && ofPartners.every((id) => known.partnerIds.has(id))) return known.endpointIds;
    const partnerIds = new Set(ofPartners);
    if (known && known.partnerIds.size < PARTNERS_MAX) for (const id of known.partnerIds) partnerIds.add(id);
    const endpoints: { id: number; partnerId: number }[] = await tx.query(
      'SELECT id, partner_id AS partnerId FROM webhook_endpoints WHERE partner_id IN (?) AND disabled_at IS NULL',
      [[...partnerIds]],
    );
    const endpointIds = new Map<number, number[]>();
    for (const { id, partnerId } of endpoints) endpointIds.set(partnerId, [...(endpointIds.get(partnerId) ?? []), id]);
    this.known = { partnerIds, endpointIds, freshUntil: startedAt + ENDPOINTS_FRESH_MS };
    return endpointIds;
  }
}

function insert(tx: BatchTransaction, rows: readonly unknown[][]): void {
  if (rows.length === 0) return;
  tx.writeLater(
    `INSERT INTO webhook_events (endpoint_id, event_offset, partner_id, payment_id, sequence, type, payload, occurred_at,
       status, next_attempt_at, created_at)
     VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))').join(', ')}`,
    rows,
  );
}
