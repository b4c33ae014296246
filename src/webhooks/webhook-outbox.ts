import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { typesOf } from './webhook-endpoint.entity.js';
import type { EventType, StoredStatus, WebhookEvent } from './webhook-event.entity.js';
import { APP } from './webhook-owner.js';

/** What has happened, for all endpoints of whoever is to hear of it. */
export interface OutboxEvent extends Pick<WebhookEvent, 'ownerId' | 'subjectId' | 'sequence' | 'type' | 'occurredAt'> {
  /** What the owner may see of it, as it stands after this event; nothing personal of the user's. */
  readonly data: object;
}

/** An endpoint of those that are to hear of something, or would if they were not disabled. */
interface Listener {
  readonly id: number;
  /** null: all */
  readonly types: readonly string[] | null;
  readonly isDisabled: boolean;
}

/**
 * For so long an instance goes by what it has read of the endpoints, instead of reading it again under every group's
 * locks.
 */
const ENDPOINTS_FRESH_MS = 500;
/** What the clocks of two machines may differ by in that time, and far more. */
const CLOCKS_DIFFER_MS = 100;
/** Owners whose endpoints are read together; after that many it starts anew. */
const OWNERS_MAX = 1_000;

/** Three bytes each at most: far below the megabyte that a server takes in one message at the least. */
const STATEMENT_CHARACTERS_MAX = 100_000;

/** Events wait here for their delivery; they are written in the very transaction that makes them true. */
@Injectable()
export class WebhookOutbox {
  /** What was read last: of which owners, and the endpoints of those that have any. */
  private known: { ownerIds: Set<number>; listeners: Map<number, Listener[]>; freshUntil: number } | null = null;

  /**
   * Writes events for every endpoint of their owners that wants their type, with one INSERT (more for many) where there
   * are any, sent with COMMIT; twice a second it looks for endpoints first. For an endpoint that is disabled it is
   * written that nothing was sent. Takes no lock but those of its own new rows.
   * A sequence number that a subject has used before is a duplicate-key error (`uq_webhook_events_sequence`).
   */
  async write(tx: BatchTransaction, events: readonly OutboxEvent[]): Promise<void> {
    if (events.length === 0) return;
    const listeners = await this.listeners(
      tx,
      events.map(({ ownerId }) => ownerId),
    );
    if (listeners.size === 0) return;
    let rows: unknown[][] = [];
    let characters = 0;
    for (const { ownerId, subjectId, sequence, type, occurredAt, data } of events) {
      const hearing = (listeners.get(ownerId) ?? []).filter((listener) => wants(listener, type));
      if (hearing.length === 0) continue;
      const payload = JSON.stringify(data);
      for (const [index, { id, isDisabled }] of hearing.entries()) {
        const status: StoredStatus = isDisabled ? 'SKIPPED' : 'PENDING';
        rows.push([id, index * tx.idStep, ownerId, subjectId, sequence, type, payload, occurredAt, status]);
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

  /** Whether the wallet's own back end hears of events of this type; twice a second it looks. */
  async isAppListening(tx: EntityManager, type: EventType): Promise<boolean> {
    return (await this.listening(tx, [APP], type)).has(APP);
  }

  /** Those of these owners with an endpoint that wants events of this type; twice a second it looks. */
  async listening(tx: EntityManager, ofOwners: readonly number[], type: EventType): Promise<ReadonlySet<number>> {
    const listeners = await this.listeners(tx, ofOwners);
    const isListening = (ownerId: number) => listeners.get(ownerId)?.some((listener) => wants(listener, type));
    return new Set(ofOwners.filter(isListening));
  }

  /** The endpoints of these owners (and of some others), of those that have any; twice a second it looks. */
  private async listeners(
    tx: EntityManager,
    ofOwners: readonly number[],
  ): Promise<ReadonlyMap<number, readonly Listener[]>> {
    const startedAt = performance.now();
    const { known } = this;
    const isFresh = known !== null && startedAt < known.freshUntil;
    if (isFresh && ofOwners.every((id) => known.ownerIds.has(id))) return known.listeners;
    // The app hears of every movement: it is always among those that are read.
    const ownerIds = new Set([APP, ...ofOwners]);
    if (known && known.ownerIds.size < OWNERS_MAX) for (const id of known.ownerIds) ownerIds.add(id);
    const endpoints: { id: number; ownerId: number; types: string | null; isDisabled: 0 | 1 }[] = await tx.query(
      `SELECT id, partner_id AS ownerId, types, disabled_at IS NOT NULL AS isDisabled FROM webhook_endpoints
       WHERE partner_id IN (?) AND deleted_at IS NULL`,
      [[...ownerIds]],
    );
    const listeners = new Map<number, Listener[]>();
    for (const { id, ownerId, types, isDisabled } of endpoints) {
      const listener = { id, types: typesOf(types), isDisabled: isDisabled === 1 };
      listeners.set(ownerId, [...(listeners.get(ownerId) ?? []), listener]);
    }
    this.known = { ownerIds, listeners, freshUntil: startedAt + ENDPOINTS_FRESH_MS };
    return listeners;
  }
}

const wants = ({ types }: Listener, type: EventType): boolean => types === null || types.includes(type);

function insert(tx: BatchTransaction, rows: readonly unknown[][]): void {
  if (rows.length === 0) return;
  tx.writeLater(
    `INSERT INTO webhook_events (endpoint_id, event_offset, partner_id, payment_id, sequence, type, payload, occurred_at,
       status, next_attempt_at, created_at)
     VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))').join(', ')}`,
    rows,
  );
}
