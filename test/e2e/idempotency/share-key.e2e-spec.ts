import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { aParty, CHARGE, DEPOSIT, entriesOf, MONEY_ROUTES, moneyOf, sendTo, TRANSFER } from '../../support/money.js';

describe('one key', () => {
  it.each([DEPOSIT, TRANSFER, CHARGE])('of two users is two keys for $name', async (route) => {
    const [one, other] = [await aParty({ charged: 100_000 }), await aParty({ charged: 100_000 })];
    const key = newKey();
    for (const party of [one, other]) {
      expectSuccess(await sendTo(route, route.body(party, 10_000), key), route.success);
      expect((await moneyOf(party)).main).toBe(100_000 + route.effect * 10_000);
    }
  });

  it('on two routes is two keys', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey();
    for (const route of MONEY_ROUTES) {
      expectSuccess(await sendTo(route, route.body(party, 10_000), key), route.success);
    }
    expect((await moneyOf(party)).main).toBe(80_000);
  });

  it('of one partner is one key, whoever the payer is', async () => {
    const [one, other] = [await aParty(), await aParty()];
    const key = newKey();
    await done(api.pay(paymentBody(one.userId), key));
    expectAnswer(await api.pay(paymentBody(other.userId), key), 'KeyReused');
    expect(await entriesOf(other.accountId)).toEqual([]);
  });

  it('is told apart from one in other letters', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey();
    for (const spelling of [key, key.toUpperCase()]) {
      expectSuccess(await sendTo(TRANSFER, TRANSFER.body(party, 10_000), spelling), 201);
    }
    expect((await moneyOf(party)).main).toBe(80_000);
  });

  it('full of SQL and Redis commands is a key like any other', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = `*1\\r\\n$8\\r\\nFLUSHALL';DROP/**/TABLE/**/movements;--{}[]%00:${newKey()}`;
    expectSuccess(await sendTo(TRANSFER, TRANSFER.body(party, 10_000), key), 201);
    expectAnswer(await sendTo(TRANSFER, TRANSFER.body(party, 10_000), key), 'RequestComplete');
  });
});

describe('no key', () => {
  it('is refused for a payment', async () => {
    const { userId } = await aParty();
    expectAnswer(await api.pay(paymentBody(userId)), 'KeyMissing');
  });

  it.each([DEPOSIT, TRANSFER, CHARGE])('lets $name happen as often as it is asked for', async (route) => {
    const party = await aParty({ charged: 100_000 });
    for (const time of [1, 2]) {
      expectSuccess(await sendTo(route, route.body(party, 10_000)), route.success);
      expect((await moneyOf(party)).main).toBe(100_000 + time * route.effect * 10_000);
    }
  });
});
