import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { ApiEvents } from '../platform/docs/api-events.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import {
  MovementCompletedEventDto,
  MovementFailedEventDto,
  ScheduleFailedEventDto,
  TransferHeldEventDto,
  TransferReminderEventDto,
} from './dto/app-webhook-bodies.dto.js';
import {
  ChangeWebhookDto,
  RegisteredAppWebhookDto,
  RegisterWebhookDto,
  RemovedWebhookDto,
  RotatedSecretDto,
  TooManySecretsDto,
  AppWebhookDto,
  AppWebhooksDto,
} from './dto/webhooks.dto.js';
import type { AppEventType } from './webhook-event.entity.js';
import { APP } from './webhook-owner.js';
import { CHANGE_DESCRIPTION, deliveryOf, EVENT_ANSWERS, EVENT_HEADERS } from './webhook-wire.js';
import { shown, some } from './webhooks.controller.js';
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
  } satisfies Record<AppEventType, object>,
  headers: EVENT_HEADERS,
  answers: EVENT_ANSWERS,
} as const;

@ApiTags('webhooks')
@Access('app', 'operator')
@Controller('app/webhooks')
export class AppWebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @ApiOperation({
    operationId: 'registerAppWebhook',
    summary: "Register an endpoint of the wallet's own back end; its secret is shown only here",
    description: DELIVERY,
  })
  @ApiEvents(EVENTS)
  @ApiAnswers({ success: 201, detail: RegisteredAppWebhookDto, refusals: ['TooManyWebhooks'] })
  async register(@Body() { url }: RegisterWebhookDto): Promise<Answer<RegisteredAppWebhookDto>> {
    const { secret, ...endpoint } = await this.webhooks.register(APP, url);
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
  @ApiOperation({
    operationId: 'changeAppWebhook',
    summary: 'Change where events go, or whether they do',
    description: CHANGE_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: AppWebhookDto, refusals: ['WebhookNotFound'] })
  async change(
    @PathId('endpointId') endpointId: number,
    @Body() changes: ChangeWebhookDto,
  ): Promise<Answer<AppWebhookDto>> {
    return Answer.success(shown(await this.webhooks.change(APP, endpointId, some(changes))));
  }

  @Delete(':endpointId')
  @ApiOperation({ operationId: 'removeAppWebhook', summary: 'Delete an endpoint; its open events are given up' })
  @ApiAnswers({ success: 200, detail: RemovedWebhookDto, refusals: ['WebhookNotFound'] })
  async remove(@PathId('endpointId') endpointId: number): Promise<Answer<RemovedWebhookDto>> {
    await this.webhooks.remove(APP, endpointId);
    return Answer.success({ endpointId });
  }

  @Post(':endpointId/rotate-secret')
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
  async rotateSecret(@PathId('endpointId') endpointId: number): Promise<Answer<RotatedSecretDto>> {
    const { secret, overlapSeconds } = await this.webhooks.rotateSecret(APP, endpointId);
    return Answer.success({ endpointId, secret, previousSecretValidSeconds: overlapSeconds });
  }
}
