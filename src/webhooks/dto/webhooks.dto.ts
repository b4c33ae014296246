import { Reason } from '../../acts/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { field, type FieldRule } from '../../platform/http/fields.js';
import type { DisabledReason } from '../webhook-endpoint.entity.js';
import { APP_CHOICES, PARTNER_CHOICES } from '../webhook-event.entity.js';

const URL_LENGTH_MAX = 2_000;
const URL_EXAMPLE = 'https://partner.example/pay-webhooks';
const SECRET_EXAMPLE = 'whsec_Zm9yLWV4YW1wbGUtb25seS1uZXZlci11c2UtdGhpcw';

/** What a URL may be anywhere; `WebhooksService` knows what it may be here. */
function isWebhookUrl(value: unknown): boolean {
  const url = typeof value === 'string' && /^[!-~]+$/.test(value) ? URL.parse(value) : null;
  if (!url || url.href.length > URL_LENGTH_MAX) return false;
  return ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

const URL_RULE: FieldRule = {
  accepts: isWebhookUrl,
  reason: `must be an https:// URL of at most ${URL_LENGTH_MAX} visible ASCII characters, without user name, password and fragment`,
  schema: { type: 'string', pattern: '^https?://', maxLength: URL_LENGTH_MAX, example: URL_EXAMPLE },
};
const URL_DESCRIPTION =
  'where events are sent: https:// and a public address in production; elsewhere http:// and loopback too';
const FLAG_RULE: FieldRule = {
  accepts: (value) => typeof value === 'boolean',
  reason: 'must be true or false',
  schema: { type: 'boolean', example: false },
};

/** Some of these types of events, each once; null: all. */
function typesRule(choices: readonly string[]): FieldRule {
  return {
    accepts: (value) =>
      value === null ||
      (Array.isArray(value) &&
        value.length > 0 &&
        value.length <= choices.length &&
        new Set(value).size === value.length &&
        value.every((type) => choices.includes(type as string))),
    reason: `must be null, or a list of some of ${choices.join(', ')}, each once`,
    schema: {
      type: 'array',
      items: { type: 'string', enum: [...choices] },
      minItems: 1,
      uniqueItems: true,
      nullable: true,
      example: choices.slice(0, 1),
    },
  };
}
const TYPES = {
  optional: true,
  description: 'the types of events that it wants; all, also new ones, where it is null',
};
const ALL_TYPES = { ...TYPES, description: `${TYPES.description} or absent` };

class RegisterEndpointDto {
  @field(URL_RULE, { description: URL_DESCRIPTION }) url!: string;
  @Reason() reason?: string;
}

export class RegisterWebhookDto extends RegisterEndpointDto {
  @field(typesRule(PARTNER_CHOICES), ALL_TYPES) types?: string[] | null;
}

export class RegisterAppWebhookDto extends RegisterEndpointDto {
  @field(typesRule(APP_CHOICES), ALL_TYPES) types?: string[] | null;
}

class ChangeEndpointDto {
  @field(URL_RULE, { optional: true, description: URL_DESCRIPTION }) url?: string;
  @field(FLAG_RULE, { optional: true, description: 'true: nothing is sent there' })
  disabled?: boolean;
  @Reason() reason?: string;
}

export class ChangeWebhookDto extends ChangeEndpointDto {
  @field(typesRule(PARTNER_CHOICES), TYPES) types?: string[] | null;
}

export class ChangeAppWebhookDto extends ChangeEndpointDto {
  @field(typesRule(APP_CHOICES), TYPES) types?: string[] | null;
}

/** An endpoint, whosever it is. */
class EndpointDto {
  @Shown.id({ example: 7, description: "the endpoint's id" }) endpointId!: number;
  @Shown.text({ example: URL_EXAMPLE, description: 'where events are sent' }) url!: string;
  @Shown.texts({ nullable: true, description: 'the types of events that it wants; null: all', example: null })
  types!: string[] | null;
  @Shown.flag({ description: 'whether it gets no events' }) disabled!: boolean;
  @Shown.dateTime({ optional: true, description: 'since when; only while it is disabled' }) disabledAt?: string;
  @Shown.dateTime({ description: 'when it was registered' }) createdAt!: string;
}

const BY_ITSELF = 'GONE: its receiver answered 410, FAILING: for days it took nothing';

export class WebhookDto extends EndpointDto {
  @Shown.choice(['GONE', 'FAILING', 'BY_PARTNER'] satisfies DisabledReason[], {
    optional: true,
    description: `why; only while it is disabled. ${BY_ITSELF}, BY_PARTNER: with PATCH`,
  })
  disabledReason?: string;
}

export class AppWebhookDto extends EndpointDto {
  @Shown.choice(['GONE', 'FAILING', 'BY_APP'] satisfies DisabledReason[], {
    optional: true,
    description: `why; only while it is disabled. ${BY_ITSELF}, BY_APP: with PATCH`,
  })
  disabledReason?: string;
}

const SECRET = { example: SECRET_EXAMPLE, description: 'what events are signed with; shown only now' };

export class RegisteredWebhookDto extends WebhookDto {
  @Shown.text(SECRET) secret!: string;
}

export class RegisteredAppWebhookDto extends AppWebhookDto {
  @Shown.text(SECRET) secret!: string;
}

export class WebhooksDto {
  @Shown.list(() => WebhookDto, { description: 'the endpoints that are registered' }) items!: WebhookDto[];
}

export class AppWebhooksDto {
  @Shown.list(() => AppWebhookDto, { description: 'the endpoints that are registered' }) items!: AppWebhookDto[];
}

export class RemovedWebhookDto {
  @Shown.id({ example: 7, description: "the endpoint's id" }) endpointId!: number;
}

export class RotatedSecretDto {
  @Shown.id({ example: 7, description: "the endpoint's id" }) endpointId!: number;
  @Shown.text(SECRET) secret!: string;
  @Shown.count({ example: 86_400, description: 'how long events are signed with the former secret too' })
  previousSecretValidSeconds!: number;
}

export class TooManySecretsDto {
  @Shown.count({ example: 5, description: 'how many may be valid at the same time' }) secretsMax!: number;
  @Shown.dateTime({ description: 'when the first of the former ones ends, and makes room' }) nextEndsAt!: string;
}
