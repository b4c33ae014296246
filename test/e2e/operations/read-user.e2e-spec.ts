import { expect, it } from '@jest/globals';
import { agree, endAgreement } from '../../support/agreements.js';
import { api } from '../../support/api.js';
import { authorize } from '../../support/authorizations.js';
import { aSavingsAccount, aUser, done, linkBody, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { read } from '../../support/operations.js';
import { aPartner, cancel, pay } from '../../support/settlements.js';

const NOBODY = 999_999_999;

interface UserMovements {
  readonly items: readonly {
    readonly transactionId: number;
    readonly type: string;
    readonly status: string;
    readonly failureCode?: string;
    readonly paymentId?: number;
    readonly counterAccount?: object;
  }[];
  readonly nextCursor: string | null;
}

const movementsOf = (userId: number, query: Record<string, string | number> = {}) =>
  read<UserMovements>(`users/${userId}/movements`, query);

describeKeyless("a user's page", () => {
  it('has who it is, all accounts with what is held, linked accounts, the limit and agreements', async () => {
    const user = await aUser({ charged: 10_000 });
    const partnerId = await aPartner();
    await done(authorize(user.userId, { partnerId, totalPayAmount: 3_000 }));
    const savings = await aSavingsAccount(user);
    const { linkedAccountId } = (await done(api.link(user.userId, linkBody()))).detail;
    await done(api.unlink(user.userId, linkedAccountId));
    const first = (await done(agree(user.userId, { partnerId }))).detail;
    await done(endAgreement(user.userId, first.agreementId));
    const second = (await done(agree(user.userId, { partnerId }))).detail;
    const page = await read<Record<string, unknown>>(`users/${user.userId}`);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(page).toEqual({
      userId: user.userId,
      name: user.name,
      email: user.email,
      state: 'ACTIVE',
      signedUpAt: time,
      accounts: [
        expect.objectContaining({
          accountId: user.accountId,
          type: 'MAIN',
          balance: 10_000,
          held: 3_000,
          availableBalance: 7_000,
          openedAt: time,
        }),
        expect.objectContaining({ accountId: savings, type: 'SAVINGS', balance: 0, held: 0 }),
      ],
      linkedAccounts: [
        expect.objectContaining({ bank: 'HANA BANK', bankCode: '081', isDefault: true, linkedAt: time }),
        expect.objectContaining({ linkedAccountId, bankCode: '004', isDefault: false, removedAt: time }),
      ],
      limit: { dailyLimit: 3_000_000, usedToday: 10_000, remainingToday: 2_990_000 },
      agreements: [
        expect.objectContaining({ agreementId: second.agreementId, status: 'ACTIVE', partnerName: '길동상회' }),
        expect.objectContaining({ agreementId: first.agreementId, status: 'ENDED', partnerId, endedAt: time }),
      ],
    });
    const [link] = page['linkedAccounts'] as { accountNumber: string }[];
    expect(link?.accountNumber).toBe(`${'*'.repeat(10)}${user.linkedAccount.slice(-4)}`);
  });

  it('has nothing personal of one who has left', async () => {
    const user = await aUser();
    await done(api.send('DELETE', `/users/${user.userId}`, undefined, { key: newKey() }));
    const page = await read<Record<string, unknown>>(`users/${user.userId}`);
    expect(page).toMatchObject({ userId: user.userId, state: 'CLOSED', linkedAccounts: [], agreements: [] });
    expect(page).not.toHaveProperty('limit');
    expect(JSON.stringify(page)).not.toContain(user.email);
    expect(JSON.stringify(page)).not.toContain(user.name);
  });

  it.each(['', '/movements'])('is not there for nobody (%s)', async (path) => {
    expectAnswer(await api.send('GET', `/operations/users/${NOBODY}${path}`), 'InvalidUserId');
    expectAnswer(await api.send('GET', `/operations/users/0${path}`), 'InvalidRequest');
  });
});

describeKeyless("a user's movements", () => {
  it('are all that the user began, failed ones too, newest first, page by page while new ones come', async () => {
    const user = await aUser({ bankAccount: '9001', given: 10_000 });
    const other = await aUser();
    const partnerId = await aPartner();
    const paid = await pay(user, partnerId, 1_000);
    const canceled = await cancel(paid, 400);
    const tooMuch = await api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 50_000 }), newKey());
    expectAnswer(tooMuch, 'NotEnoughAccountBalance');
    const transfer = { fromUserId: user.userId, toUserId: other.userId, amount: 100 };
    const sent = (await done(api.transfer(transfer))).detail.transactionId;
    const all = await movementsOf(user.userId);
    expect(all.items.map(({ transactionId }) => transactionId).filter((id) => id !== canceled - -1)).toEqual(
      expect.arrayContaining([sent, canceled, paid]),
    );
    expect(all.items).toMatchObject([
      { transactionId: sent, type: 'TRANSFER', counterAccount: { type: 'MAIN', ownerId: other.userId } },
      { type: 'PAYMENT', status: 'FAILED', failureCode: 'NotEnoughAccountBalance' },
      { transactionId: canceled, type: 'PAYMENT_CANCEL', paymentId: paid },
      {
        transactionId: paid,
        type: 'PAYMENT',
        status: 'COMPLETED',
        paymentId: paid,
        counterAccount: { type: 'PARTNER_PAYABLE', number: `PARTNER-${partnerId}`, ownerName: '길동상회' },
      },
    ]);
    expect(all.nextCursor).toBeNull();
    const first = await movementsOf(user.userId, { limit: 2 });
    await done(api.transfer(transfer));
    const second = await movementsOf(user.userId, { limit: 2, cursor: first.nextCursor as string });
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect(second.nextCursor).toBeNull();
  });

  it('are none of somebody who has begun nothing', async () => {
    const { userId } = await aUser();
    expect(await movementsOf(userId)).toEqual({ items: [], nextCursor: null });
  });
});
