import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { api } from '../../support/api.js';
import { atOnce, done } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventsOf, WebhookInstance } from '../../support/webhook-instance.js';
import {
  aListener,
  aPartner,
  aReceiver,
  eventsShown,
  register,
  resend,
  rotate,
  stopReceivers,
  until,
  untilDelivered,
} from '../../support/webhook-partner.js';
import { type Behaviour, isSignedWith, type ReceivedEvent } from '../../support/webhook-receiver.js';

let instances: WebhookInstance[] = [];

/** One of the instances, as a client would reach it. */
const anInstance = (index = 0): WebhookInstance => instances[index % instances.length] as WebhookInstance;

describeWith(['databaseUrl'], 'an event', () => {
  beforeAll(async () => {
    instances = await atOnce(2, () => WebhookInstance.start(stackPart('databaseUrl')));
  });
  afterEach(stopReceivers);
  afterAll(async () => {
    for (const instance of instances) await instance.stop();
  });

  it('arrives once, signed, and says what happened', async () => {
    const { receiver, partnerId, endpointId, secret } = await aListener();
    const [event] = eventsOf(partnerId);
    await anInstance().write(event ? [event] : []);
    await untilDelivered(partnerId, 1);
    expect(receiver.events).toHaveLength(1);
    const [received] = receiver.events;
    if (!received || !event) throw new Error('no event');
    expect(received.body).toEqual({
      eventId: expect.any(Number),
      type: 'payment.approved',
      partnerId,
      paymentId: event.subjectId,
      sequence: 1,
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      data: event.data,
    });
    expect(received.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(isSignedWith(secret, received)).toBe(true);
    expect(isSignedWith(`${secret}x`, received)).toBe(false);
    const [shown] = await eventsShown(partnerId);
    expect(shown).toMatchObject({ endpointId, status: 'DELIVERED', attempts: 1, lastStatus: 200 });
  });

  it('is not written when its transaction is rolled back', async () => {
    const { receiver, partnerId } = await aListener();
    const rollBack = () => {
      throw new Error('rolled back');
    };
    await expect(anInstance().write(eventsOf(partnerId), rollBack)).rejects.toThrow('rolled back');
    await sleep(300);
    expect([receiver.events, await eventsShown(partnerId)]).toEqual([[], []]);
  });

  it('has one id at every endpoint, and each of its deliveries one of its own', async () => {
    const one = await aListener();
    const { partnerId } = one;
    const second = await aReceiver();
    const { endpointId } = (await done(register(partnerId, second.url))).detail;
    const events = Array.from({ length: 5 }, () => eventsOf(partnerId, 2)).flat();
    await anInstance().write(events);
    await untilDelivered(partnerId, 2 * events.length);

    const placeOf = ({ paymentId, sequence }: { paymentId: number; sequence: number }) => `${paymentId} ${sequence}`;
    const heard = (events: readonly ReceivedEvent[]) =>
      new Map(events.map(({ body }) => [placeOf(body), body.eventId] as const));
    expect(heard(one.receiver.events)).toEqual(heard(second.events));
    expect(new Set(heard(second.events).values()).size).toBe(events.length);

    const shown = await eventsShown(partnerId);
    expect(new Set(shown.map(({ deliveryId }) => deliveryId)).size).toBe(2 * events.length);
    for (const delivery of shown) expect(delivery.eventId).toBe(heard(second.events).get(placeOf(delivery)));
    const headers = second.events.map((event) => [event.headers['pay-event-id'], event.headers['pay-delivery-id']]);
    const there = shown.filter((delivery) => delivery.endpointId === endpointId);
    expect(headers.sort()).toEqual(there.map((it) => [String(it.eventId), String(it.deliveryId)]).sort());
  });

  it('is sent again to every endpoint, or to the one that is named', async () => {
    const one = await aListener();
    const { partnerId } = one;
    const second = await aReceiver();
    const { endpointId } = (await done(register(partnerId, second.url))).detail;
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 2);
    const eventId = second.events[0]?.body.eventId as number;

    const all = await done(resend(partnerId, eventId));
    expect(all.detail.items.map((it) => [it.eventId, it.endpointId])).toEqual([
      [eventId, one.endpointId],
      [eventId, endpointId],
    ]);
    await untilDelivered(partnerId, 2);
    const named = await done(resend(partnerId, eventId, endpointId));
    expect(named.detail.items.map((it) => it.endpointId)).toEqual([endpointId]);
    await untilDelivered(partnerId, 2);
    expect([one.receiver.events.length, second.events.length]).toEqual([2, 3]);

    expect((await resend(partnerId, eventId, one.endpointId + 1_000_000)).code).toBe('WebhookNotFound');
    expect((await resend(partnerId, eventId + 1)).code).toBe('WebhookEventNotFound');
    expect((await resend(await aPartner(), eventId)).code).toBe('WebhookEventNotFound');
  });

  it('keeps its one id when so many are written at once that one statement would be too long', async () => {
    const one = await aListener();
    const { partnerId } = one;
    const others = await atOnce(2, () => aReceiver());
    for (const { url } of others) await done(register(partnerId, url));
    const events = Array.from({ length: 7 }, () => eventsOf(partnerId)).flat();
    await anInstance().write(events.map((event) => ({ ...event, data: { text: 'x'.repeat(150_000) } })));
    await untilDelivered(partnerId, 3 * events.length);
    const ids = Map.groupBy(await eventsShown(partnerId), ({ paymentId }) => paymentId);
    expect([...ids.values()].map((of) => new Set(of.map(({ eventId }) => eventId)).size)).toEqual(events.map(() => 1));
  });

  it('goes to every endpoint of its own partner only', async () => {
    const [one, other] = [await aListener(), await aListener()];
    const second = await aReceiver();
    await done(register(one.partnerId, second.url));
    await anInstance().write([...eventsOf(one.partnerId), ...eventsOf(await aPartner())]);
    await untilDelivered(one.partnerId, 2);
    const counts = [one.receiver, second, other.receiver].map(({ events }) => events.length);
    expect(counts).toEqual([1, 1, 0]);
  });

  it('waits for a receiver that is down, and the events of a payment stay in order', async () => {
    const { receiver, partnerId, secret } = await aListener();
    await receiver.stop();
    for (let i = 0; i < 5; i++) await anInstance(i).write(eventsOf(partnerId, 4));
    await until(async () => (await eventsShown(partnerId)).some(({ lastError }) => lastError === 'ECONNREFUSED'));
    expect(await eventsShown(partnerId, 'delivered')).toEqual([]);
    await receiver.listen();
    await untilDelivered(partnerId, 20);
    expect([...receiver.sequences().values()]).toEqual(Array.from({ length: 5 }, () => [1, 2, 3, 4]));
    expect(receiver.events.every((event) => isSignedWith(secret, event))).toBe(true);
  });

  it('is sent again after an error, before the later ones of its payment', async () => {
    let failures = 2;
    const { receiver, partnerId } = await aListener(() => (failures-- > 0 ? 500 : 204));
    await anInstance().write(eventsOf(partnerId, 2));
    await untilDelivered(partnerId, 2);
    expect([...receiver.sequences().values()]).toEqual([[1, 1, 1, 2]]);
    const [later, first] = await eventsShown(partnerId);
    expect([first, later]).toMatchObject([
      { attempts: 3, lastStatus: 204 },
      { attempts: 1, lastStatus: 204 },
    ]);
  });

  it('does not follow a redirect; given up, it is listed, and sent again by hand', async () => {
    const elsewhere = await aReceiver();
    const { receiver, partnerId } = await aListener((_event, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    await anInstance().write(eventsOf(partnerId, 2));
    await until(async () => (await eventsShown(partnerId, 'undelivered')).length === 2);
    const [later, first] = await eventsShown(partnerId, 'undelivered');
    expect([first, later]).toMatchObject([
      { sequence: 1, attempts: 4, lastStatus: 307 },
      { sequence: 2, attempts: 4, lastStatus: 307 },
    ]);
    expect([...receiver.sequences().values()]).toEqual([[1, 1, 1, 1, 2, 2, 2, 2]]);
    expect(elsewhere.events).toEqual([]);

    receiver.behaviour = () => 200;
    const again = await resend(partnerId, first?.eventId ?? 0);
    expect([again.status, again.detail]).toMatchObject([200, { items: [{ status: 'PENDING', attempts: 0 }] }]);
    await until(async () => (await eventsShown(partnerId, 'delivered')).length === 1);
    expect(receiver.events.at(-1)?.body).toMatchObject({ eventId: first?.eventId, sequence: 1 });
    expect(await eventsShown(partnerId, 'undelivered')).toHaveLength(1);
  });

  it('that was delivered is sent again by hand too', async () => {
    const { receiver, partnerId } = await aListener();
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 1);
    const [event] = await eventsShown(partnerId);
    await resend(partnerId, event?.eventId ?? 0);
    await until(() => receiver.events.length === 2);
    expect(new Set(receiver.events.map(({ text }) => text)).size).toBe(1);
  });

  it('does not wait for the endpoints of others that hang, drip or refuse', async () => {
    const hang: Behaviour = () => undefined;
    const drip: Behaviour = (_event, response) => {
      const timer = setInterval(() => response.write('.'), 100);
      response.writeHead(200).on('close', () => clearInterval(timer));
    };
    const troubled = [await aListener(hang), await aListener(hang), await aListener(drip), await aListener(() => 503)];
    const well = await aListener();
    const backlog = troubled.flatMap(({ partnerId }) => Array.from({ length: 100 }, () => eventsOf(partnerId)).flat());
    await anInstance().write(backlog);
    await sleep(500);
    for (let i = 0; i < 20; i++)
      await anInstance(i).write(Array.from({ length: 10 }, () => eventsOf(well.partnerId)).flat());
    await until(() => well.receiver.events.length >= 200, 50_000);
    expect(well.receiver.events).toHaveLength(200);
    // What hangs is hardly touched: nobody has waited for the minutes that it takes.
    for (const { partnerId } of troubled.slice(0, 2)) {
      expect((await eventsShown(partnerId, 'pending')).length).toBeGreaterThan(50);
    }
  });

  it('arrives although its answer is endless, or ends in the middle', async () => {
    const answers: Behaviour[] = [
      (_event, response) => void response.writeHead(200, { 'content-length': 10 ** 9 }).write('x'.repeat(100_000)),
      (_event, response) =>
        void response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy()),
      (_event, response) => void response.writeHead(200).end('x'.repeat(200_000)),
    ];
    const { receiver, partnerId } = await aListener();
    receiver.behaviour = (event, response) => answers[receiver.events.length - 1]?.(event, response);
    await anInstance().write(eventsOf(partnerId, 3));
    await untilDelivered(partnerId, 3);
    expect([...receiver.sequences().values()]).toEqual([[1, 2, 3]]);
  });

  it('arrives once, however many instances work on a crowd of them', async () => {
    const { receiver, partnerId, secret } = await aListener((event, response) => {
      setTimeout(() => response.end(), event.body.paymentId % 5);
    });
    await atOnce(30, (index) => anInstance(index).write(eventsOf(partnerId, 10)));
    await until(() => receiver.events.length >= 300);
    await untilDelivered(partnerId, 300);
    const inOrder = Array.from({ length: 10 }, (_, index) => index + 1);
    expect([...receiver.sequences().values()]).toEqual(Array.from({ length: 30 }, () => inOrder));
    expect(receiver.events.every((event) => isSignedWith(secret, event))).toBe(true);
  });

  it('that an instance took and died with is delivered by another', async () => {
    const { receiver, partnerId } = await aListener();
    await anInstance().writeAndDie(eventsOf(partnerId), partnerId, 1_500);
    await sleep(500);
    expect(receiver.events).toEqual([]);
    await untilDelivered(partnerId, 1);
    expect(receiver.events).toHaveLength(1);
  });

  it('is signed with both secrets after a rotation', async () => {
    const { receiver, partnerId, endpointId, secret } = await aListener();
    const rotated = await done(rotate(partnerId, endpointId));
    expect(rotated.detail.previousSecretValidSeconds).toBe(86_400);
    expect(rotated.detail.secret).not.toBe(secret);
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 1);
    const [event] = receiver.events;
    if (!event) throw new Error('no event');
    expect([secret, rotated.detail.secret].map((one) => isSignedWith(one, event))).toEqual([true, true]);

    await anInstance().endOverlap(endpointId);
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 2);
    const last = receiver.events.at(-1) ?? event;
    expect([secret, rotated.detail.secret].map((one) => isSignedWith(one, last))).toEqual([false, true]);
  });

  it('is signed with each secret until its own end, however often it was rotated', async () => {
    const { receiver, partnerId, endpointId, secret } = await aListener();
    const secrets = [secret];
    for (let i = 0; i < 4; i++) secrets.push((await done(rotate(partnerId, endpointId))).detail.secret);
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 1);
    const [event] = receiver.events as [ReceivedEvent];
    expect(secrets.map((one) => isSignedWith(one, event))).toEqual([true, true, true, true, true]);

    const beyond = await rotate(partnerId, endpointId);
    expect([beyond.status, beyond.code]).toEqual([422, 'TooManyWebhookSecrets']);
    expect(beyond.detail).toEqual({ secretsMax: 5, nextEndsAt: expect.stringMatching(/^\d{4}-\d\d-\d\d /) });
    await anInstance().endOverlap(endpointId);
    const { secret: newest } = (await done(rotate(partnerId, endpointId))).detail;
    await anInstance().write(eventsOf(partnerId));
    await untilDelivered(partnerId, 2);
    const last = receiver.events.at(-1) as ReceivedEvent;
    const valid = [...secrets, newest].map((one) => isSignedWith(one, last));
    expect(valid).toEqual([false, false, false, false, true, true]);
  });

  it('is not sent unsigned when the secret can not be opened, and is again after a rotation', async () => {
    const { receiver, partnerId, endpointId } = await aListener();
    await anInstance().spoilSecret(endpointId);
    await anInstance().write(eventsOf(partnerId));
    await until(async () => (await eventsShown(partnerId)).some(({ lastError }) => lastError === 'SECRET_UNREADABLE'));
    expect(receiver.events).toEqual([]);
    const { secret } = (await done(rotate(partnerId, endpointId))).detail;
    await untilDelivered(partnerId, 1);
    expect(receiver.events.every((event) => isSignedWith(secret, event))).toBe(true);
  });

  it('is given up when its endpoint is deleted, and none is written for it any more', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 500);
    await anInstance().write(eventsOf(partnerId, 3));
    await until(() => receiver.events.length > 0);
    await done(api.send('DELETE', `/partners/${partnerId}/webhooks/${endpointId}`));
    await anInstance().write(eventsOf(partnerId));
    await until(async () => (await eventsShown(partnerId, 'pending')).length === 0);
    const events = await eventsShown(partnerId);
    expect(events.map(({ status }) => status)).toEqual(['UNDELIVERED', 'UNDELIVERED', 'UNDELIVERED']);
    const answer = await resend(partnerId, events[0]?.eventId ?? 0);
    expect([answer.status, answer.code]).toEqual([404, 'WebhookNotFound']);
  });
});
