import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { api, type Api } from '../../support/api.js';
import { atOnce, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import {
  aParty,
  DEPOSIT,
  eventually,
  expectNothingMoved,
  MONEY_ROUTES,
  moneyOf,
  PAYMENT,
  sendTo,
  TRANSFER,
} from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const NOBODY = 999_999_999_999;

async function flushRedis(): Promise<void> {
  const redis = new Redis(stackPart('redisUrl'));
  await redis.flushall();
  redis.disconnect();
}

describeWith(['redisUrl'], 'a Redis that has forgotten the scripts', () => {
  it('is told them again, and remembers as before', async () => {
    const party = await aParty({ charged: 100_000 });
    const redis = new Redis(stackPart('redisUrl'));
    try {
      await redis.script('FLUSH');
      const key = newKey();
      expectSuccess(await sendTo(PAYMENT, PAYMENT.body(party, 10_000), key), PAYMENT.success);
      const remembered = await eventually(
        async () => {
          const [name] = await redis.keys(`idempotency:{*:${key}}`);
          return name === undefined ? null : redis.get(name);
        },
        (value) => value !== null && value.startsWith('c'),
        5_000,
      );
      expect(remembered).toContain('paymentId');
    } finally {
      redis.disconnect();
    }
  });
});

describeWith(['redisUrl'], 'after Redis was flushed', () => {
  it.each(MONEY_ROUTES)('$name is still 409 with the same result, and moves nothing', async (route) => {
    const party = await aParty({ charged: 100_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    expectSuccess(await sendTo(route, body, key), route.success);
    const remembered = await sendTo(route, body, key);
    await expectNothingMoved([party, party.friend], async () => {
      await flushRedis();
      const again = await sendTo(route, body, key);
      expectAnswer(again, route.complete);
      expect([again.detail, again.location]).toEqual([remembered.detail, remembered.location]);
    });
  });

  it.each(MONEY_ROUTES)('the key of $name is still bound to its payload', async (route) => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey();
    expectSuccess(await sendTo(route, route.body(party, 10_000), key), route.success);
    await expectNothingMoved([party, party.friend], async () => {
      await flushRedis();
      expectAnswer(await sendTo(route, route.body(party, 20_000), key), 'KeyReused');
    });
  });

  it.each([
    [PAYMENT, { userId: NOBODY }, 'InvalidUserId'],
    [TRANSFER, { toUserId: NOBODY }, 'InvalidUserId'],
    [DEPOSIT, { accountId: NOBODY }, 'AccountNotFound'],
  ] as const)(
    'the key of $name is still bound to its payload when the other one names $1',
    async (route, unknown, refusal) => {
      const party = await aParty({ charged: 100_000 });
      const [body, key, freeKey] = [route.body(party, 10_000), newKey(), newKey()];
      expectSuccess(await sendTo(route, body, key), route.success);
      await expectNothingMoved([party, party.friend], async () => {
        await flushRedis();
        expectAnswer(await sendTo(route, { ...body, ...unknown }, key), 'KeyReused');
        expectAnswer(await sendTo(route, { ...route.body(party, 10_000), ...unknown }, freeKey), refusal);
      });
      expectSuccess(await sendTo(route, route.body(party, 10_000), freeKey), route.success);
    },
  );

  it('a movement that waits for the bank is still 409, whatever its kind', async () => {
    const waiting = await Promise.all(
      MONEY_ROUTES.map(async (route) => {
        const party = await aParty({ bankAccount: '9016', given: 3_000 });
        const [body, key] = [route.body(party, 10_000), newKey()];
        const first = await sendTo(route, body, key);
        expectAnswer(first, 'Processing');
        return { route, body, key, location: first.location as string };
      }),
    );
    await flushRedis();
    for (const { route, body, key } of waiting) {
      expectAnswer(await sendTo(route, body, key), route.onGoing);
      if (route === PAYMENT) expectAnswer(await sendTo(route, body, newKey()), route.onGoing);
    }
    for (const { location } of waiting) {
      await eventually(
        () => api.send<{ status: string }>('GET', location),
        ({ detail }) => detail.status !== 'PENDING',
      );
    }
    await flushRedis();
    for (const { route, body, key } of waiting) expectAnswer(await sendTo(route, body, key), route.complete);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'while Redis is away', () => {
  let service: OwnService;
  beforeAll(async () => {
    service = await startOwnService({ REDIS_TIMEOUT_MS: '100' });
  });
  afterAll(() => service.stop());

  const pay = (through: Api, body: object, key: string) => through.pay(body, key);
  const readiness = async () =>
    (await service.api.send<{ status: string; redis: string }>('GET', '/health/ready')).detail;

  describe.each([
    ['stopped', () => service.redis.close()],
    ['silent', () => Promise.resolve(service.redis.hang())],
  ])('(%s)', (_how, lose) => {
    beforeAll(lose);
    afterAll(() => service.redis.open());

    it('readiness is degraded, and says why', async () => {
      expect(await eventually(readiness, ({ status }) => status === 'degraded')).toMatchObject({ redis: 'down' });
    });

    it('a payment is approved, and made once', async () => {
      const party = await aParty({ given: 100_000 });
      const [body, key] = [paymentBody(party.userId), newKey()];
      const first = await pay(service.api, body, key);
      expectSuccess(first, 201);
      for (const through of [service.api, api]) {
        const again = await pay(through, body, key);
        expectAnswer(again, 'PaymentComplete');
        expect([again.detail, again.location]).toEqual([first.detail, first.location]);
        expectAnswer(await pay(through, paymentBody(party.userId), key), 'KeyReused');
      }
      expect((await moneyOf(party)).main).toBe(77_000);
    });

    it('of 40 requests at once with one key, half of them through another instance, one is approved', async () => {
      const party = await aParty({ given: 1_000_000 });
      const [body, key] = [paymentBody(party.userId), newKey()];
      const answers = await atOnce(40, (index) => pay(index % 2 ? api : service.api, body, key));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(39);
      expect((await moneyOf(party)).main).toBe(977_000);
    });
  });

  it('it comes back without a restart', async () => {
    const { pid } = service;
    const before = pid();
    await service.redis.close();
    await eventually(readiness, ({ status }) => status === 'degraded');
    await service.redis.open();
    expect(await eventually(readiness, ({ status }) => status === 'ready')).toMatchObject({ redis: 'up' });
    const { userId } = await aParty();
    expectSuccess(await service.api.pay(paymentBody(userId), newKey()), 201);
    expect(pid()).toBe(before);
  });
});
