import type { Api } from './api.js';
import { done } from './builders.js';
import type { Webhook } from './webhook-partner.js';
import type { WebhookReceiver } from './webhook-receiver.js';

export const APP_WEBHOOKS = '/app/webhooks';

export interface AppEventShown {
  readonly deliveryId: number;
  readonly eventId: number;
  readonly endpointId: number;
  readonly transactionId?: number;
  readonly sequence?: number;
  readonly accountId?: number;
  readonly type: string;
  readonly status: 'PENDING' | 'DELIVERED' | 'UNDELIVERED';
  readonly attempts: number;
}

/** An endpoint of the wallet's own back end. */
export const registerApp = async (api: Api, { url }: Pick<WebhookReceiver, 'url'>): Promise<Webhook> =>
  (await done(api.send<Webhook>('POST', APP_WEBHOOKS, { url }))).detail;

/** The latest deliveries, newest first. */
export const appEventsShown = async (api: Api, query = ''): Promise<readonly AppEventShown[]> =>
  (await done(api.send<{ items: AppEventShown[] }>('GET', `/app/webhook-events?limit=100${query}`))).detail.items;

/** All endpoints that are registered there, but for one: whoever shares the service must not pay for them. */
export async function removeEndpoints(api: Api, path: string, kept?: number): Promise<void> {
  const { detail } = await api.send<{ items: { endpointId: number }[] }>('GET', path);
  const used = detail.items.filter(({ endpointId }) => endpointId !== kept);
  await Promise.all(used.map(({ endpointId }) => api.send('DELETE', `${path}/${endpointId}`))); // half a second each
}
