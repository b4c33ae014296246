import { afterEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import {
  aListener,
  aReceiver,
  change,
  eventsShown,
  resend,
  stopReceivers,
  until,
  untilDelivered,
  webhookShown,
} from '../../support/webhook-partner.js';
import type { Behaviour } from '../../support/webhook-receiver.js';

const DAY_MS = 86_400_000;
const SLACK_MS = 600_000;

const pay = (user: TestUser, partnerId: number) =>
  done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 }), newKey()));
const rich = () => aUser({ given: 20_000 });

/** Refuses the first event and says when to come again; says when everything came. */
function refusingOnce(status: number, retryAfter: () => string): { behaviour: Behaviour; arrivedMs: number[] } {
  const arrivedMs: number[] = [];
  const behaviour: Behaviour = (_event, response) => {
    arrivedMs.push(performance.now());
    if (arrivedMs.length > 1) return 200;
    response.writeHead(status, { 'retry-after': retryAfter() }).end();
  };
  return { behaviour, arrivedMs };
}

/** Takes nothing, and wants to be left alone for an hour. */
const wantsRest: Behaviour = (_event, response) => void response.writeHead(503, { 'retry-after': '3600' }).end();

afterEach(stopReceivers);

describeWith(['databaseUrl', 'serviceLog', 'simulatorUrl'], 'a receiver', () => {
  it.each([
    ['seconds', 429, () => '2'],
    ['a date', 503, () => new Date(Date.now() + 3_000).toUTCString()],
  ])('that says in %s when to come again hears of nothing until then', async (_form, status, retryAfter) => {
    const user = await rich();
    const { behaviour, arrivedMs } = refusingOnce(status, retryAfter);
    const { partnerId } = await aListener(behaviour);
    await pay(user, partnerId);
    await until(() => arrivedMs.length > 0);
    await atOnce(2, () => pay(user, partnerId));
    await untilDelivered(partnerId, 3);
    expect((arrivedMs[1] as number) - (arrivedMs[0] as number)).toBeGreaterThanOrEqual(1_990);
    expect(arrivedMs).toHaveLength(4);
  });

  it('that wants to be left alone for years is asked again after a day', async () => {
    const { partnerId } = await aListener((_event, response) => {
      response.writeHead(503, { 'retry-after': '999999999' }).end();
    });
    await pay(await rich(), partnerId);
    await until(async () => (await eventsShown(partnerId)).some(({ attempts }) => attempts === 1));
    const [event] = await eventsShown(partnerId);
    expect(event).toMatchObject({ status: 'PENDING', lastStatus: 503 });
    const inMs = Date.parse(`${event?.nextAttemptAt?.replace(' ', 'T')}+09:00`) - Date.now();
    expect([inMs > DAY_MS - SLACK_MS, inMs <= DAY_MS]).toEqual([true, true]);
  });

  it('that answers 410 is asked no more, which its partner sees, and hears what waited once it is enabled', async () => {
    const user = await rich();
    const { receiver, partnerId, endpointId } = await aListener(() => 410);
    await atOnce(3, () => pay(user, partnerId));
    await until(async () => (await webhookShown(partnerId, endpointId)).disabled);
    expect(await webhookShown(partnerId, endpointId)).toMatchObject({ disabledReason: 'GONE' });
    const line = `endpoint ${endpointId} of partner ${partnerId} was disabled`;
    await until(() => readFileSync(stackPart('serviceLog'), 'utf8').includes(line));

    await sleep(700); // for so long the service may still go by what it knew of the endpoints
    await pay(user, partnerId);
    await until(async () => (await eventsShown(partnerId, 'pending')).length === 0);
    const events = await eventsShown(partnerId);
    expect(events.map(({ status, lastError }) => [status, lastError])).toEqual([
      ['UNDELIVERED', 'CREATED_WHILE_DISABLED'],
      ...Array.from({ length: 3 }, () => ['UNDELIVERED', 'ENDPOINT_DISABLED']),
    ]);
    expect(events.filter(({ lastStatus }) => lastStatus === 410)).toHaveLength(1);
    expect(receiver.events).toHaveLength(1);
    const again = await resend(partnerId, events[0]?.eventId ?? 0);
    expect([again.status, again.code]).toEqual([409, 'WebhookDisabled']);

    receiver.behaviour = () => 200;
    expect((await done(change(partnerId, endpointId, { disabled: false }))).detail).toMatchObject({ disabled: false });
    await until(async () => (await eventsShown(partnerId, 'delivered')).length === 3);
    await pay(user, partnerId);
    await until(async () => (await eventsShown(partnerId, 'delivered')).length === 4);
    expect(await eventsShown(partnerId, 'undelivered')).toMatchObject([{ lastError: 'CREATED_WHILE_DISABLED' }]);
  });

  it('says nothing of the next one: 410 of a URL that was left changes nothing', async () => {
    const next = await aReceiver();
    const { receiver, partnerId, endpointId } = await aListener((_event, response) => {
      void change(partnerId, endpointId, { url: next.url }).then(() => response.writeHead(410).end());
    });
    await pay(await rich(), partnerId);
    await untilDelivered(partnerId, 1);
    expect([receiver.events.length, next.events.length]).toEqual([1, 1]);
    expect(await webhookShown(partnerId, endpointId)).toMatchObject({ url: next.url, disabled: false });
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'what waits', () => {
  it('goes to a new URL at once, and the former one hears no more', async () => {
    const user = await rich();
    const { receiver, partnerId, endpointId } = await aListener(wantsRest);
    await pay(user, partnerId);
    await until(() => receiver.events.length === 1);
    await atOnce(2, () => pay(user, partnerId));
    const next = await aReceiver();
    expect((await done(change(partnerId, endpointId, { url: next.url }))).detail.url).toBe(next.url);
    await untilDelivered(partnerId, 3);
    expect([receiver.events.length, next.events.length]).toEqual([1, 3]);
    const ids = (await eventsShown(partnerId)).map(({ eventId }) => eventId);
    expect(new Set(next.events.map(({ body }) => body.eventId))).toEqual(new Set(ids));
  });

  it('is held back while its partner wants it so, and what happens meanwhile is not sent by itself', async () => {
    const user = await rich();
    const { receiver, partnerId, endpointId } = await aListener(wantsRest);
    await pay(user, partnerId);
    await until(() => receiver.events.length === 1);
    await done(change(partnerId, endpointId, { disabled: true }));
    await pay(user, partnerId);
    expect(await eventsShown(partnerId)).toMatchObject([
      { status: 'UNDELIVERED', attempts: 0, lastError: 'CREATED_WHILE_DISABLED' },
      { status: 'UNDELIVERED', lastError: 'ENDPOINT_DISABLED' },
    ]);
    const [meanwhile] = await eventsShown(partnerId);
    receiver.behaviour = () => 200;
    await done(change(partnerId, endpointId, { disabled: false }));
    await pay(user, partnerId);
    await until(async () => (await eventsShown(partnerId, 'delivered')).length === 2);
    expect(receiver.events).toHaveLength(3);
    expect(await eventsShown(partnerId, 'undelivered')).toEqual([meanwhile]);
    await done(resend(partnerId, meanwhile?.eventId ?? 0));
    await untilDelivered(partnerId, 3);
    expect(receiver.events.at(-1)?.body.eventId).toBe(meanwhile?.eventId);
  });
});
