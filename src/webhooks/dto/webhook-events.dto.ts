import { Shown } from '../../platform/docs/shown.js';
import { field } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { WEBHOOK_STATUSES, WEBHOOK_TYPES } from '../webhook-event.entity.js';

const FILTERS = WEBHOOK_STATUSES.map((status) => status.toLowerCase());

export class WebhookEventsQueryDto {
  @field(
    {
      accepts: (value) => typeof value === 'string' && FILTERS.includes(value),
      reason: `must be one of ${FILTERS.join(', ')}`,
      schema: { type: 'string', enum: FILTERS, example: 'undelivered' },
    },
    { optional: true },
  )
  status?: string;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class WebhookEventDto {
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it is sent with' }) eventId!: number;
  @Shown.id({ example: 7 }) endpointId!: number;
  @Shown.id({ example: 15 }) paymentId!: number;
  @Shown.count({ description: "counts a payment's events from 1" }) sequence!: number;
  @Shown.choice(WEBHOOK_TYPES) type!: string;
  @Shown.choice(WEBHOOK_STATUSES, { example: 'UNDELIVERED', description: 'UNDELIVERED: given up' }) status!: string;
  @Shown.count({ example: 8 }) attempts!: number;
  @Shown.count({ optional: true, example: 503, description: 'the HTTP status of the last attempt, if it was answered' })
  lastStatus?: number;
  @Shown.text({ optional: true, example: 'ECONNREFUSED', description: 'why it was not' }) lastError?: string;
  @Shown.dateTime() occurredAt!: string;
  @Shown.dateTime({ optional: true, description: 'only while PENDING' }) nextAttemptAt?: string;
  @Shown.dateTime({ optional: true, description: 'only once DELIVERED' }) deliveredAt?: string;
}

export class WebhookEventsDto {
  @Shown.list(() => WebhookEventDto) items!: WebhookEventDto[];
  @Shown.text({ nullable: true, description: 'null on the last page', example: 'MTIz' }) nextCursor!: string | null;
}
