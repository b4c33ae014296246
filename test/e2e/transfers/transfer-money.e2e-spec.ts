import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, aUserAtTheLimit, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { entriesOf, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

describe('a transfer', () => {
  it('moves money from one main account to another', async () => {
    const [from, to] = [await aUser({ given: 20_000 }), await aUser()];
    const body = { fromUserId: from.userId, toUserId: to.userId, amount: 5_000, memo: '점심값' };
    const received = await api.transfer(body);
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    expect(received.location).toBe(`/transactions/${transactionId}`);
    expect(received.detail).toEqual({
      transactionId,
      amount: 5_000,
      toppedUpAmount: 0,
      mainAccount: { accountId: from.accountId, balance: 15_000 },
    });
    expect((await moneyOf(to)).main).toBe(5_000);
    expect((await done(api.transaction(transactionId))).detail).toMatchObject({
      type: 'TRANSFER',
      status: 'COMPLETED',
      amount: 5_000,
      toppedUpAmount: 0,
    });
  });

  it('tops the sender up by exactly what is missing', async () => {
    const [from, to] = [await aUser({ given: 1_500 }), await aUser()];
    const { detail } = await done(api.transfer({ fromUserId: from.userId, toUserId: to.userId, amount: 5_000 }));
    expect(detail).toMatchObject({ toppedUpAmount: 3_500, mainAccount: { balance: 0 } });
    expect(await moneyOf(from)).toMatchObject({ main: 0, usedToday: 3_500 });
    expect(await moneyOf(to)).toMatchObject({ main: 5_000, usedToday: 0 });
  });

  it('to oneself is refused', async () => {
    const user = await aUser({ given: 10_000 });
    await expectNothingMoved([user], async () => {
      const received = await api.transfer({ fromUserId: user.userId, toUserId: user.userId, amount: 1_000 });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['toUserId']);
    });
  });

  it('from or to somebody who does not exist is refused', async () => {
    const user = await aUser({ given: 10_000 });
    const nobody = Number.MAX_SAFE_INTEGER;
    await expectNothingMoved([user], async () => {
      for (const [fromUserId, toUserId] of [
        [user.userId, nobody],
        [nobody, user.userId],
      ]) {
        expectAnswer(await api.transfer({ fromUserId, toUserId, amount: 1_000 }), 'InvalidUserId');
      }
    });
  });

  it('beyond the balance and the daily limit is refused', async () => {
    const [from, to] = [await aUserAtTheLimit(9_000), await aUser()];
    await expectNothingMoved([from, to], async () => {
      const received = await api.transfer({ fromUserId: from.userId, toUserId: to.userId, amount: 10_000 });
      expectAnswer(received, 'DailyLimitExceeded');
      expect(received.detail).toEqual({
        dailyLimit: 3_000_000,
        usedToday: 3_000_000,
        remainingToday: 0,
        requested: 1_000,
      });
    });
  });

  it('may have a memo of 100 characters, and not of 101', async () => {
    const [from, to] = [await aUser({ given: 10_000 }), await aUser()];
    const body = { fromUserId: from.userId, toUserId: to.userId, amount: 1_000 };
    expectSuccess(await api.transfer({ ...body, memo: '한'.repeat(100) }), 201);
    for (const memo of ['한'.repeat(101), '', null, 5]) {
      const received = await api.transfer({ ...body, memo });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['memo']);
    }
  });

  it('in parallel never sends more than there is', async () => {
    const [from, to] = [await aUserAtTheLimit(10_000), await aUser()];
    const body = { fromUserId: from.userId, toUserId: to.userId, amount: 1_000 };
    const answers = await atOnce(30, () => api.transfer(body, newKey()));
    expect(tally(answers)).toEqual({ '201 Success': 10, '422 DailyLimitExceeded': 20 });
    expect(await moneyOf(from)).toMatchObject({ main: 0, available: 0 });
    expect((await moneyOf(to)).main).toBe(10_000);
    await expectUnbrokenChain(from);
    await expectUnbrokenChain(to);
  });

  it('1,000 times back and forth between two users, 50 at a time, loses nothing', async () => {
    const [a, b] = [await aUser({ charged: 1_000_000 }), await aUser({ charged: 1_000_000 })];
    let left = 1_000;
    const answers = await atOnce(50, async () => {
      const own = [];
      for (; left > 0;) {
        const [from, to] = left-- % 2 ? [a, b] : [b, a];
        own.push(await api.transfer({ fromUserId: from.userId, toUserId: to.userId, amount: 1_000 }, newKey()));
      }
      return own;
    });
    expect(tally(answers.flat())).toEqual({ '201 Success': 1_000 });
    expect(await moneyOf(a)).toEqual({ main: 1_000_000, available: 1_000_000, savings: 0, usedToday: 1_000_000 });
    expect(await moneyOf(b)).toEqual({ main: 1_000_000, available: 1_000_000, savings: 0, usedToday: 1_000_000 });
    for (const user of [a, b]) {
      await expectUnbrokenChain(user);
      expect(await entriesOf(user.accountId)).toHaveLength(1_001);
    }
  });
});
