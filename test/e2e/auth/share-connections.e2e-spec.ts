import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Received } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';

const LISTS_AT_ONCE = 64;
const PAYMENTS = 120;
const PAYMENTS_AT_ONCE = 8;
/** What a busy machine may add to a payment by itself. */
const SPARE_MS = 1_500;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a partner that reads without end', () => {
  let service: ServiceProgram;
  let greedyId: number;
  let greedy: Record<string, string>;
  let payerIds: number[];
  let partnerId: number;
  let paying: Record<string, string>;

  beforeAll(async () => {
    await aKey('operator');
    service = await aService({ AUTH: 'required', DATABASE_POOL_SIZE: '4' });
    const aPartner = async () =>
      (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' }))).detail.partnerId;
    [greedyId, partnerId] = [await aPartner(), await aPartner()];
    [greedy, paying] = [bearer(await aKey(greedyId)), bearer(await aKey(partnerId))];
    payerIds = (await atOnce(4, () => aUser({ charged: 100_000 }))).map(({ userId }) => userId);
  });
  afterAll(() => service?.stop());

  /** Payments of another partner: their answers, and how long the slowest of a hundred took. */
  async function pay(): Promise<{ answers: Received<unknown>[]; p99Ms: number }> {
    const took: number[] = [];
    const answers: Received<unknown>[] = [];
    await atOnce(PAYMENTS_AT_ONCE, async (client) => {
      for (let i = 0; i < PAYMENTS / PAYMENTS_AT_ONCE; i++) {
        const body = paymentBody(payerIds[client % payerIds.length] as number, { partnerId, totalPayAmount: 1 });
        const startedAt = performance.now();
        answers.push(await service.api.send('POST', '/payments', body, { key: newKey(), headers: paying }));
        took.push(performance.now() - startedAt);
      }
    });
    took.sort((a, b) => a - b);
    return { answers, p99Ms: took[Math.floor(took.length * 0.99)] as number };
  }

  it("holds up no other partner's payment", async () => {
    await pay(); // the first ones are slower
    const calm = await pay();
    const paths = [
      `/payments?partnerId=${greedyId}&from=2025-01-01&to=2025-01-31`,
      `/partners/${greedyId}/settlements?date=2025-02-26`,
      `/partners/${greedyId}/settlements?from=2025-01-01&to=2025-01-31`,
      `/partners/${greedyId}/settlements/2025-02-26/lines`,
      `/partners/${greedyId}/webhook-events`,
    ];
    const lists: Received<unknown>[] = [];
    let isOver = false;
    const hammering = atOnce(LISTS_AT_ONCE, async (i) => {
      while (!isOver) {
        const answer = await service.api.send('GET', paths[i % paths.length] as string, undefined, { headers: greedy });
        lists.push(answer);
        if (answer.status === 429) await sleep(50);
      }
    });
    await sleep(200);
    const busy = await pay().finally(() => (isOver = true));
    await hammering;
    expect(tally(calm.answers)).toEqual({ '201 Success': PAYMENTS });
    expect(tally(busy.answers)).toEqual({ '201 Success': PAYMENTS });
    expect(busy.p99Ms).toBeLessThan(10 * calm.p99Ms + SPARE_MS);
    expect(Object.keys(tally(lists)).sort()).toEqual(['200 Success', '429 TooManyRequests']);
  });
});
