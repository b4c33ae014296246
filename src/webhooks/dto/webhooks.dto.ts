import { Shown } from '../../platform/docs/shown.js';
import { field } from '../../platform/http/fields.js';

const URL_LENGTH_MAX = 2_000;
const URL_EXAMPLE = 'https://partner.example/pay-webhooks';
const SECRET_EXAMPLE = 'whsec_Zm9yLWV4YW1wbGUtb25seS1uZXZlci11c2UtdGhpcw';

/** What a URL may be anywhere; `WebhooksService` knows what it may be here. */
function isWebhookUrl(value: unknown): boolean {
  const url = typeof value === 'string' && /^[!-~]+$/.test(value) ? URL.parse(value) : null;
  if (!url || url.href.length > URL_LENGTH_MAX) return false;
  return ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

export class RegisterWebhookDto {
  @field(
    {
      accepts: isWebhookUrl,
      reason: `must be an https:// URL of at most ${URL_LENGTH_MAX} visible ASCII characters, without user name, password and fragment`,
      schema: { type: 'string', pattern: '^https?://', maxLength: URL_LENGTH_MAX, example: URL_EXAMPLE },
    },
    { description: 'https:// and a public address in production; elsewhere http:// and loopback too' },
  )
  url!: string;
}

export class WebhookDto {
  @Shown.id({ example: 7 }) endpointId!: number;
  @Shown.text({ example: URL_EXAMPLE }) url!: string;
  @Shown.dateTime() createdAt!: string;
}

export class RegisteredWebhookDto extends WebhookDto {
  @Shown.text({ example: SECRET_EXAMPLE, description: 'shown only now' }) secret!: string;
}

export class WebhooksDto {
  @Shown.list(() => WebhookDto) items!: WebhookDto[];
}

export class RemovedWebhookDto {
  @Shown.id({ example: 7 }) endpointId!: number;
}

export class RotatedSecretDto {
  @Shown.id({ example: 7 }) endpointId!: number;
  @Shown.text({ example: SECRET_EXAMPLE, description: 'shown only now' }) secret!: string;
  @Shown.count({ example: 86_400, description: 'how long events are signed with the former secret too' })
  previousSecretValidSeconds!: number;
}
