import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { setClockFile } from '../../support/clock-file.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { BASE_URL, describeKeyless, describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { startOwnService } from '../../support/own-service.js';
import {
  aPartner,
  cancel,
  DAY_MS,
  dayOf,
  linesAddress,
  midnightIn,
  pay,
  settledDays,
  type Settlement,
  settlement,
} from '../../support/settlements.js';
import { sql } from '../../support/stores.js';

/** Its bank says for 8 s that it is still working, and then that it is done: longer than a caller waits. */
const SLOW_BANK = '9016';

describeKeyless('a settlement', () => {
  let partnerId: number;
  let today: string;
  beforeAll(async () => {
    partnerId = await aPartner();
    today = dayOf(Date.now());
    const user = await aUser({ charged: 100_000 });
    const [first] = await atOnce(5, () => pay(user, partnerId, 10_000));
    await cancel(first as number, 3_000);
    await cancel(first as number, 7_000);
  });

  it('of a day is what was approved less what was cancelled', async () => {
    expect(await settlement(partnerId, today)).toEqual({
      date: today,
      partnerId,
      count: 5,
      gross: 50_000,
      cancelCount: 2,
      cancels: 10_000,
      net: 40_000,
    });
  });

  it('is to be had as CSV', async () => {
    const response = await fetch(`${BASE_URL}/partners/${partnerId}/settlements?date=${today}`, {
      headers: { accept: 'text/csv' },
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toBe(
      `date,partnerId,count,gross,cancelCount,cancels,net\r\n${today},${partnerId},5,50000,2,10000,40000\r\n`,
    );
  });

  it('of a day without payments is nothing', async () => {
    const nothing = { count: 0, gross: 0, cancelCount: 0, cancels: 0, net: 0 };
    expect(await settlement(partnerId, '2020-01-01')).toEqual({ date: '2020-01-01', partnerId, ...nothing });
  });

  it.each(['', '?date=2025-02-29', '?date=20250228', '?date=2025-02-28T00:00:00'])(
    'of no day (%s) is refused',
    async (query) => {
      const received = await api.send('GET', `/partners/${partnerId}/settlements${query}`);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['date']);
    },
  );

  it('of no partner is refused', async () => {
    expectAnswer(await api.send('GET', '/partners/999999999/settlements?date=2025-02-28'), 'InvalidMerchant');
  });
});

describeWith(['clockOffsetFile', 'databaseUrl', 'simulatorUrl'], 'around midnight in Seoul', () => {
  const setClock = (ms: number) => setClockFile(stackPart('clockOffsetFile'), ms - Date.now());
  /** Each test has a midnight of its own, far from those of other files: a day that was closed stays closed. */
  let daysAhead = 30;
  let midnight: number;
  beforeEach(() => {
    daysAhead += 3;
    midnight = midnightIn(daysAhead);
  });
  afterEach(() => setClockFile(stackPart('clockOffsetFile'), 0));

  it('a payment belongs to the day on which it was approved, a cancel to its own', async () => {
    const [eve, day] = [dayOf(midnight - 1), dayOf(midnight)];
    const partnerId = await aPartner();
    setClock(midnight - 60_000);
    const user = await aUser({ charged: 100_000 });
    const paymentId = await pay(user, partnerId, 10_000);
    const late = await aUser({ bankAccount: SLOW_BANK });
    const slow = await api.pay(paymentBody(late.userId, { partnerId, totalPayAmount: 20_000 }), newKey());
    expectAnswer(slow, 'Processing');

    setClock(midnight + 60_000);
    await cancel(paymentId, 4_000);
    const ended = await eventually(
      () => api.payment(slow.detail.paymentId),
      ({ detail }) => detail.status !== 'PENDING',
    );
    expect(ended.detail.status).toBe('APPROVED');

    expect(await settlement(partnerId, eve)).toMatchObject({ count: 1, gross: 10_000, cancels: 0, net: 10_000 });
    expect(await settlement(partnerId, day)).toMatchObject({ count: 1, gross: 20_000, cancels: 4_000, net: 16_000 });
    for (const date of [eve, day])
      expect((await settlement(partnerId, date)).net).toBe(await ledgerOf(partnerId, date));
    const listed = await api.send<{ items: { paymentId: number }[] }>(
      'GET',
      `/payments?partnerId=${partnerId}&from=${day}`,
    );
    expect(listed.detail.items.map((it) => it.paymentId)).toEqual([slow.detail.paymentId]);
  });

  it('what was said of a day that is over is said for ever: what is committed later belongs to the next day', async () => {
    const [eve, day] = [dayOf(midnight - 1), dayOf(midnight)];
    const database = new URL(stackPart('databaseUrl'));
    const proxy = await DatabaseProxy.start(Number(database.port));
    database.port = String(proxy.port);
    const patience = { DATABASE_DEADLINE_MS: '50000', ANSWER_WITHIN_MS: '50000' };
    const service = await startOwnService(patience, database.href);
    try {
      const partnerId = await aPartner();
      setClock(midnight - 60_000);
      const user = await aUser({ charged: 100_000 });
      const canceled = await pay(user, partnerId, 5_000);
      const told: Settlement[] = [];
      const late = [
        () => service.api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 10_000 }), newKey()),
        () =>
          service.api.send(
            'POST',
            `/payments/${canceled}/cancel`,
            { cancelAmount: 2_000, cancelReason: '변심' },
            { key: newKey() },
          ),
      ];
      for (const [place, send] of late.entries()) {
        setClock(midnight - 60_000);
        proxy.watch = (statement) => (/^(SET @|INSERT|UPDATE).*; COMMIT$/s.test(statement) ? 'holdBefore' : null);
        const sent = send();
        await eventually(
          () => Promise.resolve(proxy.heldCount),
          (count) => count === 1,
        );
        proxy.watch = () => null;
        setClock(midnight + 60_000);
        told.push(await settlement(partnerId, eve));
        proxy.release();
        expect((await sent).code).toBe('Success');
        expect({ place, settlement: await settlement(partnerId, eve) }).toEqual({ place, settlement: told[0] });
      }
      expect(told[0]).toMatchObject({ count: 1, gross: 5_000, cancelCount: 0, net: 5_000 });
      expect(await settlement(partnerId, day)).toMatchObject({ count: 1, gross: 10_000, cancels: 2_000, net: 8_000 });
    } finally {
      proxy.release();
      await service.stop();
      await proxy.stop();
    }
  });

  it('a day is not told before what may still be committed on it was', async () => {
    const eve = dayOf(midnight - 1);
    const partnerId = await aPartner();
    const address = `/partners/${partnerId}/settlements?date=${eve}`;
    setClock(midnight + 1);
    const posting = await mysql.createConnection({ uri: stackPart('databaseUrl') });
    try {
      await posting.beginTransaction();
      await posting.query('SELECT day FROM business_days WHERE day = ? LOCK IN SHARE MODE', [eve]);
      expectAnswer(await api.send('GET', address), 'TemporarilyUnavailable');
      expectAnswer(await api.send('GET', linesAddress(partnerId, eve)), 'TemporarilyUnavailable');
      const isClosed = async (from: string) =>
        (await settledDays(partnerId, { from, to: eve })).items.map((item) => item.isClosed);
      expect(await isClosed(dayOf(midnight - 2 * DAY_MS))).toEqual([true, false]);
      await posting.commit();
      expect(await isClosed(eve)).toEqual([true]);
      expect((await done(api.send<Settlement>('GET', address))).detail.count).toBe(0);
    } finally {
      await posting.end();
    }
  });

  /** The day's entries of the partner's account, whatever they are of. */
  async function ledgerOf(partnerId: number, date: string): Promise<number> {
    const from = Date.parse(`${date}T00:00:00+09:00`);
    const [row] = await sql<{ sum: string }>(
      `SELECT SUM(e.amount) AS sum FROM entries e JOIN accounts a ON a.id = e.account_id
       WHERE a.kind = 'PARTNER_PAYABLE' AND a.owner_id = ? AND e.posted_at >= ? AND e.posted_at < ?`,
      [partnerId, new Date(from), new Date(from + DAY_MS)],
    );
    return Number(row?.sum);
  }
});
