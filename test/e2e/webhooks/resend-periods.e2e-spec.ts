import { afterEach, expect, it } from '@jest/globals';
import { APP_WEBHOOKS } from '../../support/app-webhooks.js';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { sql } from '../../support/stores.js';
import {
  aListener,
  aReceiver,
  change,
  eventsShown,
  register,
  resendPeriod,
  stopReceivers,
  until,
  untilDelivered,
  type Webhook,
} from '../../support/webhook-partner.js';

const AGES_AGO = '2000-01-01 00:00:00';
/** What one call sends again. */
const RESENT_MAX = 10_000;

const pathOf = ({ partnerId, endpointId }: { partnerId: number; endpointId: number }) =>
  `/partners/${partnerId}/webhooks/${endpointId}`;

async function pay(partnerId: number, payments: number): Promise<void> {
  const user = await aUser({ given: payments * 1_000 });
  await atOnce(payments, () => done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 }), newKey())));
}

const idsOf = (events: readonly { eventId: number }[]) => events.map(({ eventId }) => eventId).sort((a, b) => a - b);

/** Says when an event happened, in Seoul. */
async function date(deliveryId: number, time: string): Promise<void> {
  const utc = new Date(`${time.replace(' ', 'T')}+09:00`).toISOString().slice(0, 23).replace('T', ' ');
  await sql('UPDATE webhook_events SET occurred_at = ? WHERE id = ?', [utc, deliveryId]);
}

/** Copies an endpoint's one event into those of other payments, which nobody has made, until there are `count`. */
async function multiply(endpointId: number, count: number): Promise<void> {
  const columns = 'endpoint_id, partner_id, sequence, type, payload, occurred_at, status, attempts, delivered_at';
  const times = 'next_attempt_at, created_at';
  for (let there = 1; there < count; there *= 2) {
    await sql(
      `INSERT INTO webhook_events (payment_id, ${columns}, ${times})
       SELECT payment_id + ?, ${columns}, ${times} FROM webhook_events WHERE endpoint_id = ? LIMIT ?`,
      [there === 1 ? 2_000_000_000 : 2 * there + 2_000_000_000, endpointId, count - there],
    );
  }
}

afterEach(stopReceivers);

describeWith(['databaseUrl', 'simulatorUrl'], 'the events of a period', () => {
  it('that were given up are sent again to the endpoint that is named, under the ids that they have', async () => {
    const one = await aListener(() => 500);
    const { partnerId } = one;
    const other = await aReceiver(() => 500);
    await done(register(partnerId, other.url));
    await pay(partnerId, 3);
    await until(async () => (await eventsShown(partnerId, 'undelivered')).length === 6);
    const heardBefore = other.events.length;
    const ids = idsOf(one.receiver.events.map(({ body }) => body)).filter((id, i, all) => id !== all[i - 1]);
    one.receiver.events.splice(0);
    one.receiver.behaviour = () => 200;
    const received = await resendPeriod(pathOf(one), { from: AGES_AGO, status: 'UNDELIVERED' });
    expect([received.status, received.detail]).toEqual([200, { resent: 3, nextCursor: null }]);
    await until(async () => (await eventsShown(partnerId, 'delivered')).length === 3);
    expect(idsOf(one.receiver.events.map(({ body }) => body))).toEqual(ids);
    expect(other.events).toHaveLength(heardBefore);
    const again = await resendPeriod(pathOf(one), { from: AGES_AGO, status: 'UNDELIVERED' });
    expect(again.detail).toEqual({ resent: 0, nextCursor: null });
  });

  it('in which it was disabled are sent when that is asked for', async () => {
    const one = await aListener();
    const { partnerId, endpointId, receiver } = one;
    const other = await aReceiver();
    await done(register(partnerId, other.url));
    await done(change(partnerId, endpointId, { disabled: true }));
    await pay(partnerId, 2);
    await until(() => other.events.length === 2);
    const refused = await resendPeriod(pathOf(one), { from: AGES_AGO });
    expect([refused.status, refused.code]).toEqual([409, 'WebhookDisabled']);
    await done(change(partnerId, endpointId, { disabled: false }));
    expect(receiver.events).toEqual([]);
    const { detail } = await done(resendPeriod(pathOf(one), { from: AGES_AGO, status: 'UNDELIVERED' }));
    expect(detail.resent).toBe(2);
    await untilDelivered(partnerId, 4);
    expect(idsOf(receiver.events.map(({ body }) => body))).toEqual(idsOf(other.events.map(({ body }) => body)));
  });

  it('are those from its beginning to before its end, of the status that is asked for', async () => {
    const one = await aListener();
    const { partnerId, receiver } = one;
    await pay(partnerId, 4);
    await untilDelivered(partnerId, 4);
    const times = ['2025-02-25 23:59:59', '2025-02-26 00:00:00', '2025-02-26 23:59:59', '2025-02-27 00:00:00'];
    const deliveries = await eventsShown(partnerId);
    for (const [index, { deliveryId }] of deliveries.entries()) await date(deliveryId, times[index] as string);
    receiver.events.splice(0);
    const period = { from: '2025-02-26 00:00:00', to: '2025-02-27 00:00:00' };
    const count = async (more: object) => (await done(resendPeriod(pathOf(one), { ...period, ...more }))).detail.resent;
    expect(await count({ status: 'UNDELIVERED' })).toBe(0);
    expect(await count({ status: 'DELIVERED' })).toBe(2);
    await untilDelivered(partnerId, 4);
    expect(idsOf(receiver.events.map(({ body }) => body))).toEqual(idsOf(deliveries.slice(1, 3)));
    expect(await count({})).toBe(2);
    await untilDelivered(partnerId, 4);
    expect(await count({ from: '2025-02-26 00:00:01' })).toBe(1);
  });

  it('are sent again once for a key, however often and however parallel it is asked', async () => {
    const one = await aListener();
    const { partnerId, receiver } = one;
    await pay(partnerId, 3);
    await untilDelivered(partnerId, 3);
    const key = newKey();
    const ask = (body: object) => resendPeriod(pathOf(one), body, key);
    const answers = await atOnce(6, () => ask({ from: AGES_AGO }));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 AlreadyComplete': 5 });
    for (const { detail } of answers) expect(detail).toEqual({ resent: 3, nextCursor: null });
    await until(() => receiver.events.length === 6);
    await untilDelivered(partnerId, 3);
    const again = await ask({ from: AGES_AGO });
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual({ resent: 3, nextCursor: null });
    expectAnswer(await ask({ from: AGES_AGO, status: 'DELIVERED' }), 'KeyReused');
    await untilDelivered(partnerId, 3);
    expect(receiver.events).toHaveLength(6);
  });

  it('are as many as one call sends, and the next call goes on; one that was interrupted is gone on with', async () => {
    const one = await aListener();
    const { partnerId, endpointId, receiver } = one;
    await pay(partnerId, 1);
    await untilDelivered(partnerId, 1);
    await multiply(endpointId, RESENT_MAX + 1_500);
    // Nothing is sent for now.
    await sql('UPDATE webhook_endpoints SET paused_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE id = ?', [
      endpointId,
    ]);
    const asDelivered = (columns: string) =>
      sql(`UPDATE webhook_events SET ${columns} WHERE endpoint_id = ?`, [endpointId]);
    const from = AGES_AGO;
    const key = newKey();
    const startedAt = performance.now();
    const first = (await done(resendPeriod(pathOf(one), { from }, key))).detail;
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(first).toEqual({ resent: RESENT_MAX, nextCursor: expect.any(String) });

    // As if its instance had died after the first batches.
    await asDelivered(`status = 'DELIVERED'`);
    await sql('UPDATE webhook_resends SET ended = NULL, resent = resent - 3000 WHERE endpoint_id = ?', [endpointId]);
    const again = await resendPeriod(pathOf(one), { from }, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail.resent).toBe(RESENT_MAX - 3_000 + 1_500);
    expect(again.detail.nextCursor).toBeNull();

    await asDelivered(`status = 'DELIVERED'`);
    const rest = await done(resendPeriod(pathOf(one), { from, cursor: first.nextCursor, status: 'DELIVERED' }));
    expect(rest.detail).toEqual({ resent: 1_500, nextCursor: null });
    expect(receiver.events).toHaveLength(1);
    await done(api.send('DELETE', pathOf(one)));
    await sql('DELETE FROM webhook_events WHERE endpoint_id = ?', [endpointId]);
  });

  it('are not of what is no period', async () => {
    const path = pathOf(await aListener());
    const from = '2025-02-26 00:00:00';
    const wrong: readonly [body: object, field: string][] = [
      [{}, 'from'],
      [{ from: '2025-02-26' }, 'from'],
      [{ from: '2025-02-30 00:00:00' }, 'from'],
      [{ from: '2025-02-26 24:00:00' }, 'from'],
      [{ from: '2025-02-26T00:00:00Z' }, 'from'],
      [{ from: 1_740_495_600_000 }, 'from'],
      [{ from: [from] }, 'from'],
      [{ from, to: from }, 'to'],
      [{ from, to: '2025-02-25 00:00:00' }, 'to'],
      [{ from, to: null }, 'to'],
      [{ from, status: 'PENDING' }, 'status'],
      [{ from, status: 'SKIPPED' }, 'status'],
      [{ from, status: "UNDELIVERED' OR '1'='1" }, 'status'],
      [{ from, cursor: 'MTIz' }, 'cursor'],
      [{ from, cursor: Buffer.from('1e3.1').toString('base64url') }, 'cursor'],
      [{ from, cursor: Buffer.from('1.99999999999999999').toString('base64url') }, 'cursor'],
      [{ from, endpointId: 1 }, 'endpointId'],
    ];
    for (const [body, field] of wrong) {
      const received = await resendPeriod(path, body);
      expectAnswer(received, 'InvalidRequest');
      expect([body, fieldsOf(received)]).toEqual([body, [field]]);
    }
  });

  it("of the wallet's own back end are sent again too", async () => {
    const receiver = await aReceiver();
    const body = { url: receiver.url, types: ['movement.completed'] };
    const { endpointId } = (await done(api.send<Webhook>('POST', APP_WEBHOOKS, body))).detail;
    const path = `${APP_WEBHOOKS}/${endpointId}`;
    try {
      const { userId } = await aUser({ charged: 1_000 });
      const heard = () => receiver.events.filter(({ body: { data } }) => data['userId'] === userId);
      await until(() => heard().length === 1);
      await until(async () => {
        const { detail } = await done(resendPeriod(path, { from: AGES_AGO, status: 'DELIVERED' }));
        return detail.resent >= 1;
      });
      await until(() => heard().length === 2);
      expect(new Set(idsOf(heard().map(({ body: it }) => it))).size).toBe(1);
    } finally {
      await done(api.send('DELETE', path));
    }
  });
});
