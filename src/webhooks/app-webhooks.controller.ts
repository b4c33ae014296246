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
import { AppWebhookDisabledEventDto, AppWebhookPingEventDto } from './dto/endpoint-bodies.dto.js';
import {
  MovementCompletedEventDto,
  MovementFailedEventDto,
  ScheduleFailedEventDto,
  TransferHeldEventDto,
  TransferReminderEventDto,
} from './dto/app-webhook-bodies.dto.js';
import {
  AttemptsDto,
  AttemptsQueryDto,
  PendingWebhookDto,
  PingedDto,
  ResendPeriodDto,
  ResentPeriodDto,
} from './dto/webhook-deliveries.dto.js';
import {
  ChangeAppWebhookDto,
  RegisteredAppWebhookDto,
  RegisterAppWebhookDto,
  RemovedWebhookDto,
  RotatedSecretDto,
  TooManySecretsDto,
  AppWebhookDto,
  AppWebhooksDto,
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
import type { AppEventType, EndpointEventType } from './webhook-event.entity.js';
import { APP } from './webhook-owner.js';
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
  `Every movement that ends, of whatever type (\`movement.completed\`, \`movement.failed\`), every transfer that waits for its
receiver (\`transfer.held\`, and once more 24 hours before it goes back: \`transfer.reminder\`), and every daily deposit that was
not made (\`schedule.failed\`)`,
  '{"eventId":12,"type":"movement.completed","transactionId":42,"sequence":1,"occurredAt":"2025-02-26 00:55:56","data":{…}}',
  `A movement's
events arrive in the order of \`sequence\`, unless one was given up or sent again by hand: 1 says how it ended, 2 and 3 are
\`transfer.held\` and \`transfer.reminder\`. \`schedule.failed\` has none, and comes once for each account and day.`,
);

const EVENTS = {
  urlField: 'url',
  bodies: {
    'movement.completed': MovementCompletedEventDto,
    'movement.failed': MovementFailedEventDto,
    'transfer.held': TransferHeldEventDto,
    'transfer.reminder': TransferReminderEventDto,
    'schedule.failed': ScheduleFailedEventDto,
    'webhook.disabled': AppWebhookDisabledEventDto,
    'webhook.ping': AppWebhookPingEventDto,
  } satisfies Record<AppEventType | EndpointEventType, object>,
  operationIds: { 'webhook.disabled': 'receiveAppWebhookDisabled', 'webhook.ping': 'receiveAppWebhookPing' },
  headers: EVENT_HEADERS,
  answers: EVENT_ANSWERS,
} as const;

@ApiTags('webhooks')
@Access('app', 'operator')
@Controller('app/webhooks')
export class AppWebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: WebhookDeliveriesService,
  ) {}

  @Post()
  @Act({ action: 'registerAppWebhook', on: 'webhook', reason: 'reason' })
  @ApiOperation({
    operationId: 'registerAppWebhook',
    summary: "Register an endpoint of the wallet's own back end; its secret is shown only here",
    description: DELIVERY,
  })
  @ApiEvents(EVENTS)
  @ApiAnswers({ success: 201, detail: RegisteredAppWebhookDto, refusals: ['TooManyWebhooks'] })
  async register(
    @Body() body: RegisterAppWebhookDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RegisteredAppWebhookDto>> {
    const { secret, ...endpoint } = await this.webhooks.register(APP, body, act);
    return Answer.success({ ...shown(endpoint), secret }, `/app/webhooks/${endpoint.id}`);
  }

  @Get()
  @ApiOperation({ operationId: 'listAppWebhooks', summary: "The endpoints of the wallet's own back end" })
  @ApiAnswers({ success: 200, detail: AppWebhooksDto, refusals: [] })
  async list(): Promise<Answer<AppWebhooksDto>> {
    const endpoints = await this.webhooks.list(APP);
    return Answer.success({ items: endpoints.map(shown) });
  }

  @Get(':endpointId')
  @ApiOperation({ operationId: 'getAppWebhook', summary: "An endpoint of the wallet's own back end" })
  @ApiAnswers({ success: 200, detail: AppWebhookDto, refusals: ['WebhookNotFound'] })
  async get(@PathId('endpointId') endpointId: number): Promise<Answer<AppWebhookDto>> {
    return Answer.success(shown(await this.webhooks.get(APP, endpointId)));
  }

  @Patch(':endpointId')
  @Act({ action: 'changeAppWebhook', on: 'webhook', id: 'endpointId', reason: 'reason' })
  @Idempotent(keyed('app', 'webhook-changes'))
  @ApiOperation({
    operationId: 'changeAppWebhook',
    summary: 'Change where events go, which, or whether they do',
    description: CHANGE_DESCRIPTION,
  })
  @ApiAnswers({
    success: 200,
    detail: AppWebhookDto,
    processing: PendingWebhookDto,
    refusals: CHANGE_REFUSALS,
  })
  async change(
    @PathId('endpointId') endpointId: number,
    @Body() changes: ChangeAppWebhookDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<AppWebhookDto | PendingWebhookDto>> {
    return change(this.webhooks, { ownerId: APP, endpointId, claim }, changes);
  }

  @Delete(':endpointId')
  @Act({ action: 'removeAppWebhook', on: 'webhook', id: 'endpointId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({ operationId: 'removeAppWebhook', summary: 'Delete an endpoint; its open events are given up' })
  @ApiAnswers({ success: 200, detail: RemovedWebhookDto, refusals: ['WebhookNotFound'] })
  async remove(
    @PathId('endpointId') endpointId: number,
    @Query() _why: ReasonQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RemovedWebhookDto>> {
    await this.webhooks.remove(APP, endpointId, act);
    return Answer.success({ endpointId });
  }

  @Post(':endpointId/rotate-secret')
  @Act({ action: 'rotateAppWebhookSecret', on: 'webhook', id: 'endpointId', reason: 'reason', reasonInQuery: true })
  @ApiOperation({
    operationId: 'rotateAppWebhookSecret',
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
    @PathId('endpointId') endpointId: number,
    @Query() _why: ReasonQueryDto,
    @ActOfCall() act: PlannedAct | null,
  ): Promise<Answer<RotatedSecretDto>> {
    const { secret, overlapSeconds } = await this.webhooks.rotateSecret(APP, endpointId, act);
    return Answer.success({ endpointId, secret, previousSecretValidSeconds: overlapSeconds });
  }

  @Post(':endpointId/ping')
  @Act({ action: 'pingAppWebhook', on: 'webhook', id: 'endpointId' })
  @Idempotent(keyed('app', 'webhook-pings'))
  @ApiOperation({ operationId: 'pingAppWebhook', summary: 'Try an endpoint', description: PING_DESCRIPTION })
  @ApiAnswers({ success: 200, detail: PingedDto, processing: PendingWebhookDto, refusals: SENDING_REFUSALS })
  async ping(
    @PathId('endpointId') endpointId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PingedDto | PendingWebhookDto>> {
    return ping(this.deliveries, { ownerId: APP, endpointId, claim });
  }

  @Get(':endpointId/deliveries')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listAppWebhookAttempts',
    summary: 'The last attempts to send something to an endpoint, newest first',
    description: ATTEMPTS_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: AttemptsDto, refusals: ['WebhookNotFound'] })
  async listAttempts(
    @PathId('endpointId') endpointId: number,
    @Query() { limit, cursor }: AttemptsQueryDto,
  ): Promise<Answer<AttemptsDto>> {
    const page = await this.deliveries.listAttempts(APP, endpointId, limit, decodeCursor(cursor));
    return Answer.success({ items: page.attempts.map(shownAttempt), nextCursor: encodeCursor(page.nextBefore) });
  }

  @Post(':endpointId/resend')
  @Act({ action: 'resendAppWebhookEvents', on: 'webhook', id: 'endpointId', reason: 'reason' })
  @Idempotent(keyed('app', 'webhook-resends'))
  @ApiOperation({
    operationId: 'resendAppWebhookEvents',
    summary: 'Send the events of a period again',
    description: RESEND_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: ResentPeriodDto, processing: PendingWebhookDto, refusals: SENDING_REFUSALS })
  async resend(
    @PathId('endpointId') endpointId: number,
    @Body() period: ResendPeriodDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<ResentPeriodDto | PendingWebhookDto>> {
    return resendPeriod(this.deliveries, { ownerId: APP, endpointId, claim }, period);
  }
}
