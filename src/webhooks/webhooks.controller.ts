import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { ApiEvents } from '../platform/docs/api-events.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { PaymentApprovedEventDto, PaymentCanceledEventDto, PaymentFailedEventDto } from './dto/webhook-bodies.dto.js';
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
import type { WebhookType } from './webhook-event.entity.js';
import { type Endpoint, WebhooksService } from './webhooks.service.js';

const DELIVERY = `Every event of the partner's payments (\`payment.approved\`, \`payment.failed\`, \`payment.canceled\`) is sent there
with \`POST\`, at least once, until it is answered with 2xx within 5 seconds; a redirect is a failure. It is sent again 1, 4, 16,
64, 256, 1024 and 4096 minutes after a failure, then it is \`UNDELIVERED\`, and can be sent again by hand. A \`Retry-After\` of
an answer that is not 2xx is kept (seconds or a date, a day at most): until then nothing is sent there. \`410\` disables the
endpoint.

\`\`\`
POST /pay-webhooks
Content-Type: application/json; charset=utf-8
Pay-Event-Id: 12
Pay-Delivery-Id: 13
Pay-Signature: t=1740498956,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd

{"eventId":12,"type":"payment.approved","partnerId":100,"paymentId":15,"sequence":1,"occurredAt":"2025-02-26 00:55:56","data":{…}}
\`\`\`

\`v1\` is the HMAC-SHA256, in hex, of \`<t>.<body>\` with the endpoint's secret (the whole text, \`whsec_\` included) as its key;
\`t\` is the time of the attempt in seconds. Compare in constant time, and refuse a \`t\` that is more than 5 minutes off. After a
rotation there are two or more \`v1\` for a while, one for each secret that is still good. An event may arrive twice, and has
one \`eventId\` at every endpoint; \`Pay-Delivery-Id\` is another at each of them. A payment's
events arrive in the order of \`sequence\`, which counts from 1 without gaps, unless one was given up or sent again by hand:
one with a lower \`sequence\` than was seen already is old news.`;

const EVENTS = {
  urlField: 'url',
  bodies: {
    'payment.approved': PaymentApprovedEventDto,
    'payment.failed': PaymentFailedEventDto,
    'payment.canceled': PaymentCanceledEventDto,
  } satisfies Record<WebhookType, object>,
  headers: {
    'Pay-Event-Id': {
      description: "the body's `eventId`: the same at every endpoint and at every attempt",
      schema: { type: 'string', example: '12' },
    },
    'Pay-Delivery-Id': {
      description: 'of this event to this endpoint, the same at every attempt',
      schema: { type: 'string', example: '13' },
    },
    'Pay-Signature': {
      description:
        "`t` is the time of the attempt, each `v1` an HMAC-SHA256 of `<t>.<body>` with one of the endpoint's secrets",
      schema: {
        type: 'string',
        example: 't=1740498956,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
      },
    },
  },
  answers: {
    '2XX': 'It is taken, and not sent again.',
    '410': 'Nobody is there any more: the endpoint is disabled.',
    default: 'It is sent again later, not before the seconds or the date of `Retry-After`.',
  },
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
    description: `What waits goes to the new URL, at once; only attempts that are under way may still reach the former one.
A disabled endpoint gets no events, and what waits for it is UNDELIVERED (\`ENDPOINT_DISABLED\`) until it is enabled again:
then that is sent, but what happened in between is not.`,
  })
  @ApiAnswers({ success: 200, detail: WebhookDto, refusals: ['WebhookNotFound'] })
  async change(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
    @Body() changes: ChangeWebhookDto,
  ): Promise<Answer<WebhookDto>> {
    if (changes.url === undefined && changes.disabled === undefined) {
      throw invalidField('url', 'is required, unless disabled is given');
    }
    return Answer.success(shown(await this.webhooks.change(partnerId, endpointId, changes)));
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

function shown({ id, url, createdAt, disabledAt, disabledReason }: Endpoint): WebhookDto {
  return {
    endpointId: id,
    url,
    disabled: disabledAt !== null,
    ...(disabledReason && { disabledReason }),
    ...(disabledAt && { disabledAt: seoulDateTime(disabledAt) }),
    createdAt: seoulDateTime(createdAt),
  };
}
