import { afterEach, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import { startOwnService } from '../../support/own-service.js';
import { sql } from '../../support/stores.js';
import {
  aListener,
  change,
  type EventShown,
  eventsShown,
  ping,
  resend,
  stopReceivers,
  until,
  untilDelivered,
} from '../../support/webhook-partner.js';

const RETENTION_DAYS = 30;
/** More than two batches. */
const MANY = 1_200;

const idsOf = (events: readonly EventShown[]) => events.map(({ eventId }) => eventId);
const idsIn = async (where: string, values: unknown[]) =>
  (await sql<{ id: number }>(`SELECT id FROM webhook_events WHERE ${where} ORDER BY id DESC`, values)).map(
    ({ id }) => id,
  );

/** Makes events so many days older than they are. */
async function age(eventIds: readonly number[], days: number): Promise<void> {
  const columns = ['occurred_at', 'created_at', 'delivered_at', 'next_attempt_at'];
  const changes = columns.map((column) => `${column} = ${column} - INTERVAL ${days} DAY`).join(', ');
  await sql(`UPDATE webhook_events SET ${changes} WHERE id IN (?)`, [eventIds]);
}

/** Copies a delivered event into `MANY` of other payments, which nobody has made. */
async function multiply(eventId: number): Promise<void> {
  const [digits, columns] = ['SELECT 0 AS n', 'endpoint_id, partner_id, sequence, type, payload, occurred_at, status'];
  const ten = `(${[digits, ...Array.from({ length: 9 }, (_, n) => `SELECT ${n + 1}`)].join(' UNION ALL ')})`;
  await sql(
    `INSERT INTO webhook_events (payment_id, ${columns}, next_attempt_at, created_at, delivered_at)
     SELECT 1000000000 + d.n * 1000 + c.n * 100 + b.n * 10 + a.n, ${columns}, next_attempt_at, created_at, delivered_at
     FROM webhook_events JOIN ${ten} a JOIN ${ten} b JOIN ${ten} c JOIN (SELECT 0 AS n UNION ALL SELECT 1) d
     WHERE id = ? AND d.n * 1000 + c.n * 100 + b.n * 10 + a.n < ?`,
    [eventId, MANY],
  );
}

async function withPurge(work: () => Promise<void>): Promise<void> {
  const variables = { WEBHOOK_INTERVAL_MS: '50', WEBHOOK_RETENTION_DAYS: String(RETENTION_DAYS) };
  const service = await startOwnService(variables);
  try {
    await work();
  } finally {
    await service.stop();
  }
}

async function pay(partnerId: number, payments: number): Promise<void> {
  const user = await aUser({ given: payments * 1_000 });
  await atOnce(payments, () => done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1_000 }), newKey())));
}

afterEach(stopReceivers);

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'an event', () => {
  it('that was delivered long ago is deleted, and one that was not as long ago is kept', async () => {
    const { partnerId } = await aListener();
    await pay(partnerId, 4);
    await untilDelivered(partnerId, 4);
    const [newest, younger, ...old] = idsOf(await eventsShown(partnerId)) as [number, number, number, number];
    await age(old, RETENTION_DAYS + 1);
    await age([younger], RETENTION_DAYS - 1);
    await withPurge(async () => {
      await until(async () => (await idsIn('id IN (?)', [old])).length === 0);
    });
    expect(idsOf(await eventsShown(partnerId))).toEqual([newest, younger]);
    expect(idsOf(await eventsShown(partnerId, 'delivered'))).toEqual([newest, younger]);
    expect(await resend(partnerId, old[0])).toMatchObject({ status: 404, code: 'WebhookEventNotFound' });
    await done(resend(partnerId, younger));
    await untilDelivered(partnerId, 2);
  });

  it('that was never delivered is kept, however old', async () => {
    const { partnerId: dead, receiver } = await aListener(() => 500);
    const { partnerId: other } = await aListener();
    await pay(dead, 2);
    await pay(other, 1);
    await until(async () => (await eventsShown(dead)).every(({ status }) => status === 'UNDELIVERED'));
    await untilDelivered(other, 1);
    const [waiting, ...givenUp] = idsOf(await eventsShown(dead)) as [number, number];
    const delivered = idsOf(await eventsShown(other));
    await age([waiting, ...givenUp, ...delivered], 10 * RETENTION_DAYS);
    const future = `UPDATE webhook_events SET status = 'PENDING', next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL 1 DAY`;
    await sql(`${future} WHERE id = ?`, [waiting]);
    const heard = receiver.events.length;
    await withPurge(async () => {
      await until(async () => (await idsIn('id IN (?)', [delivered])).length === 0);
    });
    expect((await eventsShown(dead)).map(({ eventId, status }) => [eventId, status])).toEqual([
      [waiting, 'PENDING'],
      ...givenUp.map((eventId) => [eventId, 'UNDELIVERED']),
    ]);
    expect(receiver.events).toHaveLength(heard);
  });

  it('that happened while its endpoint was disabled, or is a ping that came to nothing, is deleted too', async () => {
    const { partnerId, endpointId } = await aListener(() => 500);
    await done(ping(`/partners/${partnerId}/webhooks/${endpointId}`));
    await until(async () => (await idsIn(`endpoint_id = ? AND status = 'UNDELIVERED'`, [endpointId])).length === 1);
    await done(change(partnerId, endpointId, { disabled: true }));
    await pay(partnerId, 2);
    const [young, ...old] = await idsIn('endpoint_id = ?', [endpointId]);
    expect(old).toHaveLength(2);
    await age(old, RETENTION_DAYS + 1);
    await withPurge(async () => {
      await until(async () => (await idsIn('endpoint_id = ?', [endpointId])).length === 1);
    });
    expect(idsOf(await eventsShown(partnerId, 'undelivered'))).toEqual([young]);
  });

  it('is delivered as ever while many old ones of its endpoint are deleted', async () => {
    const { partnerId, receiver } = await aListener();
    await pay(partnerId, 1);
    await untilDelivered(partnerId, 1);
    const [first] = idsOf(await eventsShown(partnerId)) as [number];
    await age([first], RETENTION_DAYS + 1);
    await multiply(first);
    await withPurge(async () => {
      await pay(partnerId, 20);
      await until(async () => (await idsIn('partner_id = ?', [partnerId])).length <= 20);
      await untilDelivered(partnerId, 20);
    });
    expect(new Set(receiver.events.map(({ body }) => body['eventId'])).size).toBe(21);
  });
});
