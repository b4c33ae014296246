import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Received } from './api.js';
import { done } from './builders.js';
import { type Behaviour, WebhookReceiver } from './webhook-receiver.js';

export interface Webhook {
  readonly endpointId: number;
  readonly url: string;
  readonly secret: string;
}
export interface WebhookShown {
  readonly endpointId: number;
  readonly url: string;
  readonly types: readonly string[] | null;
  readonly disabled: boolean;
  readonly disabledReason?: string;
  readonly disabledAt?: string;
}
export interface EventShown {
  readonly deliveryId: number;
  readonly eventId: number;
  readonly endpointId: number;
  readonly paymentId: number;
  readonly sequence: number;
  readonly type: string;
  readonly status: 'PENDING' | 'DELIVERED' | 'UNDELIVERED';
  readonly attempts: number;
  readonly lastStatus?: number;
  readonly lastError?: string;
  readonly nextAttemptAt?: string;
}
/** One request to an endpoint. */
export interface AttemptShown {
  readonly deliveryId: number;
  readonly eventId: number;
  readonly type: string;
  readonly attempt: number;
  readonly attemptedAt: string;
  readonly status?: number;
  readonly durationMs: number;
  readonly error?: string;
  readonly nextAttemptAt?: string;
}
interface EventPage {
  readonly items: readonly EventShown[];
  readonly nextCursor: string | null;
}

const open: WebhookReceiver[] = [];

export async function aReceiver(behaviour?: Behaviour): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start(behaviour);
  open.push(receiver);
  return receiver;
}

/** For `afterEach`. */
export async function stopReceivers(): Promise<void> {
  for (const receiver of open.splice(0)) await receiver.stop();
}

export async function aPartner(): Promise<number> {
  return (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '웹훅 가맹점' }))).detail.partnerId;
}

export const register = (partnerId: number, url: unknown): Promise<Received<Webhook>> =>
  api.send<Webhook>('POST', `/partners/${partnerId}/webhooks`, { url });

export const change = (partnerId: number, endpointId: number, changes: object): Promise<Received<WebhookShown>> =>
  api.send<WebhookShown>('PATCH', `/partners/${partnerId}/webhooks/${endpointId}`, changes);

export const webhookShown = async (partnerId: number, endpointId: number): Promise<WebhookShown> =>
  (await done(api.send<WebhookShown>('GET', `/partners/${partnerId}/webhooks/${endpointId}`))).detail;

/** To every endpoint of the event, or to one. */
export const resend = (partnerId: number, eventId: number, endpointId?: number) =>
  api.send<{ items: EventShown[] }>(
    'POST',
    `/partners/${partnerId}/webhook-events/${eventId}/resend${endpointId === undefined ? '' : `?endpointId=${endpointId}`}`,
  );

export const rotate = (partnerId: number, endpointId: number) =>
  api.send<{ secret: string; previousSecretValidSeconds: number }>(
    'POST',
    `/partners/${partnerId}/webhooks/${endpointId}/rotate-secret`,
  );

/** `endpoint`: `/partners/1/webhooks/2`, `/app/webhooks/3` */
export const attemptsShown = async (endpoint: string, query = 'limit=100'): Promise<readonly AttemptShown[]> =>
  (await done(api.send<{ items: AttemptShown[] }>('GET', `${endpoint}/deliveries?${query}`))).detail.items;

export const ping = (endpoint: string, key?: string) =>
  api.send<{ endpointId: number; eventId: number; deliveryId: number }>('POST', `${endpoint}/ping`, undefined, { key });

export const resendPeriod = (endpoint: string, period: object, key?: string) =>
  api.send<{ resent: number; nextCursor: string | null }>('POST', `${endpoint}/resend`, period, { key });

/** A partner with one endpoint. */
export async function aListener(behaviour?: Behaviour) {
  const receiver = await aReceiver(behaviour);
  const partnerId = await aPartner();
  return { receiver, partnerId, ...(await done(register(partnerId, receiver.url))).detail };
}

/** A partner's events, newest first: all, or those of one status. */
export async function eventsShown(partnerId: number, status?: string): Promise<EventShown[]> {
  const query = status === undefined ? '' : `&status=${status}`;
  const events: EventShown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/partners/${partnerId}/webhook-events?limit=100${query}${cursor && `&cursor=${cursor}`}`;
    const { detail }: Received<EventPage> = await done(api.send<EventPage>('GET', path));
    events.push(...detail.items);
    cursor = detail.nextCursor;
  }
  return events;
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 200_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`still not so after ${withinMs} ms: ${holds.toString()}`);
    await sleep(20);
  }
}

/** Until a partner has so many events, all delivered. */
export const untilDelivered = (partnerId: number, count: number): Promise<void> =>
  until(async () => {
    const events = await eventsShown(partnerId);
    return events.length === count && events.every(({ status }) => status === 'DELIVERED');
  });
