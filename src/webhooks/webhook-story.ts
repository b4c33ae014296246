import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AttemptRecord, WebhookAttemptsRepository } from './webhook-attempts.repository.js';
import { type EventRecord, WebhookEventsRepository } from './webhook-events.repository.js';
import { APP } from './webhook-owner.js';

/** The delivery of an event to one endpoint, and the requests that were made for it, as far as they are kept. */
export interface ToldOf extends EventRecord {
  /** A partner's id, or `APP`. */
  readonly ownerId: number;
  /** Oldest first; the last ones of each endpoint are kept. */
  readonly tries: readonly AttemptRecord[];
}

/** What one answer shows at most. */
const ATTEMPTS_MAX = 500;
const ENDPOINTS_MAX = 1_000;

/** What was told of something, and to whom it was said, for people who look after the service. */
@Injectable()
export class WebhookStory {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly attempts: WebhookAttemptsRepository,
  ) {}

  /**
   * Up to `limit` deliveries of events of these movements, to the endpoints that a partner or the app has or had; oldest
   * first.
   */
  async find(
    reader: EntityManager,
    partnerId: number,
    movementIds: readonly number[],
    limit: number,
  ): Promise<ToldOf[]> {
    const endpoints: { id: number; ownerId: number }[] = await reader.query(
      `SELECT id, partner_id AS ownerId FROM webhook_endpoints WHERE partner_id IN (?) ORDER BY id DESC LIMIT ?`,
      [[partnerId, APP], ENDPOINTS_MAX],
    );
    const owners = new Map(endpoints.map(({ id, ownerId }) => [id, ownerId]));
    const events = await this.events.listOfSubjects(reader, [...owners.keys()], movementIds, limit);
    const deliveryIds = events.map(({ id }) => id);
    const tries = Map.groupBy(
      await this.attempts.listOfDeliveries(reader, deliveryIds, ATTEMPTS_MAX),
      ({ deliveryId }) => deliveryId,
    );
    return events.map((event) => ({
      ...event,
      ownerId: owners.get(event.endpointId) ?? APP,
      tries: tries.get(event.id) ?? [],
    }));
  }
}
