import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { agree, agreementsThrough, endAgreement } from '../../support/agreements.js';
import { type Api, api } from '../../support/api.js';
import { authorizationsThrough } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally, untilTold } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { expectNothingMoved, moneyOf } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { aPartner } from '../../support/webhook-partner.js';

const PATIENT = { ANSWER_WITHIN_MS: '30000', DATABASE_DEADLINE_MS: '40000' };

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'where payments need an agreement', () => {
  const services: ServiceProgram[] = [];
  let partnerId: number;
  let leaked: string;

  beforeAll(async () => {
    await aKey('operator'); // without one it does not start, where no other test has made one
    const env = { ...PATIENT, AUTH: 'required', PAYMENT_AGREEMENTS: 'required' };
    for (const service of [await aService(env), await aService(env)]) services.push(service);
    partnerId = await aPartner();
    leaked = await aKey(partnerId);
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
  });

  const instance = (index: number): Api => (services[index % services.length] as ServiceProgram).api;
  /** By whoever has the partner's key. */
  const pay = (userId: number, totalPayAmount: number, changes: object = {}, index = 0, key = newKey()) =>
    instance(index).send<{ paymentId: number }>(
      'POST',
      '/payments',
      paymentBody(userId, { partnerId, totalPayAmount, ...changes }),
      { key, headers: bearer(leaked) },
    );

  it('a leaked key takes nothing from users who never agreed, who took it back, or beyond what they let it', async () => {
    const [never, before, other, little] = [
      await aUser({ given: 50_000 }),
      await aUser({ given: 50_000 }),
      await aUser({ given: 50_000 }),
      await aUser({ given: 50_000 }),
    ] as [TestUser, TestUser, TestUser, TestUser];
    const { agreementId } = (await done(agree(before.userId, { partnerId }))).detail;
    await done(endAgreement(before.userId, agreementId));
    await done(agree(other.userId, { partnerId: await aPartner() }));
    await done(agree(little.userId, { partnerId, limitPerPayment: 1_000, limitPerDay: 2_000 }));
    await expectNothingMoved([never, before, other, little], async () => {
      for (const [user, reason] of [
        [never, 'NONE'],
        [before, 'ENDED'],
        [other, 'NONE'],
        [little, 'LIMIT_PER_PAYMENT'],
      ] as const) {
        for (const changes of [{}, { capture: 'MANUAL' }]) {
          const received = await pay(user.userId, 1_001, changes);
          expectAnswer(received, 'AgreementRequired');
          expect(received.detail).toEqual({ reason });
        }
      }
    });
    expect(tally(await atOnce(20, (index) => pay(little.userId, 900, {}, index)))).toEqual({
      '201 Success': 2,
      '403 AgreementRequired': 18,
    });
    expect((await moneyOf(little)).main).toBe(48_200);
  });

  it('its key can’t agree for anybody, nor see what they agreed to', async () => {
    const { userId } = await aUser();
    const body = { partnerId, limitPerPayment: 1_000, limitPerDay: 1_000 };
    const options = { headers: bearer(leaked) };
    expectAnswer(await instance(0).send('POST', `/users/${userId}/agreements`, body, options), 'Forbidden');
    expectAnswer(await instance(0).send('GET', `/users/${userId}/agreements`, undefined, options), 'Forbidden');
    expectAnswer(await instance(0).send('DELETE', `/users/${userId}/agreements/1`, undefined, options), 'Forbidden');
  });

  it('a day is counted exactly by two instances at once', async () => {
    for (let round = 0; round < 3; round++) {
      const user = await aUser({ given: 300_000 });
      await done(agree(user.userId, { partnerId, limitPerDay: 100_000 }));
      const answers = await atOnce(60, (index) => {
        const [changes, key] = [{ capture: index % 4 < 2 ? 'AUTOMATIC' : 'MANUAL' }, newKey()];
        return untilTold(() => pay(user.userId, 7_000, changes, index, key));
      });
      const paid = answers.filter(({ code }) => code === 'Success' || code === 'AlreadyComplete');
      expect(paid).toHaveLength(14);
      expect(await moneyOf(user)).toMatchObject({ available: 300_000 - 14 * 7_000 });
    }
  });

  it('what is taken back through one instance is refused by the other from the answer on', async () => {
    const app = bearer(await aKey('app'));
    for (let round = 0; round < 10; round++) {
      const user = await aUser({ given: 10_000 });
      const { agreementId } = (await done(agree(user.userId, { partnerId }))).detail;
      expectSuccess(await pay(user.userId, 100, {}, round + 1), 201);
      const path = `/users/${user.userId}/agreements/${agreementId}`;
      expectSuccess(await instance(round).send('DELETE', path, undefined, { headers: app }), 200);
      expectAnswer(await pay(user.userId, 100, {}, round + 1), 'AgreementRequired');
    }
  });

  it('a capture needs no more than what was authorised by it', async () => {
    const user = await aUser({ given: 10_000 });
    const { agreementId } = (await done(agree(user.userId, { partnerId }))).detail;
    const { paymentId } = (await done(pay(user.userId, 10_000, { capture: 'MANUAL' }))).detail;
    await done(agreementsThrough(api).endAgreement(user.userId, agreementId));
    expectSuccess(await authorizationsThrough(api).capture(paymentId), 200);
    expect(await moneyOf(user)).toMatchObject({ main: 0, available: 0 });
  });
});
