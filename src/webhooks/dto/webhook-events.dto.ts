import { ReasonQueryDto } from '../../acts/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { QueryChoice, QueryCursor, QueryId, QueryLimit } from '../../platform/http/query-fields.js';
import { APP_EVENT_TYPES, PARTNER_EVENT_TYPES, WEBHOOK_STATUSES, type WebhookStatus } from '../webhook-event.entity.js';

export class WebhookEventsQueryDto {
  @QueryChoice(WEBHOOK_STATUSES, { optional: true, example: 'UNDELIVERED', description: 'only these, in any case' })
  status?: WebhookStatus;

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class ResendQueryDto extends ReasonQueryDto {
  @QueryId({ optional: true, example: 7, description: 'only to this endpoint' }) endpointId?: number;
}

/** The delivery of an event, whoever is told of whatever. */
class DeliveryDto {
  @Shown.id({ example: 13, description: 'the `Pay-Delivery-Id` it is sent with: of this event to this endpoint' })
  deliveryId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it is sent with: the same at every endpoint' })
  eventId!: number;
  @Shown.id({ example: 7, description: 'where it is sent' }) endpointId!: number;
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
    description:
      'why it was not, or why there is no further one: `ENDPOINT_DISABLED`, `ENDPOINT_DELETED`, `CREATED_WHILE_DISABLED`',
  })
  lastError?: string;
  @Shown.dateTime({ description: 'when it happened' }) occurredAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it is sent next; only while PENDING' }) nextAttemptAt?: string;
  @Shown.dateTime({ optional: true, description: 'when it was taken; only once DELIVERED' }) deliveredAt?: string;
}

export class WebhookEventDto extends DeliveryDto {
  @Shown.id({ example: 15, description: 'which payment it tells of' }) paymentId!: number;
  @Shown.count({ description: "counts a payment's events from 1" }) sequence!: number;
  @Shown.choice(PARTNER_EVENT_TYPES, { description: 'what has happened' }) type!: string;
}

export class AppWebhookEventDto extends DeliveryDto {
  @Shown.id({ optional: true, example: 42, description: 'which movement it tells of; absent where it tells of none' })
  transactionId?: number;
  @Shown.count({ optional: true, description: "orders a movement's events, from 1; absent where it tells of none" })
  sequence?: number;
  @Shown.id({ optional: true, example: 7, description: 'whose schedule it tells of; only of `schedule.failed`' })
  accountId?: number;
  @Shown.choice(APP_EVENT_TYPES, { description: 'what has happened' }) type!: string;
}

export class AppWebhookEventsDto {
  @Shown.list(() => AppWebhookEventDto, { description: 'the deliveries, newest first' }) items!: AppWebhookEventDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

export class ResentAppEventDto {
  @Shown.list(() => AppWebhookEventDto, { description: 'the deliveries that are due again' })
  items!: AppWebhookEventDto[];
}

export class WebhookEventsDto {
  @Shown.list(() => WebhookEventDto, { description: 'the deliveries, newest first' }) items!: WebhookEventDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

export class ResentEventDto {
  @Shown.list(() => WebhookEventDto, { description: 'the deliveries that are due again' }) items!: WebhookEventDto[];
}
