import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from '../../support/api.js';
import { Balancer } from '../../support/balancer.js';
import { atOnce, aUser, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aService } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';

const POLL_MS = 100;
/** Several polls, also of a balancer that the machine keeps waiting. */
const DRAIN_MS = 1_500;
const PAYMENTS_PER_SECOND = 50;
const RESTARTS = 5;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'two instances behind a balancer', () => {
  let instances: ServiceProgram[];
  let balancer: Balancer;
  let users: TestUser[];
  beforeAll(async () => {
    instances = await Promise.all([1, 2].map(() => aService({ DRAIN_MS: String(DRAIN_MS) })));
    balancer = await Balancer.start(
      instances.map(({ baseUrl }) => baseUrl),
      POLL_MS,
    );
    users = await atOnce(10, () => aUser({ given: 1_000_000 }));
  });
  afterAll(async () => {
    await balancer.stop();
    for (const instance of instances) await instance.stop();
  });

  it('one is stopped and started again and again, and no client notices', async () => {
    const through = new Api(balancer.url);
    const answers: Promise<{ status: number; code: string }>[] = [];
    const paying = setInterval(() => {
      const { userId } = users[answers.length % users.length] as TestUser;
      const paid = through.pay(paymentBody(userId, { totalPayAmount: 1 }), newKey());
      answers.push(paid.catch((error: Error) => ({ status: 0, code: error.message })));
    }, 1000 / PAYMENTS_PER_SECOND);
    const [first] = instances as [ServiceProgram];
    const ends: unknown[] = [];
    try {
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        await sleep(500);
        process.kill(first.program.pid as number, 'SIGTERM');
        ends.push(await first.program.exited);
        await first.program.start();
        await eventually(
          () => Promise.resolve(balancer.isReady(first.baseUrl)),
          (isReady) => isReady,
        );
      }
    } finally {
      clearInterval(paying);
    }
    expect(tally(await Promise.all(answers))).toEqual({ '201 Success': answers.length });
    expect(ends).toEqual(Array.from({ length: RESTARTS }, () => ({ code: 0, signal: null })));
  });
});
