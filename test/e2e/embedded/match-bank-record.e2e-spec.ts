import { afterEach, expect, it } from '@jest/globals';
import { api, type Received } from '../../support/api.js';
import { atOnce, aUser, newKey, type TestUser } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import {
  aParty,
  CHARGE,
  entriesOf,
  eventually,
  expectUnbrokenChain,
  MONEY_ROUTES,
  moneyOf,
  PAYMENT,
  sendTo,
} from '../../support/money.js';
import { bankRecord, endBankRules, setBankRules } from '../../support/stores.js';

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Withdrawal by withdrawal, the bank has taken what our ledger says came from it. */
async function expectBankAgrees({ accountId, fintechUseNum, userId }: TestUser): Promise<number> {
  const fromBank = (await entriesOf(accountId)).filter(({ type }) => type === 'CHARGE' || type === 'TOP_UP');
  const record = await bankRecord(fintechUseNum);
  const amounts = (of: readonly { amount: number }[]) => of.map(({ amount }) => amount).sort((a, b) => a - b);
  expect(amounts(record)).toEqual(amounts(fromBank));
  expect((await moneyOf({ userId })).usedToday).toBe(sum(amounts(record)));
  return record.length;
}

describeWith(['simulatorUrl'], "the bank's record", () => {
  afterEach(endBankRules);

  it('equals ours after 10 parallel top-ups of 500,000, of which 6 succeed', async () => {
    const user = await aUser();
    const answers = await atOnce(10, () => api.charge({ userId: user.userId, amount: 500_000 }, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': 6, '422 DailyLimitExceeded': 4 });
    expect(await expectBankAgrees(user)).toBe(6);
    expect((await bankRecord(user.fintechUseNum)).map(({ amount }) => amount)).toEqual(Array(6).fill(500_000));
  });

  it('equals ours after every kind of call has topped up', async () => {
    const party = await aParty({ given: 500 });
    for (const route of MONEY_ROUTES)
      expectSuccess(await sendTo(route, route.body(party, 10_000), newKey()), route.success);
    expect(await expectBankAgrees(party)).toBe(4);
  });

  it('equals ours although every third answer of the bank is lost, broken, late or a refusal', async () => {
    await setBankRules([
      { fault: 'answerLost', rate: 0.1 },
      { fault: 'brokenJson', rate: 0.1 },
      { fault: 'http500', rate: 0.1 },
      { fault: 'balanceShort', rate: 0.1 },
      { fault: 'reset', rate: 0.05 },
      { fault: 'inProgressThenDone', rate: 0.05, delayMs: 1_500 },
      { fault: 'inProgress', on: 'inquiry', rate: 0.3 },
    ]);
    const parties = await atOnce(4, () => aParty());
    const answers = await atOnce(60, (index) => {
      const [party, route] = [
        parties[index % 4] as (typeof parties)[0],
        MONEY_ROUTES[index % 3] as (typeof MONEY_ROUTES)[0],
      ];
      return sendTo(route, route.body(party, 1_000 + index), newKey());
    });
    await endBankRules();
    for (const { location, code } of answers) {
      if (code !== 'Processing') continue;
      await eventually(
        () => api.send<{ status: string }>('GET', location as string),
        ({ detail }) => detail.status !== 'PENDING',
      );
    }
    expect(answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
    for (const party of parties) {
      await expectBankAgrees(party);
      await expectUnbrokenChain(party);
    }
  });
});

describeWith(['simulatorUrl'], 'while the bank is closed', () => {
  afterEach(endBankRules);

  it.each(['maintenance', 'maintenance503'])(
    '(%s) what needs it is BankMaintenance, what does not is approved',
    async (fault) => {
      await setBankRules([{ fault }]);
      const party = await aParty();
      const answers: Received<unknown>[] = [];
      for (const route of MONEY_ROUTES) answers.push(await sendTo(route, route.body(party, 10_000), newKey()));
      for (const answer of answers) expectAnswer(answer, 'BankMaintenance');
      expect(await moneyOf(party)).toEqual({ main: 0, available: 0, savings: 0, usedToday: 0 });

      await endBankRules();
      const rich = await aParty({ charged: 50_000 });
      await setBankRules([{ fault }]);
      expectSuccess(await sendTo(PAYMENT, PAYMENT.body(rich, 10_000), newKey()), 201);
      expectAnswer(await sendTo(CHARGE, CHARGE.body(rich, 10_000), newKey()), 'BankMaintenance');
      expect(await bankRecord(party.fintechUseNum)).toEqual([]);
    },
  );
});
