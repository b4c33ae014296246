import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { PathId } from '../platform/http/query-fields.js';
import { WebhookEventDto, WebhookEventsDto, WebhookEventsQueryDto } from './dto/webhook-events.dto.js';
import type { WebhookStatus } from './webhook-event.entity.js';
import type { EventRecord } from './webhook-events.repository.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('webhooks')
@Access('partner', 'operator')
@Controller('partners/:partnerId/webhook-events')
export class WebhookEventsController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @ApiOperation({
    summary: "A partner's events and what became of their delivery, newest first",
    description: 'What was delivered is listed, and can be sent again, for 30 days or what else the operator has set.',
  })
  @ApiAnswers({ success: 200, detail: WebhookEventsDto, refusals: ['InvalidMerchant'] })
  async list(
    @PathId('partnerId') partnerId: number,
    @Query() { status, limit, cursor }: WebhookEventsQueryDto,
  ): Promise<Answer<WebhookEventsDto>> {
    const wanted = status?.toUpperCase() as WebhookStatus | undefined;
    const page = await this.webhooks.listEvents(partnerId, wanted, limit, decodeCursor(cursor));
    return Answer.success({ items: page.events.map(shown), nextCursor: encodeCursor(page.nextBefore) });
  }

  @Post(':eventId/resend')
  @ApiOperation({ summary: 'Send an event again, with all attempts, whatever became of it before' })
  @ApiAnswers({ success: 200, detail: WebhookEventDto, refusals: ['WebhookEventNotFound', 'WebhookNotFound'] })
  async resend(
    @PathId('partnerId') partnerId: number,
    @PathId('eventId') eventId: number,
  ): Promise<Answer<WebhookEventDto>> {
    return Answer.success(shown(await this.webhooks.resend(partnerId, eventId)));
  }
}

function shown(event: EventRecord): WebhookEventDto {
  const { id, endpointId, paymentId, sequence, type, status, attempts, lastStatus, lastError, deliveredAt } = event;
  return {
    eventId: id,
    endpointId,
    paymentId,
    sequence,
    type,
    status,
    attempts,
    ...(lastStatus !== null && { lastStatus }),
    ...(lastError !== null && { lastError }),
    occurredAt: seoulDateTime(event.occurredAt),
    ...(status === 'PENDING' && { nextAttemptAt: seoulDateTime(event.nextAttemptAt) }),
    ...(deliveredAt && { deliveredAt: seoulDateTime(deliveredAt) }),
  };
}
