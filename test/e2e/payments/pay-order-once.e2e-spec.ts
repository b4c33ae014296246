import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { expectNothingMoved, moneyOf } from '../../support/money.js';

describe("a partner's order", () => {
  it('is paid once: under another key it is answered with the first payment', async () => {
    const user = await aUser({ given: 100_000 });
    const body = paymentBody(user.userId);
    const first = await done(api.pay(body, newKey()));
    await expectNothingMoved([user], async () => {
      for (const changes of [{}, { totalPayAmount: 24_000 }, { productItems: [{ count: 1, name: 'Other' }] }]) {
        const second = await api.pay({ ...body, ...changes }, newKey());
        expectAnswer(second, 'PaymentComplete');
        expect([second.detail, second.location]).toEqual([first.detail, first.location]);
      }
    });
  });

  it('is paid once, also by another user', async () => {
    const [user, other] = [await aUser(), await aUser({ given: 100_000 })];
    const body = paymentBody(user.userId);
    const first = await done(api.pay(body, newKey()));
    await expectNothingMoved([other], async () => {
      const second = await api.pay({ ...body, userId: other.userId }, newKey());
      expectAnswer(second, 'PaymentComplete');
      expect(second.detail).toEqual(first.detail);
    });
  });

  it('is told apart by upper and lower case', async () => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    await done(api.pay(body, newKey()));
    const upper = { ...body, partnerPayKey: body.partnerPayKey.toUpperCase() };
    expectSuccess(await api.pay(upper, newKey()), 201);
  });

  it('is paid once when 50 requests with 50 keys want to pay it at once', async () => {
    const user = await aUser({ given: 2_000_000 });
    const body = paymentBody(user.userId);
    const answers = await atOnce(50, () => api.pay(body, newKey()));
    const { '201 Success': approved, ...others } = tally(answers);
    expect(approved).toBe(1);
    const { '409 AlreadyComplete': complete = 0, '409 AlreadyOnGoing': onGoing = 0, ...rest } = others;
    expect([complete + onGoing, rest]).toEqual([49, {}]);
    expect(await moneyOf(user)).toMatchObject({ main: 1_977_000, usedToday: 0 });
  });

  it('is paid once when it needs the bank and 20 requests want to pay it at once', async () => {
    const user = await aUser();
    const body = paymentBody(user.userId);
    const answers = await atOnce(20, () => api.pay(body, newKey()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await moneyOf(user)).toMatchObject({ main: 0, usedToday: 23_000 });
  });
});
