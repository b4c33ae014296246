import { Shown } from '../../platform/docs/shown.js';

/** What every owner is sent of its endpoints themselves. */
class DisabledEndpointDto {
  @Shown.id({ example: 7, description: 'the endpoint that gets nothing any more' }) endpointId!: number;
  @Shown.choice(['FAILING', 'GONE'], { description: 'FAILING: for days it took nothing; GONE: it answered 410' })
  disabledReason!: string;
  @Shown.dateTime({ description: 'since when' }) disabledAt!: string;
}

class PingedEndpointDto {
  @Shown.id({ example: 7, description: 'the endpoint that it is sent to' }) endpointId!: number;
}

class EndpointEventDto {
  @Shown.id({ example: 12, description: 'the same at every endpoint and at every attempt: take it once' })
  eventId!: number;
  @Shown.dateTime({ description: 'when it happened' }) occurredAt!: string;
}

export class AppWebhookDisabledEventDto extends EndpointEventDto {
  @Shown.choice(['webhook.disabled'], { description: 'another endpoint was disabled by itself' }) type!: string;
  @Shown.object(() => DisabledEndpointDto, { description: 'the endpoint' }) data!: DisabledEndpointDto;
}

export class AppWebhookPingEventDto extends EndpointEventDto {
  @Shown.choice(['webhook.ping'], { description: 'it was asked for, to try the endpoint' }) type!: string;
  @Shown.object(() => PingedEndpointDto, { description: 'the endpoint' }) data!: PingedEndpointDto;
}

export class WebhookDisabledEventDto extends AppWebhookDisabledEventDto {
  @Shown.id({ example: 100, description: 'whose endpoint it is' }) partnerId!: number;
}

export class WebhookPingEventDto extends AppWebhookPingEventDto {
  @Shown.id({ example: 100, description: 'whose endpoint it is' }) partnerId!: number;
}
