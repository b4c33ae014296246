import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { entriesOf, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

describe('a charge', () => {
  it('brings money from the linked bank account to the main account', async () => {
    const { userId, accountId } = await aUser();
    const received = await api.charge({ userId, amount: 50_000 });
    expectSuccess(received, 200);
    const { transactionId } = received.detail;
    expect(received.detail).toEqual({ transactionId, amount: 50_000, mainAccount: { accountId, balance: 50_000 } });
    expect(await moneyOf({ userId })).toEqual({ main: 50_000, available: 50_000, savings: 0, usedToday: 50_000 });
    expect((await done(api.transaction(transactionId))).detail).toMatchObject({
      type: 'CHARGE',
      status: 'COMPLETED',
      amount: 50_000,
      toppedUpAmount: 50_000,
    });
  });

  it('may use up the daily limit to the last won, and not one more', async () => {
    const user = await aUser({ charged: 1 });
    const { userId } = user;
    await expectNothingMoved([user], async () => {
      const received = await api.charge({ userId, amount: 3_000_000 });
      expectAnswer(received, 'DailyLimitExceeded');
      expect(received.detail).toEqual({
        dailyLimit: 3_000_000,
        usedToday: 1,
        remainingToday: 2_999_999,
        requested: 3_000_000,
      });
    });
    expectSuccess(await api.charge({ userId, amount: 2_999_999 }), 200);
    expectAnswer(await api.charge({ userId, amount: 1 }), 'DailyLimitExceeded');
    expect(await moneyOf(user)).toMatchObject({ main: 3_000_000, usedToday: 3_000_000 });
  });

  it('is refused for a user who does not exist', async () => {
    expectAnswer(await api.charge({ userId: Number.MAX_SAFE_INTEGER, amount: 1_000 }), 'InvalidUserId');
  });

  it('of 500,000 ten times at once succeeds exactly six times', async () => {
    const user = await aUser();
    const answers = await atOnce(10, () => api.charge({ userId: user.userId, amount: 500_000 }, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': 6, '422 DailyLimitExceeded': 4 });
    expect(await moneyOf(user)).toEqual({ main: 3_000_000, available: 3_000_000, savings: 0, usedToday: 3_000_000 });
    expect((await entriesOf(user.accountId)).map(({ amount }) => amount)).toEqual(Array(6).fill(500_000));
    await expectUnbrokenChain(user);
  });
});
