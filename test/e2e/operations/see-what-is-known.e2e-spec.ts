import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startRedisCluster } from '../../../scripts/stack/redis-groups.mjs';
import { aUser, newKey, paymentBody } from '../../support/builders.js';
import { expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { overviewOf, untilOverview } from '../../support/overview.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { describeOnRedis, startServiceOn } from '../../support/service-on-redis.js';

/** A second, and what a busy machine adds. */
const FAST_MS = 3_000;

const OF_REDIS = ['payments', 'topUps', 'openCircuits', 'instances'] as const;
const OF_DATABASE = ['webhooks', 'orders', 'audit'] as const;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the overview of a service that lacks something', () => {
  let service: OwnService;
  beforeAll(async () => {
    service = await startOwnService();
    await untilOverview(service.api, ({ instances }) => (instances?.length ?? 0) > 0);
  });
  afterAll(() => service?.stop());

  const quickly = async () => {
    const askedAt = performance.now();
    const overview = await overviewOf(service.api);
    expect(performance.now() - askedAt).toBeLessThan(FAST_MS);
    const unknown = [...OF_REDIS, ...OF_DATABASE].filter((part) => overview[part] === null);
    return { overview, unknown };
  };

  it.each([
    ['is away', () => service.redis.close()],
    ['hangs', () => Promise.resolve(service.redis.hang())],
  ])('says at once what is unknown while Redis %s, and payments go on', async (_how, cut) => {
    const { userId } = await aUser({ given: 1_000 });
    await cut();
    expect((await quickly()).unknown).toEqual(OF_REDIS);
    expectSuccess(await service.api.pay(paymentBody(userId, { totalPayAmount: 10 }), newKey()), 201);
    await service.redis.open();
    // What was counted meanwhile was kept.
    const { payments } = await untilOverview(service.api, (it) => (it.payments?.approved ?? 0) > 0);
    expect(payments?.approved).toBeGreaterThan(0);
  });

  it.each([
    ['is away', () => service.database.close()],
    ['hangs', () => Promise.resolve(service.database.hang())],
  ])('says soon what is unknown while the database %s', async (_how, cut) => {
    await cut();
    try {
      expect((await quickly()).unknown).toEqual(OF_DATABASE);
    } finally {
      await service.database.open();
    }
    await untilOverview(service.api, ({ audit }) => audit !== null);
  });
});

describeOnRedis('the overview beside a cluster of Redis', () => {
  it('is whole: all that instances say of themselves lies in one slot', async () => {
    const on = await startServiceOn(startRedisCluster);
    try {
      const { userId } = await aUser({ given: 1_000 });
      await untilOverview(on.service.api, ({ instances }) => instances?.length === 1);
      expectSuccess(await on.service.api.pay(paymentBody(userId, { totalPayAmount: 10 }), newKey()), 201);
      await untilOverview(on.service.api, ({ payments }) => payments?.approved === 1);
    } finally {
      await on.stop();
    }
  }, 120_000);
});
