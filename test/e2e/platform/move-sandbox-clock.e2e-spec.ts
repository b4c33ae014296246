import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { DAILY_LIMIT, done, newAccountNumber, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { anUnstartedService } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import { anEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';
import { type OwnStack, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';
import mysql from 'mysql2/promise';

interface SandboxClock {
  readonly offsetSeconds: number;
  readonly now: string;
}

const DAY_SECONDS = 86_400;
const OFFSET_MAX = 5 * 365 * DAY_SECONDS;
const msOf = (shown: string) => Date.parse(`${shown.replace(' ', 'T')}+09:00`);
const dayAfter = (days: number) => new Date(Date.now() + 9 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], "the sandbox's clock", () => {
  let stack: OwnStack;
  const others: ServiceProgram[] = [];
  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.stop()));
    if ((await look(stack.api)).offsetSeconds !== 0) await set(0); // which takes a second
  });
  afterAll(() => stack?.stop());

  const set = (offsetSeconds: number, api = stack.api) =>
    done(api.send<SandboxClock>('PUT', '/sandbox/clock', { offsetSeconds }));
  const look = async (api: Api) => (await done(api.send<SandboxClock>('GET', '/sandbox/clock'))).detail;
  const anotherInstance = async () => {
    const other = await serviceProgram('Another instance', stack.service.launch.env as Record<string, string>);
    others.push(other);
    await other.program.start();
    return other.api;
  };
  /** What a new movement through this instance is dated. */
  const dayOfMovement = async (api: Api) => {
    const { userId } = await signUpAt({ api }, newAccountNumber());
    const { transactionId } = (await done(api.charge({ userId, amount: 1 }))).detail;
    return (await done(api.transaction(transactionId))).detail.occurredAt.slice(0, 10);
  };

  it('shows the offset, and what time it is by it', async () => {
    for (const offsetSeconds of [0, 3_600, -3_600, OFFSET_MAX, -OFFSET_MAX]) {
      const [before, received] = [Date.now(), await set(offsetSeconds)];
      expectSuccess(received, 200);
      const shownMs = msOf(received.detail.now) - offsetSeconds * 1000;
      expect(received.detail.offsetSeconds).toBe(offsetSeconds);
      expect([shownMs > before - 1_000, shownMs <= Date.now()]).toEqual([true, true]);
      expect((await look(stack.api)).offsetSeconds).toBe(offsetSeconds);
    }
  });

  it('is followed by all instances, also by those that start later', async () => {
    const second = await anotherInstance();
    await set(3 * DAY_SECONDS);
    expect(
      await eventually(
        () => dayOfMovement(second),
        (day) => day === dayAfter(3),
      ),
    ).toBe(dayAfter(3));
    const third = await anotherInstance();
    expect(await dayOfMovement(third)).toBe(dayAfter(3));
    await set(-2 * DAY_SECONDS, third);
    for (const api of [stack.api, second]) {
      expect(
        await eventually(
          () => dayOfMovement(api),
          (day) => day === dayAfter(-2),
        ),
      ).toBe(dayAfter(-2));
      expect((await look(api)).offsetSeconds).toBe(-2 * DAY_SECONDS);
    }
  });

  it('stays as it is over a restart', async () => {
    await set(5 * DAY_SECONDS);
    await stack.restartWith({});
    expect(await dayOfMovement(stack.api)).toBe(dayAfter(5));
    expect((await look(stack.api)).offsetSeconds).toBe(5 * DAY_SECONDS);
  });

  it('renews a day’s limit past midnight, and the bank’s order is of the same day', async () => {
    const user = await signUpAt(stack, newAccountNumber());
    const charge = (amount: number) => stack.api.charge({ userId: user.userId, amount });
    expectSuccess(await charge(DAILY_LIMIT), 200);
    expectAnswer(await charge(1), 'DailyLimitExceeded');
    await set(DAY_SECONDS);
    expect((await done(stack.api.user(user.userId))).detail.externalAccount.usedToday).toBe(0);
    expectSuccess(await charge(DAILY_LIMIT), 200);
    expectAnswer(await charge(1), 'DailyLimitExceeded');
    await set(0);
    expectAnswer(await charge(1), 'DailyLimitExceeded');
    const rows = await stack.sql<{ day: string; orderDay: string; status: string }>(
      `SELECT DATE_FORMAT(w.business_date, '%Y-%m-%d') AS day, w.status,
         DATE_FORMAT(STR_TO_DATE(LEFT(w.tran_dtime, 8), '%Y%m%d'), '%Y-%m-%d') AS orderDay
       FROM withdrawals w JOIN movements m ON m.id = w.movement_id WHERE m.user_id = ? ORDER BY m.id`,
      [user.userId],
    );
    expect(rows).toEqual([0, 1].map((days) => ({ day: dayAfter(days), orderDay: dayAfter(days), status: 'DONE' })));
  });

  it('that is set back opens no day that was closed', async () => {
    const { userId } = await signUpAt(stack, newAccountNumber());
    const { partnerId } = (await done(stack.api.send<{ partnerId: number }>('POST', '/partners', { name: '상점' })))
      .detail;
    const pay = (totalPayAmount: number) =>
      done(stack.api.pay(paymentBody(userId, { partnerId, totalPayAmount }), newKey()));
    const grossOf = async (date: string) => {
      const path = `/partners/${partnerId}/settlements?date=${date}`;
      return (await done(stack.api.send<{ gross: number }>('GET', path))).detail.gross;
    };
    await set(10 * DAY_SECONDS);
    await pay(1_000);
    await set(11 * DAY_SECONDS);
    expect(await grossOf(dayAfter(10))).toBe(1_000);
    await set(10 * DAY_SECONDS);
    const late = await pay(300);
    expect(late.detail.paymentDateTime.slice(0, 10)).toBe(dayAfter(10));
    await set(12 * DAY_SECONDS);
    expect([await grossOf(dayAfter(10)), await grossOf(dayAfter(11))]).toEqual([1_000, 300]);
  });

  it.each([
    [{}, ['offsetSeconds']],
    [{ offsetSeconds: '60' }, ['offsetSeconds']],
    [{ offsetSeconds: null }, ['offsetSeconds']],
    [{ offsetSeconds: 0.5 }, ['offsetSeconds']],
    [{ offsetSeconds: OFFSET_MAX + 1 }, ['offsetSeconds']],
    [{ offsetSeconds: -OFFSET_MAX - 1 }, ['offsetSeconds']],
    [{ offsetSeconds: 0, offsetMs: 1 }, ['offsetMs']],
  ])('is not moved by %j', async (body, fields) => {
    const received = await stack.api.send('PUT', '/sandbox/clock', body);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(fields);
    expect((await look(stack.api)).offsetSeconds).toBe(0);
  });

  it.each(['1e3', '60.0', '{"offsetSeconds": 60, "offsetSeconds": 0}', ''])('is not moved by %s', async (text) => {
    const body = text.startsWith('{') || text === '' ? text : `{"offsetSeconds": ${text}}`;
    expectAnswer(await stack.api.send('PUT', '/sandbox/clock', body), 'InvalidRequest');
    expect((await look(stack.api)).offsetSeconds).toBe(0);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'in production', () => {
  let database: OwnDatabase;
  let service: ServiceProgram;
  beforeAll(async () => {
    database = await anEmptyDatabase();
    service = await anUnstartedService({
      NODE_ENV: 'production',
      BANK_CLIENT_SECRET: 's3cret',
      DATA_KEYS: 'a'.repeat(64),
      DATABASE_DURABILITY: 'accept-loss',
      DATABASE_URL: database.url,
      CLOCK_OFFSET_FILE: '',
      AUTH: 'optional',
      AUDIT_INTERVAL_MS: '0',
    });
    await service.program.start();
  });
  afterAll(async () => {
    await service?.stop();
    await database?.drop();
  });

  it.each(
    ['GET', 'PUT', 'POST'].flatMap((method) => ['clock', 'bank'].map((what): [string, string] => [what, method])),
  )('there is no %s to %s, with a key or without', async (what, method) => {
    const json = { 'content-type': 'application/json' };
    for (const headers of [json, { ...json, authorization: 'Bearer sk_live_wrong' }]) {
      const unknown = await fetch(`${service.baseUrl}/nowhere`, { method, headers });
      const answer = await fetch(`${service.baseUrl}/sandbox/${what}`, {
        method,
        headers,
        ...(method !== 'GET' && { body: '{"offsetSeconds":60}' }),
      });
      expect([answer.status, await answer.json()]).toEqual([unknown.status, await unknown.json()]);
      expect(answer.status).toBe(404);
    }
  });

  it('the API’s document says nothing of it', async () => {
    const document = await (await fetch(`${service.baseUrl}/openapi.json`)).text();
    expect(document).toContain('/accounts/main/charge');
    expect(document).not.toContain('/sandbox/');
    expect(document).not.toContain('"sandbox"');
  });

  it('a browser is led to the API’s document where nobody has set the keys of a console', async () => {
    const answer = await fetch(service.baseUrl, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/docs']);
  });

  it('nobody goes by an offset that stands in the database', async () => {
    const connection = await mysql.createConnection({ uri: database.url });
    await connection.query(`UPDATE sandbox_clock SET offset_seconds = ${30 * DAY_SECONDS}`);
    await connection.end();
    await service.program.restart();
    const { createdAt } = (await done(service.api.send<{ createdAt: string }>('POST', '/partners', { name: '상점' })))
      .detail;
    expect(Math.abs(msOf(createdAt) - Date.now())).toBeLessThan(DAY_SECONDS * 1000);
  });
});
