import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { api } from '../../support/api.js';
import { aUser, newKey, paymentBody } from '../../support/builders.js';
import { expectSuccess } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';

const readiness = async () => (await api.send<{ status: string; redis: string }>('GET', '/health/ready')).detail;

describeWith(['serviceLog', 'redisUrl'], 'a Redis that has become a replica', () => {
  let redis: Redis;
  beforeEach(() => void (redis = new Redis(stackPart('redisUrl'))));
  afterEach(async () => {
    await redis.config('SET', 'replica-read-only', 'yes');
    await redis.replicaof('NO', 'ONE');
    redis.disconnect();
  });

  it.each([
    ['refuses writes', 'yes'],
    ['takes writes, and loses them', 'no'],
  ])('is down when it %s, and payments go on', async (_what, isReadOnly) => {
    const { userId } = await aUser({ given: 1_000 });
    await eventually(readiness, (state) => state.redis === 'up' && state.status === 'ready');
    await redis.config('SET', 'replica-read-only', isReadOnly);
    await redis.replicaof('127.0.0.1', '1'); // nobody is there: it keeps what it knows
    expect(await readiness()).toMatchObject({ status: 'degraded', redis: 'down' });
    expectSuccess(await api.pay(paymentBody(userId, { totalPayAmount: 1_000 }), newKey()), 201);
    await redis.replicaof('NO', 'ONE');
    // Once it has connected again, in case the new master was another server.
    await eventually(readiness, (state) => state.redis === 'up' && state.status === 'ready');
  });
});
