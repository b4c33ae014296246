import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, DAILY_LIMIT, done, newKey, paymentBody, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], "a customer's balance", () => {
  let service: ServiceProgram;
  let key: string;
  beforeAll(async () => {
    await aKey('operator'); // without one a service that requires keys does not start
    service = await aService({ AUTH: 'required' });
    key = await aKey(SANDBOX_PARTNER);
  });
  afterAll(() => service.stop());

  it('is not told to a partner by a refusal over the limit', async () => {
    const { userId } = await aUser({ charged: 12_345 });
    const body = paymentBody(userId, { totalPayAmount: Number.MAX_SAFE_INTEGER });
    const told = await service.api.send('POST', '/payments', body, { key: newKey(), headers: bearer(key) });
    expect([told.status, told.code]).toEqual([422, 'DailyLimitExceeded']);
    expect(JSON.stringify(told.detail ?? {})).toBe('{}');
  });

  it('is told to others who ask for too much', async () => {
    const { userId } = await aUser({ charged: 12_345 });
    const refused = await api.charge({ userId, amount: DAILY_LIMIT }, newKey());
    expectAnswer(refused, 'DailyLimitExceeded');
    expect(refused.detail).toMatchObject({ usedToday: 12_345, requested: DAILY_LIMIT });
  });

  it('is not told to a partner by what was topped up, wherever a payment is shown', async () => {
    const { userId } = await aUser({ charged: 20_000 });
    const body = paymentBody(userId);
    const { detail } = await done(api.pay(body, newKey()));
    const paths = [
      `/payments/${detail.paymentId}`,
      `/payments?partnerId=${SANDBOX_PARTNER}&partnerPayKey=${body.partnerPayKey}`,
      `/transactions/${detail.paymentId}`,
    ];
    for (const path of paths) {
      const shown = await service.api.send('GET', path, undefined, { headers: bearer(key) });
      expect([path, shown.status]).toEqual([path, 200]);
      expect(JSON.stringify(shown.detail)).not.toContain('toppedUpAmount');
    }
  });
});

describeWith(['simulatorUrl'], 'what was topped up', () => {
  it('is nothing for a payment that the bank has refused', async () => {
    const { userId } = await aUser({ bankAccount: '9001' });
    const body = paymentBody(userId);
    expectAnswer(await api.pay(body, newKey()), 'NotEnoughAccountBalance');
    const { items } = (await api.payments({ partnerId: SANDBOX_PARTNER, partnerPayKey: body.partnerPayKey })).detail;
    expect(items).toMatchObject([{ status: 'FAILED', toppedUpAmount: 0 }]);
    const transaction = await api.send('GET', `/transactions/${items[0]?.paymentId}`);
    expect(transaction.detail).toMatchObject({ status: 'FAILED', toppedUpAmount: 0 });
  });
});
