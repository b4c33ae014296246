import { expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { authorize, capture } from '../../support/authorizations.js';
import { aSavingsAccount, aUser, done, newKey } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { read } from '../../support/operations.js';

interface AccountPage {
  readonly accountId: number;
  readonly number: string;
  readonly held: number;
  readonly holds: readonly object[];
}
const pageOf = (id: number) => read<AccountPage>(`accounts/${id}`);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

describeKeyless("an account's page", () => {
  it('says whose it is, what is on it, and what of that is set aside for what', async () => {
    const user = await aUser({ given: 10_000, bankAccount: '9016' });
    const { paymentId } = (await done(authorize(user.userId, { totalPayAmount: 4_000 }))).detail;
    const payout = await api.payOut({ userId: user.userId, amount: 1_500 }, newKey());
    expectAnswer(payout, 'Processing');
    const { transactionId } = payout.detail;
    const { accountNumber } = (await api.user(user.userId)).detail.accounts[0]!;
    expect(await pageOf(user.accountId)).toEqual({
      accountId: user.accountId,
      type: 'MAIN',
      number: accountNumber,
      ownerId: user.userId,
      ownerName: user.name,
      openedAt: time,
      balance: 10_000,
      held: 5_500,
      availableBalance: 4_500,
      holds: [
        { transactionId: paymentId, type: 'AUTHORIZATION', paymentId, amount: 4_000, since: time },
        { transactionId, type: 'PAYOUT', amount: 1_500, since: time },
      ],
      hasAllHolds: true,
    });
    await done(capture(paymentId));
    await eventually(
      () => pageOf(user.accountId),
      ({ held, holds }) => held === 0 && holds.length === 0,
    );
  });

  it('has no holds of savings, and no balance of what carries none', async () => {
    const user = await aUser({ given: 1_000 });
    const savings = await aSavingsAccount(user);
    expect(await pageOf(savings)).toMatchObject({ type: 'SAVINGS', balance: 0, held: 0, holds: [] });
    const { paymentId } = (await done(authorize(user.userId, { totalPayAmount: 1_000 }))).detail;
    await done(capture(paymentId));
    const { counterAccount } = await read<{ counterAccount: AccountPage }>(`movements/${paymentId}`);
    const payable = await pageOf(counterAccount.accountId);
    expect(payable).toMatchObject({ type: 'PARTNER_PAYABLE', holds: [] });
    expect(payable).not.toHaveProperty('balance');
  });

  it('is not there of what is not there', async () => {
    expectAnswer(await api.send('GET', '/operations/accounts/999999999999'), 'AccountNotFound');
    expectAnswer(await api.send('GET', '/operations/accounts/x'), 'InvalidRequest');
  });
});
