import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act, ActOfCall, type PlannedAct } from '../acts/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import {
  AppWebhookEventDto,
  AppWebhookEventsDto,
  ResendQueryDto,
  ResentAppEventDto,
  WebhookEventsQueryDto,
} from './dto/webhook-events.dto.js';
import { shownDelivery } from './webhook-events.controller.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import type { EventRecord } from './webhook-events.repository.js';
import { APP } from './webhook-owner.js';

@ApiTags('webhooks')
@Access('app', 'operator')
@Controller('app/webhook-events')
export class AppWebhookEventsController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get()
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listAppWebhookEvents',
    summary: "The deliveries to the wallet's own back end, and what became of them, newest first",
    description:
      'One item per event and endpoint: `eventId` is the same at every endpoint, `deliveryId` is not. ' +
      'What was delivered, or happened while its endpoint was disabled (`CREATED_WHILE_DISABLED`), is listed, and can be ' +
      'sent again, for 30 days or what else the operator has set.',
  })
  @ApiAnswers({ success: 200, detail: AppWebhookEventsDto, refusals: [] })
  async list(@Query() { status, limit, cursor }: WebhookEventsQueryDto): Promise<Answer<AppWebhookEventsDto>> {
    const page = await this.deliveries.listEvents(APP, status, limit, decodeCursor(cursor));
    return Answer.success({ items: page.events.map(shown), nextCursor: encodeCursor(page.nextBefore) });
  }

  @Post(':eventId/resend')
  @Act({ action: 'resendAppWebhookEvent', on: 'event', id: 'eventId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({
    operationId: 'resendAppWebhookEvent',
    summary: 'Send an event again, with all attempts, whatever became of it before',
    description: 'To every endpoint that it was for and that is not disabled, or to the one that `endpointId` names.',
  })
  @ApiAnswers({
    success: 200,
    detail: ResentAppEventDto,
    refusals: ['WebhookEventNotFound', 'WebhookNotFound', 'WebhookDisabled'],
  })
  async resend(
    @PathId('eventId') eventId: number,
    @Query() { endpointId }: ResendQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<ResentAppEventDto>> {
    const deliveries = await this.deliveries.resend(APP, eventId, { endpointId, act });
    return Answer.success({ items: deliveries.map(shown) });
  }
}

function shown(event: EventRecord): AppWebhookEventDto {
  const { subjectId, sequence, type } = event;
  const subject = subjectId > 0 ? { transactionId: subjectId, sequence } : { accountId: -subjectId };
  return { ...shownDelivery(event), ...subject, type };
}
