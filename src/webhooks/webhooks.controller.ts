import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act, ActOfCall, type PlannedAct, ReasonQueryDto } from '../acts/index.js';
import { Claim, Idempotent, type IdempotencyClaim } from '../idempotency/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { ApiEvents } from '../platform/docs/api-events.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { WebhookDisabledEventDto, WebhookPingEventDto } from './dto/endpoint-bodies.dto.js';
import {
  PaymentApprovedEventDto,
  PaymentAuthorizedEventDto,
  PaymentCapturedEventDto,
  PaymentVoidedEventDto,
  PaymentCanceledEventDto,
  PaymentFailedEventDto,
} from './dto/webhook-bodies.dto.js';
import {
  AttemptsDto,
  AttemptsQueryDto,
  PendingWebhookDto,
  PingedDto,
  ResendPeriodDto,
  ResentPeriodDto,
} from './dto/webhook-deliveries.dto.js';
import {
  ChangeWebhookDto,
  RegisteredWebhookDto,
  RegisterWebhookDto,
  RemovedWebhookDto,
  RotatedSecretDto,
  TooManySecretsDto,
  WebhookDto,
  WebhooksDto,
} from './dto/webhooks.dto.js';
import {
  change,
  CHANGE_REFUSALS,
  keyed,
  ping,
  resendPeriod,
  SENDING_REFUSALS,
  shown,
  shownAttempt,
} from './endpoint-calls.controller.js';
import type { PartnerEventType, EndpointEventType } from './webhook-event.entity.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import {
  ATTEMPTS_DESCRIPTION,
  CHANGE_DESCRIPTION,
  deliveryOf,
  EVENT_ANSWERS,
  EVENT_HEADERS,
  PING_DESCRIPTION,
  RESEND_DESCRIPTION,
} from './webhook-wire.js';
import { WebhooksService } from './webhooks.service.js';

const DELIVERY = deliveryOf(
  "Every event of the partner's payments (`payment.approved`, `payment.failed`, `payment.canceled`; in two steps " +
    '`payment.authorized`, and `payment.captured` or `payment.voided`)',
  '{"eventId":12,"type":"payment.approved","partnerId":100,"paymentId":15,"sequence":1,"occurredAt":"2025-02-26 00:55:56","data":{…}}',
  `A payment's
events arrive in the order of \`sequence\`, which counts from 1 without gaps, unless one was given up or sent again by hand:
one with a lower \`sequence\` than was seen already is old news.`,
);

const EVENTS = {
  urlField: 'url',
  bodies: {
    'payment.approved': PaymentApprovedEventDto,
    'payment.authorized': PaymentAuthorizedEventDto,
    'payment.captured': PaymentCapturedEventDto,
    'payment.voided': PaymentVoidedEventDto,
    'payment.failed': PaymentFailedEventDto,
    'payment.canceled': PaymentCanceledEventDto,
    'webhook.disabled': WebhookDisabledEventDto,
    'webhook.ping': WebhookPingEventDto,
  } satisfies Record<PartnerEventType | EndpointEventType, object>,
  headers: EVENT_HEADERS,
  answers: EVENT_ANSWERS,
} as const;

@ApiTags('webhooks')
@Access('partner', 'operator')
@Controller('partners/:partnerId/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: WebhookDeliveriesService,
  ) {}

  @Post()
  @Act({ action: 'registerWebhook', on: 'webhook', reason: 'reason' })
  @ApiOperation({
    operationId: 'registerWebhook',
    summary: 'Register an endpoint for events; its secret is shown only here',
    description: DELIVERY,
  })
  @ApiEvents(EVENTS)
  @ApiAnswers({ success: 201, detail: RegisteredWebhookDto, refusals: ['InvalidMerchant', 'TooManyWebhooks'] })
  async register(
    @PathId('partnerId') partnerId: number,
    @Body() body: RegisterWebhookDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RegisteredWebhookDto>> {
    const { secret, ...endpoint } = await this.webhooks.register(partnerId, body, act);
    const location = `/partners/${partnerId}/webhooks/${endpoint.id}`;
    return Answer.success({ ...shown(endpoint), secret }, location);
  }

  @Get()
  @ApiOperation({ operationId: 'listWebhooks', summary: "A partner's endpoints" })
  @ApiAnswers({ success: 200, detail: WebhooksDto, refusals: ['InvalidMerchant'] })
  async list(@PathId('partnerId') partnerId: number): Promise<Answer<WebhooksDto>> {
    const endpoints = await this.webhooks.list(partnerId);
    return Answer.success({ items: endpoints.map(shown) });
  }

  @Get(':endpointId')
  @ApiOperation({ operationId: 'getWebhook', summary: 'An endpoint' })
  @ApiAnswers({ success: 200, detail: WebhookDto, refusals: ['WebhookNotFound'] })
  async get(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
  ): Promise<Answer<WebhookDto>> {
    return Answer.success(shown(await this.webhooks.get(partnerId, endpointId)));
  }

  @Patch(':endpointId')
  @Act({ action: 'changeWebhook', on: 'webhook', id: 'endpointId', reason: 'reason' })
  @Idempotent(keyed('partner', 'webhook-changes'))
  @ApiOperation({
    operationId: 'changeWebhook',
    summary: 'Change where events go, which, or whether they do',
    description: CHANGE_DESCRIPTION,
  })
  @ApiAnswers({
    success: 200,
    detail: WebhookDto,
    processing: PendingWebhookDto,
    refusals: CHANGE_REFUSALS,
  })
  async change(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Body() changes: ChangeWebhookDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<WebhookDto | PendingWebhookDto>> {
    return change(this.webhooks, { ownerId: partnerId, endpointId, claim }, changes);
  }

  @Delete(':endpointId')
  @Act({ action: 'removeWebhook', on: 'webhook', id: 'endpointId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({ operationId: 'removeWebhook', summary: 'Delete an endpoint; its open events are given up' })
  @ApiAnswers({ success: 200, detail: RemovedWebhookDto, refusals: ['WebhookNotFound'] })
  async remove(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Query() _why: ReasonQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RemovedWebhookDto>> {
    await this.webhooks.remove(partnerId, endpointId, act);
    return Answer.success({ endpointId });
  }

  @Post(':endpointId/rotate-secret')
  @Act({ action: 'rotateWebhookSecret', on: 'webhook', id: 'endpointId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'A new secret; for a while events are signed with the former one too',
    description: 'Every secret is good until its own end, however often it is rotated. Five may be at the same time.',
  })
  @ApiAnswers({
    success: 200,
    detail: RotatedSecretDto,
    refusals: ['WebhookNotFound', 'TooManyWebhookSecrets'],
    details: { TooManyWebhookSecrets: TooManySecretsDto },
  })
  async rotateSecret(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Query() _why: ReasonQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RotatedSecretDto>> {
    const { secret, overlapSeconds } = await this.webhooks.rotateSecret(partnerId, endpointId, act);
    return Answer.success({ endpointId, secret, previousSecretValidSeconds: overlapSeconds });
  }

  @Post(':endpointId/ping')
  @Act({ action: 'pingWebhook', on: 'webhook', id: 'endpointId' })
  @Idempotent(keyed('partner', 'webhook-pings'))
  @ApiOperation({ operationId: 'pingWebhook', summary: 'Try an endpoint', description: PING_DESCRIPTION })
  @ApiAnswers({ success: 200, detail: PingedDto, processing: PendingWebhookDto, refusals: SENDING_REFUSALS })
  async ping(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PingedDto | PendingWebhookDto>> {
    return ping(this.deliveries, { ownerId: partnerId, endpointId, claim });
  }

  @Get(':endpointId/deliveries')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listWebhookAttempts',
    summary: 'The last attempts to send something to an endpoint, newest first',
    description: ATTEMPTS_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: AttemptsDto, refusals: ['WebhookNotFound'] })
  async listAttempts(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Query() { limit, cursor }: AttemptsQueryDto,
  ): Promise<Answer<AttemptsDto>> {
    const page = await this.deliveries.listAttempts(partnerId, endpointId, limit, decodeCursor(cursor));
    return Answer.success({ items: page.attempts.map(shownAttempt), nextCursor: encodeCursor(page.nextBefore) });
  }

  @Post(':endpointId/resend')
  @Act({ action: 'resendWebhookEvents', on: 'webhook', id: 'endpointId', reason: 'reason' })
  @Idempotent(keyed('partner', 'webhook-resends'))
  @ApiOperation({
    operationId: 'resendWebhookEvents',
    summary: 'Send the events of a period again',
    description: RESEND_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: ResentPeriodDto, processing: PendingWebhookDto, refusals: SENDING_REFUSALS })
  async resend(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Body() period: ResendPeriodDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<ResentPeriodDto | PendingWebhookDto>> {
    return resendPeriod(this.deliveries, { ownerId: partnerId, endpointId, claim }, period);
  }
}
