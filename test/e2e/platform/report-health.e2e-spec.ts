import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectSuccess } from '../../support/contract.js';

describe('health', () => {
  it('says that the service is alive', async () => {
    expectSuccess(await api.send('GET', '/health/live'), 200);
  });

  it('says that the service is ready, and that both stores are there', async () => {
    const received = await api.send('GET', '/health/ready');
    expectSuccess(received, 200);
    expect(received.detail).toMatchObject({ database: 'up', redis: 'up' });
  });
});

describe('the metrics', () => {
  const valueOf = async (series: string) => {
    const line = (await api.text('/metrics')).text.split('\n').find((it) => it.startsWith(`${series} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  it('count payments by outcome and the won that came from banks', async () => {
    const before = [await valueOf('payments_total{outcome="approved"}'), await valueOf('top_up_won_total')];
    const { userId } = await aUser();
    await done(api.pay(paymentBody(userId), newKey()));
    const after = [await valueOf('payments_total{outcome="approved"}'), await valueOf('top_up_won_total')];
    expect([after[0]! - before[0]!, after[1]! - before[1]!]).toEqual([1, 23_000]);
  });

  it.each([
    'http_request_duration_seconds',
    'payments_total',
    'top_ups_total',
    'database_retries_total',
    'database_pool_connections',
    'unresolved_withdrawals',
  ])('have %s', async (name) => {
    const { status, type, text } = await api.text('/metrics');
    expect([status, type]).toEqual([200, 'text/plain']);
    expect(text).toContain(`# TYPE ${name} `);
  });
});
