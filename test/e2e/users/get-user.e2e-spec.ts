import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aSavingsAccount, aUser, done } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';

describe('a user', () => {
  it('is shown with all accounts and what is left of the limit, the external number masked', async () => {
    const user = await aUser({ charged: 50_000, name: '이영희' });
    const savingsIds = [await aSavingsAccount(user), await aSavingsAccount(user)];
    await done(api.deposit({ userId: user.userId, amount: 20_000, accountId: savingsIds[1] }));

    const received = await api.user(user.userId);
    expectSuccess(received, 200);
    const { accounts, ...rest } = received.detail;
    expect(rest).toEqual({
      userId: user.userId,
      name: '이영희',
      email: user.email,
      frozen: false,
      externalAccount: {
        bank: 'HANA BANK',
        accountNumber: `**********${user.linkedAccount.slice(-4)}`,
        dailyLimit: 3_000_000,
        usedToday: 50_000,
        remainingToday: 2_950_000,
      },
    });
    expect(
      accounts.map(({ accountId, type, balance, availableBalance }) => [accountId, type, balance, availableBalance]),
    ).toEqual([
      [user.accountId, 'MAIN', 30_000, 30_000],
      [savingsIds[0], 'SAVINGS', 0, 0],
      [savingsIds[1], 'SAVINGS', 20_000, 20_000],
    ]);
  });

  it('never shows the number of the external account', async () => {
    const user = await aUser();
    expect(JSON.stringify(await api.user(user.userId))).not.toContain(user.linkedAccount);
  });

  it('that does not exist is InvalidUserId', async () => {
    expectAnswer(await api.user(Number.MAX_SAFE_INTEGER), 'InvalidUserId');
  });

  it.each(['0', '-1', '1.5', '1e3', 'abc', '9007199254740992', '1%20OR%201=1', '%27', 'null'])(
    'cannot be asked for as %s',
    async (userId) => {
      const received = await api.user(userId);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['userId']);
    },
  );
});
