import { describe, expect, it } from '@jest/globals';
import { type AccountBalance, api, type Received } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { aSavingsAccount, atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import {
  aParty,
  entriesOf,
  eventually,
  expectNothingMoved,
  expectUnbrokenChain,
  moneyOf,
  type Party,
} from '../../support/money.js';

interface Withdrawn {
  readonly transactionId: number;
  readonly amount: number;
  readonly mainAccount: AccountBalance;
  readonly savingsAccount: AccountBalance;
}

const withdraw = (accountId: number | string, body: unknown, key?: string) =>
  api.send<Withdrawn>('POST', `/accounts/savings/${accountId}/withdrawals`, body, { key });

/** With `saved` won in savings, and `left` on the main account. */
async function aSaver({ saved, left = 0 }: { saved: number; left?: number }): Promise<Party> {
  const party = await aParty({ given: saved + left });
  await done(api.deposit({ userId: party.userId, amount: saved }));
  return party;
}

describe('a withdrawal from savings', () => {
  it('goes to the main account of the same user', async () => {
    const { userId, accountId, savingsAccountId } = await aSaver({ saved: 30_000, left: 5_000 });
    const received = await withdraw(savingsAccountId, { userId, amount: 10_000 });
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    expect(received.detail).toEqual({
      transactionId,
      amount: 10_000,
      mainAccount: { accountId, balance: 15_000 },
      savingsAccount: { accountId: savingsAccountId, balance: 20_000 },
    });
    expect(received.location).toBe(`/transactions/${transactionId}`);
    expect(await moneyOf({ userId })).toEqual({ main: 15_000, available: 15_000, savings: 20_000, usedToday: 0 });
  });

  it('can be asked for afterwards', async () => {
    const { userId, savingsAccountId } = await aSaver({ saved: 10_000 });
    const { transactionId } = (await done(withdraw(savingsAccountId, { userId, amount: 10_000 }))).detail;
    const { detail } = await done(api.transaction(transactionId));
    expect(detail).toEqual({
      transactionId,
      type: 'SAVINGS_WITHDRAWAL',
      status: 'COMPLETED',
      amount: 10_000,
      toppedUpAmount: 0,
      occurredAt: detail.occurredAt,
    });
  });

  it('stands in the statements of both accounts', async () => {
    const { userId, accountId, savingsAccountId, ...party } = await aSaver({ saved: 30_000, left: 5_000 });
    const { transactionId } = (await done(withdraw(savingsAccountId, { userId, amount: 10_000 }))).detail;
    const of = { transactionId, type: 'SAVINGS_WITHDRAWAL' };
    expect((await entriesOf(savingsAccountId)).at(-1)).toMatchObject({ ...of, amount: -10_000, balanceAfter: 20_000 });
    expect((await entriesOf(accountId)).at(-1)).toMatchObject({ ...of, amount: 10_000, balanceAfter: 15_000 });
    await expectUnbrokenChain({ userId, accountId, ...party });
  });

  it('comes from the account that is named, when there are several', async () => {
    const user = await aUser({ given: 20_000 });
    const [first, second] = [await aSavingsAccount(user), await aSavingsAccount(user)];
    for (const accountId of [first, second]) {
      await done(api.deposit({ userId: user.userId, amount: 10_000, accountId }));
    }
    const { detail } = await done(withdraw(second, { userId: user.userId, amount: 4_000 }));
    expect(detail.savingsAccount).toEqual({ accountId: second, balance: 6_000 });
    expect((await entriesOf(first)).at(-1)).toMatchObject({ balanceAfter: 10_000 });
  });

  it('is refused beyond the balance, however much the bank would give', async () => {
    const party = await aSaver({ saved: 10_000, left: 50_000 });
    const { userId, savingsAccountId } = party;
    const key = newKey();
    await expectNothingMoved([party], async () => {
      const received = await withdraw(savingsAccountId, { userId, amount: 10_001 }, key);
      expectAnswer(received, 'NotEnoughBalance');
    });
    expectSuccess(await withdraw(savingsAccountId, { userId, amount: 10_000 }, key), 201);
  });

  it('is refused from somebody else’s account, from the main account, and from none', async () => {
    const [party, other] = [await aSaver({ saved: 10_000 }), await aSaver({ saved: 10_000 })];
    const { userId } = party;
    await expectNothingMoved([party, other], async () => {
      for (const accountId of [other.savingsAccountId, party.accountId, other.accountId, Number.MAX_SAFE_INTEGER]) {
        expectAnswer(await withdraw(accountId, { userId, amount: 1_000 }), 'AccountNotFound');
      }
    });
    expect(await entriesOf(other.savingsAccountId)).toHaveLength(1);
  });

  it('is refused for a user who does not exist', async () => {
    const { savingsAccountId } = await aSaver({ saved: 10_000 });
    expectAnswer(await withdraw(savingsAccountId, { userId: Number.MAX_SAFE_INTEGER, amount: 1 }), 'InvalidUserId');
  });

  it.each([
    ['amount', { amount: 0 }],
    ['amount', { amount: '10' }],
    ['amount', { amount: undefined }],
    ['userId', { userId: 0 }],
    ['accountId', { accountId: 1 }],
  ])('is refused for a bad or unknown %s (%j)', async (field, changes) => {
    const { userId, savingsAccountId } = await aSaver({ saved: 10_000 });
    const received = await withdraw(savingsAccountId, { userId, amount: 1_000, ...changes });
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
  });

  it.each(['x', '0', '-1', '1.5'])('is refused for an account called %s', async (accountId) => {
    const { userId } = await aUser();
    expectAnswer(await withdraw(accountId, { userId, amount: 1_000 }), 'InvalidRequest');
  });

  it('is made once under one key, and says so for ever', async () => {
    const party = await aSaver({ saved: 30_000 });
    const { userId, savingsAccountId } = party;
    const [body, key] = [{ userId, amount: 10_000 }, newKey()];
    const first = await withdraw(savingsAccountId, body, key);
    expectSuccess(first, 201);
    await expectNothingMoved([party], async () => {
      for (let time = 0; time < 3; time++) {
        const again = await withdraw(savingsAccountId, body, key);
        expectAnswer(again, 'RequestComplete');
        expect([again.detail, again.location]).toEqual([first.detail, first.location]);
      }
      expectAnswer(await withdraw(savingsAccountId, { userId, amount: 10_001 }, key), 'KeyReused');
      // The account stands in the path, and is part of what the key is bound to.
      expectAnswer(await withdraw(await aSavingsAccount(party), body, key), 'KeyReused');
    });
  });

  it('is made once by 20 requests at once under one key', async () => {
    const { userId, savingsAccountId } = await aSaver({ saved: 30_000 });
    const key = newKey();
    const answers = await atOnce(20, () => withdraw(savingsAccountId, { userId, amount: 10_000 }, key));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await moneyOf({ userId })).toMatchObject({ main: 10_000, savings: 20_000 });
  });

  it('in parallel never takes more than there is', async () => {
    const party = await aSaver({ saved: 10 });
    const { userId, savingsAccountId } = party;
    const answers = await atOnce(20, () => withdraw(savingsAccountId, { userId, amount: 1 }, newKey()));
    expect(tally(answers)).toEqual({ '201 Success': 10, '422 NotEnoughBalance': 10 });
    expect(await moneyOf(party)).toMatchObject({ main: 10, available: 10, savings: 0 });
    await expectUnbrokenChain(party);
  });

  it('back and forth with deposits at once loses nothing', async () => {
    const party = await aSaver({ saved: 1_000, left: 1_000 });
    const { userId, savingsAccountId } = party;
    const answers = await atOnce<Received<unknown>>(40, (index) =>
      index % 2 ? withdraw(savingsAccountId, { userId, amount: 50 }) : api.deposit({ userId, amount: 50 }),
    );
    expect(answers.every(({ code }) => code === 'Success')).toBe(true);
    expect(await moneyOf(party)).toMatchObject({ main: 1_000, available: 1_000, savings: 1_000 });
    await expectUnbrokenChain(party);
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'a withdrawal from savings beside money that is held', () => {
  it('adds to what is available, leaves what is held alone, and the books agree', async () => {
    const party = await aParty({ given: 5_000, bankAccount: '9016' });
    const { userId, savingsAccountId } = party;
    await done(api.deposit({ userId, amount: 2_000 }));
    const paying = await api.pay(paymentBody(userId, { totalPayAmount: 10_000 }), newKey());
    expectAnswer(paying, 'Processing'); // holds the 3,000 won that were left
    expect(await moneyOf(party)).toMatchObject({ main: 3_000, available: 0, savings: 2_000 });
    expectSuccess(await withdraw(savingsAccountId, { userId, amount: 1_500 }), 201);
    expect(await moneyOf(party)).toMatchObject({ main: 4_500, available: 1_500, savings: 500 });
    await eventually(
      () => moneyOf(party),
      ({ main, available }) => main === 1_500 && available === 1_500,
    );
    await expectUnbrokenChain(party);
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
