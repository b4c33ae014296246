import { describe, expect, it } from '@jest/globals';
import { type AccountBalance, api, type Received } from '../../support/api.js';
import { auditReport, resultOf, wrongIn } from '../../support/audit.js';
import { aSavingsAccount, atOnce, aUser, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import {
  aParty,
  entriesOf,
  eventually,
  expectNothingMoved,
  expectUnbrokenChain,
  moneyOf,
  type Party,
} from '../../support/money.js';
import { SavingsStack } from '../../support/savings-stack.js';

interface Closed {
  readonly transactionId?: number;
  readonly amount: number;
  readonly mainAccount?: AccountBalance;
  readonly savingsAccount: AccountBalance;
}

const close = (accountId: number | string, body: unknown, key?: string) =>
  api.send<Closed>('POST', `/accounts/savings/${accountId}/close`, body, { key });
const withdraw = (accountId: number, body: unknown) =>
  api.send('POST', `/accounts/savings/${accountId}/withdrawals`, body);

async function aSaver({ saved, left = 0 }: { saved: number; left?: number }): Promise<Party> {
  const party = await aParty({ given: saved + left });
  if (saved > 0) await done(api.deposit({ userId: party.userId, amount: saved }));
  return party;
}

describe('closing a savings account', () => {
  it('moves all that is there to the main account, once for its key', async () => {
    const party = await aSaver({ saved: 30_000, left: 5_000 });
    const { userId, accountId, savingsAccountId } = party;
    const key = newKey();
    const received = await close(savingsAccountId, { userId }, key);
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    expect(received.detail).toEqual({
      transactionId,
      amount: 30_000,
      mainAccount: { accountId, balance: 35_000 },
      savingsAccount: { accountId: savingsAccountId, balance: 0 },
    });
    expect(received.location).toBe(`/transactions/${transactionId}`);
    expect(await moneyOf(party)).toMatchObject({ main: 35_000, available: 35_000, savings: 0 });
    const of = { transactionId, type: 'SAVINGS_CLOSING' };
    expect((await entriesOf(savingsAccountId)).at(-1)).toMatchObject({ ...of, amount: -30_000, balanceAfter: 0 });
    expect((await done(api.transaction(transactionId as number))).detail).toMatchObject({ type: 'SAVINGS_CLOSING' });
    const again = await close(savingsAccountId, { userId }, key);
    expectAnswer(again, 'RequestComplete');
    expect([again.detail, again.location]).toEqual([received.detail, received.location]);
    const another = await aSavingsAccount(party);
    expectAnswer(await close(another, { userId }, key), 'KeyReused');
    await expectUnbrokenChain(party);
  });

  it('ends all that can be done with it', async () => {
    const party = await aSaver({ saved: 3_000, left: 5_000 });
    const { userId, savingsAccountId: accountId } = party;
    await done(close(accountId, { userId }));
    await expectNothingMoved([party], async () => {
      expectAnswer(await close(accountId, { userId }, newKey()), 'AccountClosed');
      expectAnswer(await api.deposit({ userId, amount: 1_000, accountId }), 'AccountClosed');
      expectAnswer(await api.deposit({ userId, amount: 1_000 }), 'AccountClosed');
      expectAnswer(await withdraw(accountId, { userId, amount: 1 }), 'AccountClosed');
    });
    const { accounts } = (await done(api.user(userId))).detail;
    expect(accounts).toEqual([
      expect.not.objectContaining({ closedAt: expect.anything() }),
      expect.objectContaining({ accountId, balance: 0, closedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d /) }),
    ]);
    // Of several only the open one is meant when none is named.
    const another = await aSavingsAccount(party);
    await done(api.deposit({ userId, amount: 1_000 }));
    expect((await entriesOf(another)).at(-1)).toMatchObject({ balanceAfter: 1_000 });
  });

  it('on which there is nothing closes it all the same', async () => {
    const party = await aSaver({ saved: 0 });
    const { userId, savingsAccountId } = party;
    const key = newKey();
    const received = await close(savingsAccountId, { userId }, key);
    expectSuccess(received, 201);
    expect(received.detail).toEqual({ amount: 0, savingsAccount: { accountId: savingsAccountId, balance: 0 } });
    const again = await close(savingsAccountId, { userId }, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual(received.detail);
    expectAnswer(await close(savingsAccountId, { userId }, newKey()), 'AccountClosed');
    expectAnswer(await api.deposit({ userId, amount: 1_000 }), 'AccountClosed');
  });

  it('is refused for an account that is somebody else’s, no savings account, or not there', async () => {
    const [party, other] = [await aSaver({ saved: 10_000 }), await aSaver({ saved: 10_000 })];
    const { userId } = party;
    await expectNothingMoved([party, other], async () => {
      for (const accountId of [other.savingsAccountId, party.accountId, Number.MAX_SAFE_INTEGER]) {
        expectAnswer(await close(accountId, { userId }), 'AccountNotFound');
      }
      expectAnswer(await close(party.savingsAccountId, { userId: Number.MAX_SAFE_INTEGER }), 'InvalidUserId');
      expectAnswer(await close(party.savingsAccountId, { userId, amount: 1 }), 'InvalidRequest');
    });
  });

  it('happens once, whoever asks at once', async () => {
    const [one, many] = [await aSaver({ saved: 10_000 }), await aSaver({ saved: 10_000 })];
    const key = newKey();
    const [sameKey, otherKeys] = await Promise.all([
      atOnce(20, () => close(one.savingsAccountId, { userId: one.userId }, key)),
      atOnce(20, () => close(many.savingsAccountId, { userId: many.userId }, newKey())),
    ]);
    expect(sameKey.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(sameKey.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(tally(otherKeys)).toEqual({ '201 Success': 1, '409 AccountClosed': 19 });
    for (const party of [one, many]) expect(await moneyOf(party)).toMatchObject({ main: 10_000, savings: 0 });
  });

  it('beside deposits and withdrawals leaves nothing behind', async () => {
    const party = await aSaver({ saved: 1_000, left: 1_000 });
    const { userId, savingsAccountId: accountId } = party;
    const answers = await atOnce<Received<unknown>>(41, (index) => {
      if (index === 20) return close(accountId, { userId });
      return index % 2 ? withdraw(accountId, { userId, amount: 10 }) : api.deposit({ userId, amount: 10, accountId });
    });
    for (const { code } of answers) expect(['Success', 'AccountClosed', 'TemporarilyUnavailable']).toContain(code);
    if (answers[20]?.code !== 'Success') await done(close(accountId, { userId }));
    expect(await moneyOf(party)).toMatchObject({ main: 2_000, available: 2_000, savings: 0 });
    await expectUnbrokenChain(party);
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'closing a savings account beside the bank', () => {
  it('waits for a deposit on its way, and the books agree', async () => {
    const party = await aParty({ bankAccount: '9016' });
    const { userId, savingsAccountId } = party;
    expectAnswer(await api.deposit({ userId, amount: 2_000 }), 'Processing');
    expectAnswer(await close(savingsAccountId, { userId }), 'TemporarilyUnavailable');
    await eventually(
      () => moneyOf(party),
      ({ savings }) => savings === 2_000,
    );
    await done(close(savingsAccountId, { userId }));
    expect(await moneyOf(party)).toMatchObject({ main: 2_000, available: 2_000, savings: 0 });
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('leaves an account that the auditor watches', async () => {
    const { userId } = await aUser({ given: 1_000 });
    const accountId = await aSavingsAccount({ userId } as Party);
    await done(close(accountId, { userId }));
    const database = await Corruption.connect(stackPart('databaseUrl'));
    try {
      const agreed = { table: 'savings_accounts', where: `account_id = ${accountId}` };
      const account = { table: 'accounts', where: `id = ${accountId}` };
      for (const one of [
        { ...agreed, by: `UPDATE savings_accounts SET closed_at = NULL WHERE account_id = ${accountId}` },
        { ...account, by: `UPDATE accounts SET balance = 10 WHERE id = ${accountId}` },
        { ...account, by: `UPDATE accounts SET closed_at = NULL WHERE id = ${accountId}` },
      ]) {
        await database.during(one, async () => {
          const { report } = await auditReport();
          expect(resultOf(report, 'interest').violations).toBeGreaterThan(0);
        });
      }
    } finally {
      await database.close();
    }
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'closing a savings account that earns', () => {
  it('posts what it has earned first, and then nothing any more', async () => {
    const stack = await SavingsStack.start();
    try {
      stack.standAt('2027-12-01 10:00:00');
      const savers = [
        await stack.aSaver({ saved: 1_234_567 }),
        await stack.aSaver({ saved: 2_000_000, product: 'REGULAR', dailyDeposit: 10_000 }),
        await stack.aSaver({ saved: 500_000 }),
      ];
      stack.standAt('2028-03-02 02:00:00'); // yesterday's interest is not posted yet
      for (const { userId, accountId } of savers) {
        await done(stack.own.api.send('POST', `/accounts/savings/${accountId}/close`, { userId }));
      }
      await stack.expectExact(savers, '2028-03-01');
      stack.standAt('2028-03-20 10:00:00');
      const { userId } = savers[0] as (typeof savers)[number];
      const next = (await done(stack.own.api.openSavings({ userId }))).detail;
      await done(stack.own.api.deposit({ userId, amount: 1_000_000, accountId: next.accountId }));
      stack.standAt('2028-03-22 10:00:00');
      await stack.interestThrough('2028-03-21');
      expect(await stack.postingsOf(next.accountId)).not.toEqual([]);
      await stack.expectExact(savers, '2028-03-21');
      const [paid] = await stack.own.sql<{ count: number }>(
        `SELECT COUNT(*) AS count FROM daily_deposits WHERE day > '2028-03-02'`,
      );
      expect(Number(paid?.count)).toBe(0);
    } finally {
      await stack.own.stop();
    }
  });
});
