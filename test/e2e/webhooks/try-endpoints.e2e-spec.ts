import { afterEach, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { startOwnService } from '../../support/own-service.js';
import { sql } from '../../support/stores.js';
import {
  aListener,
  aPartner,
  aReceiver,
  attemptsShown,
  change,
  eventsShown,
  ping,
  register,
  stopReceivers,
  until,
  untilDelivered,
  type Webhook,
} from '../../support/webhook-partner.js';
import { isSignedWith, type ReceivedEvent, type WebhookReceiver } from '../../support/webhook-receiver.js';

/** What is kept of each endpoint. */
const KEPT = 1_000;
/** Nothing but pings comes here. */
const QUIET = ['webhook.disabled'];
const pathOf = (partnerId: number, endpointId: number) => `/partners/${partnerId}/webhooks/${endpointId}`;
const untilTried = (path: string, attempts: number) =>
  until(async () => (await attemptsShown(path)).length === attempts);

afterEach(stopReceivers);

const owners: readonly [name: string, owner: () => Promise<string>][] = [
  ['a partner', async () => `/partners/${await aPartner()}`],
  ["the wallet's own back end", () => Promise.resolve('/app')],
];

describeWith(['databaseUrl'], 'a ping', () => {
  async function anEndpoint(owner: string, receiver: WebhookReceiver) {
    const body = { url: receiver.url, types: QUIET };
    const { endpointId, secret } = (await done(api.send<Webhook>('POST', `${owner}/webhooks`, body))).detail;
    return { endpointId, secret, path: `${owner}/webhooks/${endpointId}` };
  }

  it.each(owners)('reaches the one endpoint of %s, signed, whatever types it wants', async (_name, ownerOf) => {
    const owner = await ownerOf();
    const [receiver, other] = [await aReceiver(), await aReceiver()];
    const one = await anEndpoint(owner, receiver);
    const second = await anEndpoint(owner, other);
    const received = await ping(one.path);
    expect([received.status, received.code]).toEqual([200, 'Success']);
    const { eventId } = received.detail;
    expect(received.detail).toEqual({ endpointId: one.endpointId, eventId, deliveryId: eventId });
    await until(() => receiver.events.length === 1);
    const [event] = receiver.events as [ReceivedEvent];
    const partner = owner === '/app' ? {} : { partnerId: Number(owner.split('/')[2]) };
    const occurredAt: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const data = { endpointId: one.endpointId };
    expect(event.body).toEqual({ eventId, type: 'webhook.ping', ...partner, occurredAt, data });
    expect(isSignedWith(one.secret, event)).toBe(true);

    await untilTried(one.path, 1);
    expect(await attemptsShown(one.path)).toEqual([
      {
        deliveryId: eventId,
        eventId,
        type: 'webhook.ping',
        attempt: 1,
        attemptedAt: occurredAt,
        status: 200,
        durationMs: expect.any(Number),
      },
    ]);
    expect([other.events, await attemptsShown(second.path)]).toEqual([[], []]);
    for (const { path } of [one, second]) await done(api.send('DELETE', path));
  });

  it.each(owners)('of %s is sent once for a key', async (_name, ownerOf) => {
    const owner = await ownerOf();
    const receiver = await aReceiver();
    const { path } = await anEndpoint(owner, receiver);
    const other = await anEndpoint(owner, receiver);
    const key = newKey();
    const answers = await atOnce(6, () => ping(path, key));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 AlreadyComplete': 5 });
    expect(new Set(answers.map(({ detail }) => detail.eventId)).size).toBe(1);
    const again = await ping(path, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual(answers[0]?.detail);
    expectAnswer(await ping(other.path, key), 'KeyReused');
    await untilTried(path, 1);
    await atOnce(5, () => ping(path));
    await untilTried(path, 6);
    expect(receiver.events).toHaveLength(6);
    for (const it of [path, other.path]) await done(api.send('DELETE', it));
  });

  it('is tried once, and does not stand in the way of the next one, nor in the list of events', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => 500);
    const path = pathOf(partnerId, endpointId);
    await ping(path);
    await untilTried(path, 1);
    receiver.behaviour = () => 204;
    await ping(path);
    await untilTried(path, 2);
    const attempts = await attemptsShown(path);
    expect(attempts.map(({ status, nextAttemptAt }) => [status, nextAttemptAt])).toEqual([
      [204, undefined],
      [500, undefined],
    ]);
    expect(await eventsShown(partnerId)).toEqual([]);
    expect(receiver.events).toHaveLength(2);
    const resent = await api.send('POST', `/partners/${partnerId}/webhook-events/${attempts[0]?.eventId}/resend`);
    expect(resent.code).toBe('WebhookEventNotFound');
  });

  it('of an endpoint that is disabled is refused', async () => {
    const { receiver, partnerId, endpointId } = await aListener();
    const path = pathOf(partnerId, endpointId);
    await done(change(partnerId, endpointId, { disabled: true }));
    const key = newKey();
    const refused = await ping(path, key);
    expect([refused.status, refused.code]).toEqual([409, 'WebhookDisabled']);
    await done(change(partnerId, endpointId, { disabled: false }));
    await done(ping(path, key));
    await until(() => receiver.events.length === 1);
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'the attempts of an endpoint', () => {
  const pay = async (partnerId: number) => {
    const user = await aUser({ given: 1_000 });
    await done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 }), newKey()));
  };

  it('are shown with what became of each, newest first', async () => {
    let failures = 1;
    const { partnerId, endpointId } = await aListener(() => (failures-- > 0 ? 503 : 201));
    const path = pathOf(partnerId, endpointId);
    await pay(partnerId);
    await untilDelivered(partnerId, 1);
    const [event] = await eventsShown(partnerId);
    const of = { eventId: event?.eventId, deliveryId: event?.deliveryId, type: 'payment.approved' };
    const [last, first] = await attemptsShown(path);
    expect(last).toMatchObject({ ...of, attempt: 2, status: 201 });
    expect(last).not.toHaveProperty('nextAttemptAt');
    expect(first).toMatchObject({ ...of, attempt: 1, status: 503, nextAttemptAt: expect.any(String) });
    expect((last?.durationMs ?? -1) >= 0 && (last?.attemptedAt ?? '') >= (first?.attemptedAt ?? '-')).toBe(true);
  });

  it('say why there was no answer', async () => {
    const { receiver, partnerId, endpointId } = await aListener(() => undefined);
    const path = pathOf(partnerId, endpointId);
    await ping(path);
    await untilTried(path, 1);
    await receiver.stop();
    await ping(path);
    await untilTried(path, 2);
    const [refused, hung] = await attemptsShown(path);
    expect([refused?.error, hung?.error]).toEqual(['ECONNREFUSED', 'TIMEOUT']);
    expect(refused).not.toHaveProperty('status');
    expect(hung?.durationMs).toBeGreaterThanOrEqual(900);
  });

  it('are those of this endpoint alone, a page at a time', async () => {
    const { receiver, partnerId, endpointId } = await aListener();
    const path = pathOf(partnerId, endpointId);
    const other = (await done(register(partnerId, receiver.url))).detail.endpointId;
    for (let i = 0; i < 5; i++) await ping(path);
    await ping(pathOf(partnerId, other));
    await untilTried(path, 5);
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `limit=2${cursor && `&cursor=${cursor}`}`;
      const { detail } = await done(
        api.send<{ items: { eventId: number }[]; nextCursor: string | null }>('GET', `${path}/deliveries?${query}`),
      );
      seen.push(...detail.items.map(({ eventId }) => eventId));
      cursor = detail.nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['cursor=x', 'cursor'],
      ['status=500', 'status'],
    ]) {
      const received = await api.send('GET', `${path}/deliveries?${query}`);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
  });

  it('are kept as far as they are among the last ones, and not too old', async () => {
    const [busy, quiet] = [await aListener(), await aListener()];
    for (const { partnerId, endpointId } of [busy, quiet]) {
      await ping(pathOf(partnerId, endpointId));
      await untilTried(pathOf(partnerId, endpointId), 1);
    }
    const columns = 'endpoint_id, delivery_id, event_id, type, attempt, status, duration_ms';
    const copies = `SELECT ${columns}, attempted_at - INTERVAL ? DAY FROM webhook_attempts WHERE endpoint_id = ?`;
    const insert = `INSERT INTO webhook_attempts (${columns}, attempted_at) ${copies}`;
    // Each time as many as there are: 1,024, and then 1,800.
    for (let i = 0; i < 10; i++) await sql(insert, [0, busy.endpointId]);
    await sql(`${insert} LIMIT 776`, [0, busy.endpointId]);
    await sql(insert, [31, quiet.endpointId]);
    await ping(pathOf(busy.partnerId, busy.endpointId));
    await untilTried(pathOf(quiet.partnerId, quiet.endpointId), 2);
    const count = async (endpointId: number) =>
      (await sql<{ id: number }>('SELECT id FROM webhook_attempts WHERE endpoint_id = ?', [endpointId])).length;
    await until(async () => (await count(busy.endpointId)) === 1_801);
    const [newest] = await attemptsShown(pathOf(busy.partnerId, busy.endpointId));
    const service = await startOwnService({ WEBHOOK_INTERVAL_MS: '50', WEBHOOK_RETENTION_DAYS: '30' });
    try {
      await until(async () => (await count(busy.endpointId)) === KEPT && (await count(quiet.endpointId)) === 1);
    } finally {
      await service.stop();
    }
    expect((await attemptsShown(pathOf(busy.partnerId, busy.endpointId)))[0]).toEqual(newest);
  });
});
