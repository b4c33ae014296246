import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { ApiEvents } from '../platform/docs/api-events.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import {
  PaymentApprovedEventDto,
  PaymentAuthorizedEventDto,
  PaymentCapturedEventDto,
  PaymentVoidedEventDto,
  PaymentCanceledEventDto,
  PaymentFailedEventDto,
} from './dto/webhook-bodies.dto.js';
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
import type { PartnerEventType } from './webhook-event.entity.js';
import { CHANGE_DESCRIPTION, deliveryOf, EVENT_ANSWERS, EVENT_HEADERS } from './webhook-wire.js';
import { type Endpoint, type EndpointChanges, WebhooksService } from './webhooks.service.js';

const DELIVERY = deliveryOf(
  "Every event of the partner's payments (`payment.approved`, `payment.failed`, `payment.canceled`; in two steps `payment.authorized`, and `payment.captured` or `payment.voided`)",
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
  } satisfies Record<PartnerEventType, object>,
  headers: EVENT_HEADERS,
  answers: EVENT_ANSWERS,
} as const;

@ApiTags('webhooks')
@Access('partner', 'operator')
@Controller('partners/:partnerId/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @ApiOperation({
    operationId: 'registerWebhook',
    summary: 'Register an endpoint for events; its secret is shown only here',
    description: DELIVERY,
  })
  @ApiEvents(EVENTS)
  @ApiAnswers({ success: 201, detail: RegisteredWebhookDto, refusals: ['InvalidMerchant', 'TooManyWebhooks'] })
  async register(
    @PathId('partnerId') partnerId: number,
    @Body() { url }: RegisterWebhookDto,
  ): Promise<Answer<RegisteredWebhookDto>> {
    const { secret, ...endpoint } = await this.webhooks.register(partnerId, url);
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
  @ApiOperation({
    operationId: 'changeWebhook',
    summary: 'Change where events go, or whether they do',
    description: CHANGE_DESCRIPTION,
  })
  @ApiAnswers({ success: 200, detail: WebhookDto, refusals: ['WebhookNotFound'] })
  async change(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Body() changes: ChangeWebhookDto,
  ): Promise<Answer<WebhookDto>> {
    return Answer.success(shown(await this.webhooks.change(partnerId, endpointId, some(changes))));
  }

  @Delete(':endpointId')
  @ApiOperation({ operationId: 'removeWebhook', summary: 'Delete an endpoint; its open events are given up' })
  @ApiAnswers({ success: 200, detail: RemovedWebhookDto, refusals: ['WebhookNotFound'] })
  async remove(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
  ): Promise<Answer<RemovedWebhookDto>> {
    await this.webhooks.remove(partnerId, endpointId);
    return Answer.success({ endpointId });
  }

  @Post(':endpointId/rotate-secret')
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
  ): Promise<Answer<RotatedSecretDto>> {
    const { secret, overlapSeconds } = await this.webhooks.rotateSecret(partnerId, endpointId);
    return Answer.success({ endpointId, secret, previousSecretValidSeconds: overlapSeconds });
  }
}

/** @throws Refusal InvalidRequest where nothing is to change */
export function some(changes: EndpointChanges): EndpointChanges {
  if (changes.url === undefined && changes.disabled === undefined) {
    throw invalidField('url', 'is required, unless disabled is given');
  }
  return changes;
}

export function shown({ id, url, createdAt, disabledAt, disabledReason }: Endpoint): WebhookDto {
  return {
    endpointId: id,
    url,
    disabled: disabledAt !== null,
    ...(disabledReason && { disabledReason }),
    ...(disabledAt && { disabledAt: seoulDateTime(disabledAt) }),
    createdAt: seoulDateTime(createdAt),
  };
}
