import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aSavingsAccount, atOnce, aUser, aUserAtTheLimit, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { aParty, entriesOf, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

describe('a deposit into savings', () => {
  it('comes from the main account when that has enough', async () => {
    const { userId, accountId, savingsAccountId } = await aParty({ given: 30_000 });
    const received = await api.deposit({ userId, amount: 10_000 });
    expectSuccess(received, 200);
    expect(received.detail).toEqual({
      transactionId: received.detail.transactionId,
      amount: 10_000,
      toppedUpAmount: 0,
      mainAccount: { accountId, balance: 20_000 },
      savingsAccount: { accountId: savingsAccountId, balance: 10_000 },
    });
    expect(await moneyOf({ userId })).toEqual({ main: 20_000, available: 20_000, savings: 10_000, usedToday: 0 });
  });

  it('tops the main account up by exactly what is missing', async () => {
    const { userId, accountId, savingsAccountId } = await aParty({ given: 4_000 });
    const received = await api.deposit({ userId, amount: 10_000 });
    expectSuccess(received, 200);
    expect(received.detail).toMatchObject({
      toppedUpAmount: 6_000,
      mainAccount: { accountId, balance: 0 },
      savingsAccount: { accountId: savingsAccountId, balance: 10_000 },
    });
    expect(await moneyOf({ userId })).toEqual({ main: 0, available: 0, savings: 10_000, usedToday: 6_000 });
  });

  it('can be asked for afterwards', async () => {
    const { userId } = await aParty();
    const { transactionId } = (await done(api.deposit({ userId, amount: 10_000 }))).detail;
    const { detail } = await done(api.transaction(transactionId));
    expect(detail).toEqual({
      transactionId,
      type: 'SAVINGS_DEPOSIT',
      status: 'COMPLETED',
      amount: 10_000,
      toppedUpAmount: 10_000,
      occurredAt: detail.occurredAt,
    });
  });

  it('goes to the account that is named, when there are several', async () => {
    const user = await aUser();
    const [first, second] = [await aSavingsAccount(user), await aSavingsAccount(user)];
    const { detail } = await done(api.deposit({ userId: user.userId, amount: 10_000, accountId: second }));
    expect(detail.savingsAccount).toEqual({ accountId: second, balance: 10_000 });
    expect(await entriesOf(first)).toEqual([]);
  });

  it('is ambiguous when there are several and none is named', async () => {
    const user = await aUser({ given: 10_000 });
    const accountIds = [await aSavingsAccount(user), await aSavingsAccount(user)];
    await expectNothingMoved([user], async () => {
      const received = await api.deposit({ userId: user.userId, amount: 10_000 });
      expectAnswer(received, 'AccountAmbiguous');
      expect(received.detail).toEqual({ accountIds });
    });
  });

  it('is refused without a savings account, into the main account, and into somebody else’s', async () => {
    const [user, other] = [await aUser({ given: 10_000 }), await aUser()];
    const theirs = await aSavingsAccount(other);
    const amount = 1_000;
    await expectNothingMoved([user, other], async () => {
      expectAnswer(await api.deposit({ userId: user.userId, amount }), 'AccountNotFound');
      for (const accountId of [user.accountId, theirs, Number.MAX_SAFE_INTEGER]) {
        expectAnswer(await api.deposit({ userId: user.userId, amount, accountId }), 'AccountNotFound');
      }
    });
    expect(await entriesOf(theirs)).toEqual([]);
  });

  it('is refused for a user who does not exist', async () => {
    expectAnswer(await api.deposit({ userId: Number.MAX_SAFE_INTEGER, amount: 1_000 }), 'InvalidUserId');
  });

  it('is refused beyond the daily limit, which says what is left', async () => {
    const user = await aParty({ charged: 2_900_000 });
    await expectNothingMoved([user], async () => {
      const received = await api.deposit({ userId: user.userId, amount: 3_000_001 });
      expectAnswer(received, 'DailyLimitExceeded');
      expect(received.detail).toEqual({
        dailyLimit: 3_000_000,
        usedToday: 2_900_000,
        remainingToday: 100_000,
        requested: 100_001,
      });
    });
    expectSuccess(await api.deposit({ userId: user.userId, amount: 3_000_000 }), 200);
  });

  it('names a misspelt account field instead of guessing', async () => {
    const user = await aParty({ given: 10_000 });
    await expectNothingMoved([user], async () => {
      const received = await api.deposit({ userId: user.userId, amount: 1_000, acountId: user.savingsAccountId });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['acountId']);
    });
  });

  it('in parallel never takes more than there is', async () => {
    const user = await aUserAtTheLimit(10_000);
    await aSavingsAccount(user);
    const answers = await atOnce(30, () => api.deposit({ userId: user.userId, amount: 1_000 }, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': 10, '422 DailyLimitExceeded': 20 });
    expect(await moneyOf(user)).toMatchObject({ main: 0, available: 0, savings: 10_000 });
    await expectUnbrokenChain(user);
  });
});
