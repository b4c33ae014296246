import { Reason } from '../../acts/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { Choice, DateTime, field, patternRule } from '../../platform/http/fields.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { RESENDABLE, type Resendable } from '../webhook-resend.entity.js';

export class AttemptsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

/** One request to an endpoint. */
export class AttemptDto {
  @Shown.id({ example: 13, description: 'the `Pay-Delivery-Id` it was sent with' }) deliveryId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it was sent with' }) eventId!: number;
  @Shown.text({ example: 'payment.approved', description: 'what had happened; new ones may come' }) type!: string;
  @Shown.count({ description: 'the how many-th attempt it was; from 1 again after a resend by hand' })
  attempt!: number;
  @Shown.dateTime({ description: 'when it was sent' }) attemptedAt!: string;
  @Shown.count({ optional: true, example: 503, description: 'the HTTP status, if it was answered' }) status?: number;
  @Shown.count({ example: 84, description: 'milliseconds until it was answered, or given up' }) durationMs!: number;
  @Shown.text({
    optional: true,
    example: 'ECONNREFUSED',
    description: 'why it was not answered: `TIMEOUT`, `ENOTFOUND`, `ADDRESS_NOT_ALLOWED` …',
  })
  error?: string;
  @Shown.dateTime({ optional: true, description: 'when the next attempt was to follow, if one was' })
  nextAttemptAt?: string;
}

export class AttemptsDto {
  @Shown.list(() => AttemptDto, { description: 'the attempts, newest first' }) items!: AttemptDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}

const PLACE_RULE = patternRule(
  '^[A-Za-z0-9_-]{1,100}$',
  'must be the nextCursor of an earlier answer',
  'MTc0MDQ5NTYwMDAwMC4xMg',
);

export class ResendPeriodDto {
  @DateTime({ example: '2025-02-26 00:00:00', description: 'events that happened then or later (Asia/Seoul)' })
  from!: string;

  @DateTime({
    optional: true,
    example: '2025-02-27 00:00:00',
    description: 'and before this; until now where absent',
  })
  to?: string;

  @Choice(RESENDABLE, { optional: true, description: 'only these; both where absent' }) status?: Resendable;

  @field(PLACE_RULE, { optional: true, description: 'the `nextCursor` of the call before, with the same period' })
  cursor?: string;

  @Reason() reason?: string;
}

export class ResentPeriodDto {
  @Shown.count({ example: 250, description: 'how many deliveries are due again' }) resent!: number;
  @Shown.text({
    nullable: true,
    description: 'where the next call goes on, where there is more than one call sends; null: that was all',
    example: 'MTc0MDQ5NTYwMDAwMC4xMg',
  })
  nextCursor!: string | null;
}

export class PingedDto {
  @Shown.id({ example: 7, description: 'where it is sent' }) endpointId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Event-Id` it is sent with' }) eventId!: number;
  @Shown.id({ example: 12, description: 'the `Pay-Delivery-Id` it is sent with' }) deliveryId!: number;
}

/** Nothing is known yet: the same request with the same key tells, or the endpoint under `Location`. */
export class PendingWebhookDto {}
