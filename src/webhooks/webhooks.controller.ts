import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import {
  RegisteredWebhookDto,
  RegisterWebhookDto,
  RemovedWebhookDto,
  RotatedSecretDto,
  WebhookDto,
  WebhooksDto,
} from './dto/webhooks.dto.js';
import { type Endpoint, WebhooksService } from './webhooks.service.js';

const DELIVERY = `Every event of the partner's payments (\`payment.approved\`, \`payment.failed\`, \`payment.canceled\`) is sent there
with \`POST\`, at least once, until it is answered with 2xx within 5 seconds; a redirect is a failure. It is sent again 1, 4, 16,
64, 256, 1024 and 4096 minutes after a failure, then it is \`UNDELIVERED\`, and can be sent again by hand.

\`\`\`
POST /pay-webhooks
Content-Type: application/json; charset=utf-8
Pay-Event-Id: 12
Pay-Signature: t=1740498956,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd

{"eventId":12,"type":"payment.approved","partnerId":100,"paymentId":15,"sequence":1,"occurredAt":"2025-02-26 00:55:56","data":{…}}
\`\`\`

\`v1\` is the HMAC-SHA256, in hex, of \`<t>.<body>\` with the endpoint's secret (the whole text, \`whsec_\` included) as its key;
\`t\` is the time of the attempt in seconds. Compare in constant time, and refuse a \`t\` that is more than 5 minutes off. After a
rotation there are two \`v1\` for a while, one for each secret. An event may arrive twice: its id stays the same. A payment's
events arrive in the order of \`sequence\`, which counts from 1 without gaps, unless one was given up or sent again by hand:
one with a lower \`sequence\` than was seen already is old news.`;

@ApiTags('webhooks')
@Access('partner', 'operator')
@Controller('partners/:partnerId/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @ApiOperation({ summary: 'Register an endpoint for events; its secret is shown only here', description: DELIVERY })
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
  @ApiOperation({ summary: "A partner's endpoints" })
  @ApiAnswers({ success: 200, detail: WebhooksDto, refusals: ['InvalidMerchant'] })
  async list(@PathId('partnerId') partnerId: number): Promise<Answer<WebhooksDto>> {
    const endpoints = await this.webhooks.list(partnerId);
    return Answer.success({ items: endpoints.map(shown) });
  }

  @Get(':endpointId')
  @ApiOperation({ summary: 'An endpoint' })
  @ApiAnswers({ success: 200, detail: WebhookDto, refusals: ['WebhookNotFound'] })
  async get(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
  ): Promise<Answer<WebhookDto>> {
    return Answer.success(shown(await this.webhooks.get(partnerId, endpointId)));
  }

  @Delete(':endpointId')
  @ApiOperation({ summary: 'Delete an endpoint; its open events are given up' })
  @ApiAnswers({ success: 200, detail: RemovedWebhookDto, refusals: ['WebhookNotFound'] })
  async remove(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
  ): Promise<Answer<RemovedWebhookDto>> {
    await this.webhooks.remove(partnerId, endpointId);
    return Answer.success({ endpointId });
  }

  @Post(':endpointId/rotate-secret')
  @ApiOperation({ summary: 'A new secret; for a while events are signed with the former one too' })
  @ApiAnswers({ success: 200, detail: RotatedSecretDto, refusals: ['WebhookNotFound'] })
  async rotateSecret(
    @PathId('partnerId') partnerId: number,
    @PathId('endpointId') endpointId: number,
  ): Promise<Answer<RotatedSecretDto>> {
    const { secret, overlapSeconds } = await this.webhooks.rotateSecret(partnerId, endpointId);
    return Answer.success({ endpointId, secret, previousSecretValidSeconds: overlapSeconds });
  }
}

function shown({ id, url, createdAt }: Endpoint): WebhookDto {
  return { endpointId: id, url, createdAt: seoulDateTime(createdAt) };
}
