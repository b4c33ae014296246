import { Shown } from '../../platform/docs/shown.js';
import { QueryChoice, QueryCursor, QueryId, QueryLimit } from '../../platform/http/query-fields.js';
import { WEBHOOK_STATUSES, WEBHOOK_TYPES, type WebhookStatus } from '../webhook-event.entity.js';

export class WebhookEventsQueryDto {
  @QueryChoice(WEBHOOK_STATUSES, { optional: true, example: 'UNDELIVERED', description: 'only these, in any case' })
  status?: WebhookStatus;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class ResendQueryDto {
  @QueryId({ optional: true, example: 7, description: 'only to this endpoint' }) endpointId?: number;
}

export class WebhookEventDto {
  @Shown.id({ example: 13, description: 'the `Pay-Delivery-Id` it is sent with: of this event to this endpoint' })
  deliveryId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it is sent with: the same at every endpoint' })
  eventId!: number;
  @Shown.id({ example: 7, description: 'where it is sent' }) endpointId!: number;
  @Shown.id({ example: 15, description: 'which payment it tells of' }) paymentId!: number;
  @Shown.count({ description: "counts a payment's events from 1" }) sequence!: number;
  @Shown.choice(WEBHOOK_TYPES, { description: 'what has happened' }) type!: string;
  @Shown.choice(WEBHOOK_STATUSES, {
    example: 'UNDELIVERED',
    description: 'UNDELIVERED: given up, and can be sent again by hand',
  })
  status!: string;
  @Shown.count({ example: 8, description: 'how often it was sent; from 0 after a resend by hand' }) attempts!: number;
  @Shown.count({ optional: true, example: 503, description: 'the HTTP status of the last attempt, if it was answered' })
  lastStatus?: number;
  @Shown.text({
    optional: true,
    example: 'ECONNREFUSED',
    description: 'why it was not, or why there is no further one: `ENDPOINT_DISABLED`, `ENDPOINT_DELETED`',
  })
  lastError?: string;
  @Shown.dateTime({ description: 'when it happened to the payment' }) occurredAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it is sent next; only while PENDING' }) nextAttemptAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was taken; only once DELIVERED' }) deliveredAt?: string;
}

export class WebhookEventsDto {
  @Shown.list(() => WebhookEventDto, { description: 'the deliveries, newest first' }) items!: WebhookEventDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

export class ResentEventDto {
  @Shown.list(() => WebhookEventDto, { description: 'the deliveries that are due again' }) items!: WebhookEventDto[];
}
