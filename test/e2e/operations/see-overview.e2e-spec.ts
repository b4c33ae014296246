import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Api } from '../../support/api.js';
import { atOnce, done, newAccountNumber, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { forget, overviewOf, untilOverview } from '../../support/overview.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';

const NOBODY = 999_999_999_999;
const BACKLOG_MAX = 1_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the overview', () => {
  let stack: OwnStack;
  let second: ServiceProgram;
  let redisUrl: string;
  beforeAll(async () => {
    stack = await startOwnStack({ ANSWER_WITHIN_MS: '1000', RECOVERY_FIRST_DELAY_MS: '0', GIT_COMMIT: '3f2a9c1' });
    redisUrl = String(stack.service.launch.env?.['REDIS_URL']);
    await forget(redisUrl);
    second = await serviceProgram('A second instance', stack.service.launch.env as Record<string, string>);
    await second.program.start();
  });
  afterAll(async () => {
    await second?.stop();
    await stack?.stop();
  });

  const aPayer = async (charged = 0, ending?: string) => {
    const user = await signUpAt(stack, newAccountNumber(ending));
    if (charged > 0) await done(stack.api.charge({ userId: user.userId, amount: charged }));
    return user;
  };
  const pay = (api: Api, userId: number, changes: object = {}, key = newKey()) =>
    api.pay(paymentBody(userId, { totalPayAmount: 100, ...changes }), key);

  it('has exactly what payments were answered, through whichever instance', async () => {
    const { userId } = await aPayer(10_000);
    const [poor, unsure] = [await aPayer(0, '9001'), await aPayer(0, '9016')];
    const apis = [stack.api, second.api];
    for (const answer of await atOnce(25, (index) => pay(apis[index % 2] as Api, userId))) expectSuccess(answer, 201);
    for (const api of apis) {
      expectAnswer(await pay(api, NOBODY), 'InvalidUserId');
      expectAnswer(await pay(api, poor.userId), 'NotEnoughAccountBalance');
    }
    expectAnswer(await pay(second.api, unsure.userId), 'Processing');
    const [key, body] = [newKey(), paymentBody(userId, { totalPayAmount: 100 })];
    expectSuccess(await stack.api.pay(body, key), 201);
    for (const api of apis) expectAnswer(await api.pay(body, key), 'PaymentComplete');

    const wanted = { approved: 26, refused: 4, pending: 1, failed: 0 };
    for (const api of apis) {
      const { payments, topUps } = await untilOverview(
        api,
        ({ payments: counted, topUps: asked }) =>
          counted?.approved === 26 && counted.refused === 4 && counted.pending === 1 && asked?.done === 2,
      );
      expect(payments).toMatchObject(wanted);
      const sum = (name: keyof typeof wanted) => payments?.perMinute.reduce((all, minute) => all + minute[name], 0);
      expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, sum(name as 'approved')]))).toEqual(wanted);
      // The charge, and what came of the payment that was unknown; it was counted as that, too.
      expect(topUps).toEqual({ done: 2, refused: 2, unknown: 1 });
    }
  });

  it('has sixty minutes without gaps, the last one being that of now', async () => {
    const { at, payments } = await overviewOf(stack.api);
    const minutes = (payments?.perMinute ?? []).map((minute) => Date.parse(`${minute.at.replace(' ', 'T')}Z`) / 60_000);
    expect(minutes).toHaveLength(60);
    for (const [index, minute] of minutes.entries()) expect(minute).toBe((minutes[0] as number) + index);
    expect(payments?.perMinute.at(-1)?.at).toBe(`${at.slice(0, 17)}00`);
  });

  it('knows both instances, and what they are', async () => {
    const { instances } = await untilOverview(stack.api, (it) => it.instances?.length === 2);
    expect(new Set(instances?.map(({ id }) => id)).size).toBe(2);
    for (const instance of instances ?? []) {
      expect(instance).toMatchObject({ version: '0.1.0', commit: '3f2a9c1', openCircuits: [] });
      expect(instance.heardSecondsAgo).toBeLessThanOrEqual(15);
    }
    expect(JSON.stringify(instances)).not.toContain('127.0.0.1');
  });

  it('is the same again a moment after Redis was flushed', async () => {
    const before = await overviewOf(stack.api);
    await forget(redisUrl);
    const after = await untilOverview(second.api, (it) => it.instances?.length === 2);
    expect([after.payments?.approved, after.topUps]).toEqual([before.payments?.approved, before.topUps]);
  });

  it('tells of the banks that an instance leaves alone', async () => {
    const users: OwnUser[] = [];
    while (users.length < 12) users.push(await aPayer()); // one by one: answers are due within a second here
    await stack.bank.setRules([
      { fault: 'http500', on: 'withdraw' },
      { fault: 'http500', on: 'inquiry' },
    ]);
    await Promise.all(users.map(({ userId }) => stack.api.charge({ userId, amount: 1_000 }, newKey())));
    const { openCircuits, instances } = await untilOverview(second.api, (it) => it.openCircuits?.length === 1);
    expect(openCircuits).toEqual([{ bankCode: '081', bankName: '하나은행', instanceIds: [expect.any(String)] }]);
    const [id] = openCircuits?.[0]?.instanceIds ?? [];
    expect(instances?.filter((it) => it.openCircuits.includes('081')).map((it) => it.id)).toEqual([id]);
    expect((await overviewOf(stack.api)).orders?.withdrawals.count).toBeGreaterThan(0);
    await stack.bank.setRules([]);
    await untilOverview(second.api, (it) => it.orders?.withdrawals.count === 0);
  });

  it('counts what waits up to a thousand, and no further', async () => {
    const quiet = await overviewOf(stack.api);
    expect(quiet.webhooks?.undelivered).toEqual({ count: 0, isMore: false, oldestSeconds: null });
    const given = (count: number, age: number) =>
      stack.sql(
        `INSERT INTO webhook_events (endpoint_id, partner_id, payment_id, sequence, type, payload, occurred_at, status,
           next_attempt_at, created_at)
         WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
         SELECT 1, 1, 1, n + ?, 'payment.approved', '{}', UTC_TIMESTAMP(3), 'UNDELIVERED', UTC_TIMESTAMP(3),
           UTC_TIMESTAMP(3) - INTERVAL ? SECOND FROM numbers`,
        [count, age, age],
      );
    await given(BACKLOG_MAX - 10, 100_000);
    const some = (await overviewOf(stack.api)).webhooks?.undelivered;
    expect(some).toMatchObject({ count: BACKLOG_MAX - 10, isMore: false });
    expect(Math.abs((some?.oldestSeconds ?? 0) - 100_000)).toBeLessThan(60);
    await given(11, 500_000);
    expect((await overviewOf(stack.api)).webhooks?.undelivered).toMatchObject({ count: BACKLOG_MAX, isMore: true });
    await stack.sql("DELETE FROM webhook_events WHERE status = 'UNDELIVERED' AND endpoint_id = 1");
  });

  it('tells of the last audit, and of none before there was one', async () => {
    expect((await overviewOf(stack.api)).audit).toEqual({ last: null, progress: null });
    await stack.restartWith({ AUDIT_INTERVAL_MS: '200' });
    const { audit } = await untilOverview(second.api, (it) => it.audit?.last !== null);
    expect(audit?.last).toMatchObject({ violations: 0, checks: [], bankUnanswered: 0 });
    expect(audit?.last?.secondsAgo).toBeLessThan(60);
    await stack.restartWith({ AUDIT_INTERVAL_MS: '0' });
  });

  it('forgets an instance that was stopped at once, and one that was killed after a while; what they did counts', async () => {
    const before = await untilOverview(stack.api, (it) => it.instances?.length === 2);
    const ids = before.instances?.map(({ id }) => id);
    await second.program.restart();
    const restarted = await overviewOf(stack.api);
    expect(restarted.instances?.filter(({ id }) => ids?.includes(id))).toHaveLength(1);
    const { instances = [] } = await untilOverview(stack.api, (it) => it.instances?.length === 2);
    process.kill(second.program.pid as number, 'SIGKILL');
    const alone = await untilOverview(stack.api, (it) => it.instances?.length === 1);
    expect(instances?.map(({ id }) => id)).toContain(alone.instances?.[0]?.id);
    expect(alone.payments?.approved).toBe(before.payments?.approved);
  });
});
