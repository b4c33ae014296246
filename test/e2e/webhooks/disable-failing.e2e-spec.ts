import { afterEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { APP_WEBHOOKS } from '../../support/app-webhooks.js';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { sql } from '../../support/stores.js';
import {
  aListener,
  aReceiver,
  change,
  eventsShown,
  ping,
  register,
  stopReceivers,
  until,
  type Webhook,
  webhookShown,
  type WebhookShown,
} from '../../support/webhook-partner.js';
import { isSignedWith, type ReceivedEvent } from '../../support/webhook-receiver.js';

const DAYS = 5;

const failuresOf = async (endpointId: number) =>
  (
    await sql<{ failures: number; since: Date | null }>(
      'SELECT failures, failing_since AS since FROM webhook_endpoints WHERE id = ?',
      [endpointId],
    )
  )[0];

/** As if all attempts had failed for so long. */
async function hasFailed(endpointId: number, days: number, failures: number): Promise<void> {
  await sql(
    'UPDATE webhook_endpoints SET failing_since = UTC_TIMESTAMP(3) - INTERVAL ? HOUR, failures = ? WHERE id = ?',
    [days * 24, failures, endpointId],
  );
}

async function pay(partnerId: number): Promise<void> {
  const user = await aUser({ given: 1_000 });
  await done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 }), newKey()));
}
const pathOf = (partnerId: number, endpointId: number) => `/partners/${partnerId}/webhooks/${endpointId}`;
const metric = async () => {
  const { text } = await api.text('/metrics');
  return Number(/^webhook_endpoints_disabled_total\{reason="FAILING"\} (\d+)/m.exec(text)?.[1] ?? 0);
};

afterEach(stopReceivers);

describeWith(['databaseUrl', 'serviceLog', 'simulatorUrl'], 'an endpoint that takes nothing', () => {
  it('for days is disabled, which its owner sees, and hears at the endpoints that listen for that', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 500);
    const others = [await aReceiver(), await aReceiver(), await aReceiver()];
    const [all, chosen] = others;
    const registered = await done(register(partnerId, all?.url));
    const choose = (url: string | undefined, types: string[]) =>
      done(api.send<Webhook>('POST', `/partners/${partnerId}/webhooks`, { url, types }));
    await choose(chosen?.url, ['webhook.disabled']);
    await choose(others[2]?.url, ['payment.canceled']);
    const countBefore = await metric();
    await hasFailed(endpointId, DAYS + 1, 20);
    await pay(partnerId);
    await until(async () => (await webhookShown(partnerId, endpointId)).disabled);
    expect(await webhookShown(partnerId, endpointId)).toMatchObject({
      disabledReason: 'FAILING',
      disabledAt: expect.any(String),
    });
    const line = `endpoint ${endpointId} of partner ${partnerId} was disabled, as it has taken nothing for ${DAYS} days`;
    await until(() => readFileSync(stackPart('serviceLog'), 'utf8').includes(line));
    expect(await metric()).toBe(countBefore + 1);
    expect((await eventsShown(partnerId, 'undelivered')).filter((it) => it.endpointId === endpointId)).toMatchObject([
      { lastError: 'ENDPOINT_DISABLED', attempts: 1 },
    ]);

    await until(() => all?.events.length === 2 && chosen?.events.length === 1);
    const [told] = chosen?.events as [ReceivedEvent];
    expect(told.body).toEqual({
      eventId: expect.any(Number),
      type: 'webhook.disabled',
      partnerId,
      occurredAt: expect.any(String),
      data: { endpointId, disabledReason: 'FAILING', disabledAt: told.body.occurredAt },
    });
    const same = all?.events.find(({ body }) => body.type === 'webhook.disabled');
    expect(same?.body).toEqual(told.body);
    expect(isSignedWith(registered.detail.secret, same as ReceivedEvent)).toBe(true);
    expect([receiver.events.length, others[2]?.events.length]).toEqual([1, 0]);

    receiver.behaviour = () => 200;
    const enabled = await done(change(partnerId, endpointId, { disabled: false }));
    expect(enabled.detail).toMatchObject({ disabled: false });
    expect(enabled.detail).not.toHaveProperty('disabledReason');
    await until(() => receiver.events.length === 2);
    await until(async () => (await failuresOf(endpointId))?.since === null);
  });

  it('and has no other one is disabled all the same', async () => {
    const { partnerId, endpointId } = await aListener(() => 500);
    await hasFailed(endpointId, DAYS + 1, 20);
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await webhookShown(partnerId, endpointId)).disabledReason === 'FAILING');
  });

  it('is not disabled before it was tried ten times, nor before days are over', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 500);
    await hasFailed(endpointId, DAYS + 1, 7);
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await failuresOf(endpointId))?.failures === 8);
    await hasFailed(endpointId, DAYS - 1, 500);
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await failuresOf(endpointId))?.failures === 501);
    expect(await webhookShown(partnerId, endpointId)).toMatchObject({ disabled: false });
    expect(receiver.events).toHaveLength(2);
  });

  it('is not disabled if it took one in between, or was moved', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 200);
    await hasFailed(endpointId, DAYS + 1, 20);
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await failuresOf(endpointId))?.failures === 0);
    receiver.behaviour = () => 500;
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await failuresOf(endpointId))?.failures === 1);
    await hasFailed(endpointId, DAYS + 1, 20);
    await done(change(partnerId, endpointId, { url: receiver.url.replace('of-the-partner', 'another') }));
    await ping(pathOf(partnerId, endpointId));
    await until(async () => (await failuresOf(endpointId))?.failures === 1);
    expect(await webhookShown(partnerId, endpointId)).toMatchObject({ disabled: false });
  });

  it('since it answers 410 is told of too', async () => {
    const other = await aListener();
    const { partnerId } = other;
    const gone = await aReceiver(() => 410);
    const { endpointId } = (await done(register(partnerId, gone.url))).detail;
    await ping(pathOf(partnerId, endpointId));
    await until(() => other.receiver.events.length === 1);
    expect(other.receiver.events[0]?.body).toMatchObject({
      type: 'webhook.disabled',
      data: { endpointId, disabledReason: 'GONE' },
    });
    expect(await eventsShown(partnerId)).toEqual([]);
  });

  it("of the wallet's own back end is disabled too", async () => {
    const [dead, well] = [await aReceiver(() => 500), await aReceiver()];
    const types = ['webhook.disabled'];
    const paths: string[] = [];
    for (const { url } of [dead, well]) {
      const { endpointId } = (await done(api.send<Webhook>('POST', APP_WEBHOOKS, { url, types }))).detail;
      paths.push(`${APP_WEBHOOKS}/${endpointId}`);
    }
    const [path] = paths as [string];
    try {
      await hasFailed(Number(path.split('/').at(-1)), DAYS + 1, 20);
      await ping(path);
      await until(() => well.events.length === 1);
      expect((await done(api.send<WebhookShown>('GET', path))).detail).toMatchObject({ disabledReason: 'FAILING' });
      const { body } = well.events[0] as ReceivedEvent;
      expect(body).toMatchObject({ type: 'webhook.disabled', data: { disabledReason: 'FAILING' } });
      expect(body).not.toHaveProperty('partnerId');
    } finally {
      for (const one of paths) await done(api.send('DELETE', one));
    }
  });
});
