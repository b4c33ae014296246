import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Received } from '../../support/api.js';
import { atOnce, aUser, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { moneyOf } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';

const PER_SECOND = 10;
const WINDOW_MS = 1_000;
const FLOOD = 15 * PER_SECOND;

/** A flood lasts as long as this machine needs for it, so more than one window may have let its share through. */
function expectLimited(answers: readonly Received<unknown>[], elapsedMs: number): void {
  const { '200 Success': passed = 0, '429 TooManyRequests': refused = 0 } = tally(answers);
  expect(passed + refused).toBe(FLOOD);
  expect(refused).toBeGreaterThan(0);
  expect(passed).toBeGreaterThanOrEqual(PER_SECOND);
  expect(passed).toBeLessThanOrEqual(PER_SECOND * (1 + Math.ceil(elapsedMs / WINDOW_MS)));
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'too many requests', () => {
  const limited = { AUTH: 'optional', RATE_LIMIT_PER_SECOND: String(PER_SECOND), TRUSTED_PROXIES: '127.0.0.1' };
  let services: ServiceProgram[];
  beforeAll(async () => {
    const alone = { ...limited, REDIS_URL: 'redis://127.0.0.1:9/0' };
    services = [await aService(limited), await aService(limited), await aService(alone)];
  });
  afterAll(() => Promise.all((services ?? []).map((service) => service.stop())));
  const service = (index: number) => services[index] as ServiceProgram;

  const look = (index: number, headers: Record<string, string>): Promise<Received<unknown>> =>
    service(index).api.send('GET', `/partners/${SANDBOX_PARTNER}`, undefined, { headers });

  it.each([
    ['over all instances', [0, 1]],
    ['by each instance while Redis is away', [2]],
  ])('of one key are refused, %s, and another key is not hindered', async (_name, indices) => {
    const [busy, calm] = [bearer(await aKey(SANDBOX_PARTNER)), bearer(await aKey(SANDBOX_PARTNER))];
    await look(indices[0] as number, busy);
    await sleep(WINDOW_MS);
    const startedAt = performance.now();
    const answers = await atOnce(FLOOD, (i) => look(indices[i % indices.length] as number, busy));
    expectLimited(answers, performance.now() - startedAt);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expectAnswer(answer, 'TooManyRequests');
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.detail).toBeUndefined();
    }
    expect((await look(indices[0] as number, calm)).status).toBe(200);
    await sleep(WINDOW_MS);
    expect((await look(indices[0] as number, busy)).status).toBe(200);
  });

  it('without a key are counted by address, whatever its ports', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const startedAt = performance.now();
    const answers = await atOnce(FLOOD, (i) => look(0, from(`198.51.100.7:${40_000 + i}`)));
    expectLimited(answers, performance.now() - startedAt);
    expect((await look(0, from('198.51.100.8'))).status).toBe(200);
  });

  it('never hinder the health checks', async () => {
    const answers = await atOnce(FLOOD, () => service(0).api.send('GET', '/health/live'));
    expect(tally(answers)).toEqual({ '200 Success': FLOOD });
  });

  it('move nothing and free nothing: a payment among them is made once, and its key stays bound', async () => {
    const user = await aUser({ charged: 100_000 });
    const headers = bearer(await aKey(SANDBOX_PARTNER));
    const body = paymentBody(user.userId, { totalPayAmount: 10_000 });
    const key = newKey();
    const pay = (changes: object = {}) =>
      service(0).api.send('POST', '/payments', { ...body, ...changes }, { key, headers });

    const flood = await atOnce(FLOOD, () => pay());
    const counts = tally(flood);
    expect(counts['201 Success']).toBe(1);
    expect(counts['429 TooManyRequests']).toBeGreaterThan(0);
    expect(Object.keys(counts).every((it) => /^(201 Success|409 \w+|429 \w+)$/.test(it))).toBe(true);
    await sleep(WINDOW_MS);
    expectAnswer(await pay(), 'PaymentComplete');
    expectAnswer(await pay({ totalPayAmount: 20_000 }), 'KeyReused');
    expect(await moneyOf(user)).toMatchObject({ main: 90_000 });
  });
});
