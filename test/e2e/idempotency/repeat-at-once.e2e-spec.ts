import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Api, type ApprovedPayment, type Received } from '../../support/api.js';
import { aUser, aUserAtTheLimit, give, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { Load, payment } from '../../support/load.js';
import { moneyOf } from '../../support/money.js';
import { type OwnService, PATIENCE, startOwnService } from '../../support/own-service.js';

/** Longer than the service waits for Redis, and shorter than a lease there lasts. */
const PAUSE_MS = 500;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the key of a payment that was answered 201', () => {
  let service: OwnService;
  let redis: Redis;
  let load: Load;
  beforeAll(async () => {
    redis = new Redis(stackPart('redisUrl'));
    service = await startOwnService({ ...PATIENCE, REDIS_TIMEOUT_MS: '100' });
    load = new Load(service.baseUrl);
  });
  afterAll(async () => {
    redis.disconnect();
    await load.close();
    await service.stop();
  });

  async function paid(through: Api, userId: number) {
    const [body, key] = [paymentBody(userId, { totalPayAmount: 10 }), newKey()];
    const first = await through.pay(body, key);
    expectSuccess(first, 201);
    return { first, repeat: (by: Api) => by.pay(body, key) };
  }

  function expectSame(again: Received<ApprovedPayment>, first: Received<ApprovedPayment>): void {
    expectAnswer(again, 'PaymentComplete');
    expect([again.detail, again.location]).toEqual([first.detail, first.location]);
  }

  /** Sent by a client that loses no time. */
  async function expectCompleteAtOnce(through: Load, userId: number): Promise<void> {
    const request = payment(userId);
    const first = await through.send(request);
    const again = await through.send(request);
    expect([first.status, again.status, again.code]).toEqual([201, 409, 'AlreadyComplete']);
    expect([again.detail, again.location]).toEqual([first.detail, first.location]);
  }

  it('is complete for whoever asks next, also of the very first payment after a start', async () => {
    const { userId } = await aUser({ given: 1_000 });
    await expectCompleteAtOnce(load, userId);
    for (let start = 0; start < 3; start++) {
      const fresh = await startOwnService();
      const first = new Load(fresh.baseUrl);
      try {
        await redis.script('FLUSH'); // other instances have made them known
        await expectCompleteAtOnce(first, userId);
      } finally {
        await first.close();
        await fresh.stop();
      }
    }
  });

  it('is complete at once through another instance, time after time', async () => {
    const { userId } = await aUser({ given: 10_000 });
    for (let time = 0; time < 150; time++) {
      const ways = time % 2 ? [service.api, api] : [api, service.api];
      const { first, repeat } = await paid(ways[0] as Api, userId);
      expectSame(await repeat(ways[1] as Api), first);
    }
    expect((await moneyOf({ userId })).main).toBe(8_500);
  });

  it('is complete right after Redis forgot its scripts', async () => {
    const { userId } = await aUser({ given: 1_000 });
    for (let time = 0; time < 50; time++) {
      await redis.script('FLUSH');
      await expectCompleteAtOnce(load, userId);
    }
  });

  it('is complete right after Redis forgot everything, before and after the payment', async () => {
    const { userId } = await aUser({ given: 1_000 });
    for (let time = 0; time < 20; time++) {
      await redis.flushall();
      const { first, repeat } = await paid(service.api, userId);
      await redis.flushall();
      expectSame(await repeat(time % 2 ? service.api : api), first);
    }
  });

  it('is complete while Redis is slow, and when it has caught up with what nobody waited for', async () => {
    const { userId } = await aUser({ given: 1_000 });
    for (let time = 0; time < 5; time++) {
      await redis.client('PAUSE', PAUSE_MS, 'ALL');
      const { first, repeat } = await paid(service.api, userId);
      expectSame(await repeat(service.api), first);
      await sleep(2 * PAUSE_MS);
      expectSame(await repeat(service.api), first);
      expectSame(await repeat(api), first);
    }
  });

  it('is complete when Redis became slow between the claim and the answer', async () => {
    const { userId } = await aUser({ given: 1_000, bankAccount: '9007' });
    const [body, key] = [paymentBody(userId, { totalPayAmount: 2_000 }), newKey()];
    const paying = service.api.pay(body, key); // its bank is slow
    await sleep(100);
    await redis.client('PAUSE', PAUSE_MS, 'ALL');
    const first = await paying;
    expectSuccess(first, 201);
    for (const through of [service.api, api]) expectSame(await through.pay(body, key), first);
    await sleep(2 * PAUSE_MS);
    for (const through of [service.api, api]) expectSame(await through.pay(body, key), first);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the key of a payment that was refused', () => {
  let service: OwnService;
  let redis: Redis;
  beforeAll(async () => {
    redis = new Redis(stackPart('redisUrl'));
    service = await startOwnService({ REDIS_TIMEOUT_MS: '100' });
  });
  afterAll(async () => {
    redis.disconnect();
    await service.stop();
  });

  it.each([
    ['at once', 0],
    ['when Redis has caught up with what nobody waited for', 2 * PAUSE_MS],
  ])('while Redis was slow is free %s, through any instance', async (_when, waitMs) => {
    const user = await aUserAtTheLimit(1_000);
    for (const through of [service.api, api]) {
      const [body, key] = [paymentBody(user.userId, { totalPayAmount: 5_000 }), newKey()];
      await redis.client('PAUSE', PAUSE_MS, 'ALL');
      expectAnswer(await service.api.pay(body, key), 'DailyLimitExceeded');
      await give(user, 5_000);
      await sleep(waitMs);
      expectSuccess(await through.pay(body, key), 201);
    }
    expect((await moneyOf(user)).main).toBe(1_000);
  });
});
