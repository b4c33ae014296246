import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act, ActOfCall, type PlannedAct } from '../acts/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import {
  ResendQueryDto,
  ResentEventDto,
  WebhookEventDto,
  WebhookEventsDto,
  WebhookEventsQueryDto,
} from './dto/webhook-events.dto.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import type { EventRecord } from './webhook-events.repository.js';

@ApiTags('webhooks')
@Access('partner', 'operator')
@Controller('partners/:partnerId/webhook-events')
export class WebhookEventsController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get()
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listWebhookEvents',
    summary: "The deliveries of a partner's events, and what became of them, newest first",
    description:
      'One item per event and endpoint: `eventId` is the same at every endpoint, `deliveryId` is not. ' +
      'What was delivered, or happened while its endpoint was disabled (`CREATED_WHILE_DISABLED`), is listed, and can be ' +
      'sent again, for 30 days or what else the operator has set.',
  })
  @ApiAnswers({ success: 200, detail: WebhookEventsDto, refusals: ['InvalidMerchant'] })
  async list(
    @PathId('partnerId') partnerId: number,
    @Query() { status, limit, cursor }: WebhookEventsQueryDto,
  ): Promise<Answer<WebhookEventsDto>> {
    const page = await this.deliveries.listEvents(partnerId, status, limit, decodeCursor(cursor));
    return Answer.success({ items: page.events.map(shown), nextCursor: encodeCursor(page.nextBefore) });
  }

  @Post(':eventId/resend')
  @Act({ action: 'resendWebhookEvent', on: 'event', id: 'eventId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({
    operationId: 'resendWebhookEvent',
    summary: 'Send an event again, with all attempts, whatever became of it before',
    description: 'To every endpoint that it was for and that is not disabled, or to the one that `endpointId` names.',
  })
  @ApiAnswers({
    success: 200,
    detail: ResentEventDto,
    refusals: ['WebhookEventNotFound', 'WebhookNotFound', 'WebhookDisabled'],
  })
  async resend(
    @PathId('partnerId') partnerId: number,
    @PathId('eventId') eventId: number,
    @Query() { endpointId }: ResendQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<ResentEventDto>> {
    const deliveries = await this.deliveries.resend(partnerId, eventId, { endpointId, act });
    return Answer.success({ items: deliveries.map(shown) });
  }
}

function shown(event: EventRecord): WebhookEventDto {
  const { subjectId: paymentId, sequence, type } = event;
  return { ...shownDelivery(event), paymentId, sequence, type };
}

/** What is said of a delivery, whatever it tells of. */
export function shownDelivery(event: EventRecord) {
  const { id, eventId, endpointId, status, attempts, lastStatus, lastError, deliveredAt } = event;
  return {
    deliveryId: id,
    eventId,
    endpointId,
    status,
    attempts,
    ...(lastStatus !== null && { lastStatus }),
    ...(lastError !== null && { lastError }),
    occurredAt: seoulDateTime(event.occurredAt),
    ...(status === 'PENDING' && { nextAttemptAt: seoulDateTime(event.nextAttemptAt) }),
    ...(deliveredAt && { deliveredAt: seoulDateTime(deliveredAt) }),
  };
}
