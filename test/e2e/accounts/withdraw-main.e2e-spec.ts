import { beforeAll, describe, expect, it } from '@jest/globals';
import { handleOf } from '../../../src/bank-simulator/account-handle.js';
import { api, type Received } from '../../support/api.js';
import {
  atOnce,
  aUser,
  DAILY_LIMIT,
  done,
  linkBody,
  newAccountNumber,
  newKey,
  type TestUser,
} from '../../support/builders.js';
import { type AnswerName, expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { entriesOf, eventually, expectNothingMoved, expectUnbrokenChain, moneyOf, watch } from '../../support/money.js';
import { bankRecord } from '../../support/stores.js';

const KOOKMIN = '004';
const GIVEN = 50_000;

/** A user with 50,000 won that came from another one. */
const aPayer = (bankAccount?: string) => aUser({ given: GIVEN, ...(bankAccount !== undefined && { bankAccount }) });

/** Another account of the user's, at Kookmin Bank. */
async function linkAnother({ userId }: TestUser): Promise<{ linkedAccountId: number; fintechUseNum: string }> {
  const number = newAccountNumber();
  const { linkedAccountId } = (await done(api.link(userId, linkBody({ externalAccountNumber: number })))).detail;
  return { linkedAccountId, fintechUseNum: handleOf({ bankCode: KOOKMIN, number }) };
}

const idOf = ({ location }: Received<unknown>) => Number(location?.split('/').at(-1));

const endOf = (received: Received<unknown>) =>
  eventually(
    async () => (await done(api.transaction(idOf(received)))).detail,
    ({ status }) => status !== 'PENDING',
  );

describe('POST /accounts/main/withdrawals', () => {
  it('pays from the main account, and says so wherever it is asked for', async () => {
    const user = await aPayer();
    const key = newKey();
    const received = await api.payOut({ userId: user.userId, amount: 20_000 }, key);
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    expect(received.location).toBe(`/transactions/${transactionId}`);
    expect(received.detail).toEqual({
      transactionId,
      amount: 20_000,
      mainAccount: { accountId: user.accountId, balance: GIVEN - 20_000 },
    });
    const { detail: movement } = await done(api.transaction(transactionId));
    expect(movement).toMatchObject({ type: 'PAYOUT', status: 'COMPLETED', amount: 20_000, toppedUpAmount: 0 });
    const shown = { transactionId, type: 'PAYOUT', amount: -20_000, counterparty: 'HANA BANK' };
    expect((await entriesOf(user.accountId)).at(-1)).toMatchObject(shown);
    const ofType = (await done(api.entries(user.accountId, { type: 'payout' }))).detail.items;
    expect(ofType).toMatchObject([shown]);
    const byKey = `/transactions?userId=${user.userId}&idempotencyKey=${key}`;
    expect((await api.send<{ items: object[] }>('GET', byKey)).detail.items).toMatchObject([{ transactionId }]);
    await expectUnbrokenChain(user);
  });

  it('uses nothing of what may be taken on one day, and none of it is topped up', async () => {
    const user = await aUser({ charged: DAILY_LIMIT });
    expectSuccess(await api.payOut({ userId: user.userId, amount: DAILY_LIMIT }, newKey()), 201);
    expect(await moneyOf(user)).toEqual({ main: 0, available: 0, savings: 0, usedToday: DAILY_LIMIT });
    const other = await aUser();
    await expectNothingMoved([other], async () => {
      expectAnswer(await api.payOut({ userId: other.userId, amount: 1 }, newKey()), 'NotEnoughBalance');
    });
  });

  it('refuses an account that is not linked to this user, or no more', async () => {
    const [user, other] = [await aPayer(), await aUser()];
    const { userId } = user;
    const foreign = (await done(api.links(other.userId))).detail.items[0]?.linkedAccountId;
    const { linkedAccountId: removed } = await linkAnother(user);
    await done(api.unlink(userId, removed));
    await expectNothingMoved([user, other], async () => {
      for (const linkedAccountId of [foreign, removed, 999_999_999]) {
        expectAnswer(await api.payOut({ userId, amount: 1_000, linkedAccountId }, newKey()), 'AccountNotFound');
      }
      expectAnswer(await api.payOut({ userId: 999_999_999, amount: 1_000 }, newKey()), 'InvalidUserId');
      expectAnswer(await api.payOut({ userId, amount: 1_000 }), 'KeyMissing');
      for (const amount of [0, -1, 1.5, '1000', null, 1_000_000_000_000]) {
        expectAnswer(await api.payOut({ userId, amount }, newKey()), 'InvalidRequest');
      }
    });
  });

  it('tells a repeated key what became of it, once and for ever', async () => {
    const user = await aPayer();
    const [key, body] = [newKey(), { userId: user.userId, amount: 7_000 }];
    const answers = await atOnce(10, () => api.payOut(body, key));
    expect(answers.filter(({ code }) => code === 'Success')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    const first = answers.find(({ code }) => code === 'Success') as Received<object>;
    const again = await api.payOut(body, key);
    expectAnswer(again, 'RequestComplete');
    expect([again.detail, again.location]).toEqual([first.detail, first.location]);
    expectAnswer(await api.payOut({ ...body, amount: 7_001 }, key), 'KeyReused');
    expect((await moneyOf(user)).main).toBe(GIVEN - 7_000);
  });

  it('never pays more than there is, however many ask at once, whatever else is paid', async () => {
    const [user, friend] = [await aPayer(), await aUser()];
    const { userId } = user;
    const answers = await atOnce(40, (n) =>
      n % 4 === 0 ? api.send('POST', '/accounts/savings', { userId }) : api.payOut({ userId, amount: 3_000 }, newKey()),
    );
    const paid = answers.filter(({ location }) => location?.startsWith('/transactions/'));
    expect(paid).toHaveLength(Math.floor(GIVEN / 3_000));
    expect(tally(answers)).toMatchObject({ '422 NotEnoughBalance': 30 - paid.length });
    expect((await moneyOf(user)).main).toBe(GIVEN - 3_000 * paid.length);
    expect((await moneyOf(friend)).main).toBe(0);
    await expectUnbrokenChain(user);
  });
});

describeWith(['simulatorUrl'], 'the bank', () => {
  it('pays what it is asked for into the default, or the account that is named', async () => {
    const user = await aPayer();
    const { userId } = user;
    const other = await linkAnother(user);
    expectSuccess(await api.payOut({ userId, amount: 1_000 }, newKey()), 201);
    expectSuccess(await api.payOut({ userId, amount: 2_000, linkedAccountId: other.linkedAccountId }, newKey()), 201);
    const amounts = async (handle: string) => (await bankRecord(handle, 'payouts')).map(({ amount }) => amount);
    expect([await amounts(user.fintechUseNum), await amounts(other.fintechUseNum)]).toEqual([[1_000], [2_000]]);
    expect((await entriesOf(user.accountId)).at(-1)?.counterparty).toBe('국민은행');
  });
});

/** The sandbox's bank accounts that refuse, by their last four digits. */
const REFUSING: readonly [ending: string, why: string, answer: AnswerName][] = [
  ['9001', 'our own account is short', 'BankMaintenance'],
  ['9002', 'over the limit per transfer of our own account', 'BankMaintenance'],
  ['9004', 'the account is closed', 'BankMaintenance'],
  ['9005', 'the bank is closed', 'BankMaintenance'],
  ['9006', 'the bank is closed and says so with HTTP 503', 'BankMaintenance'],
];

describe.each(REFUSING)('when the bank refuses (%s: %s)', (bankAccount, _why, answer) => {
  it('it is given back, and the key may be used again', async () => {
    const user = await aPayer(bankAccount);
    const [key, body] = [newKey(), { userId: user.userId, amount: 10_000 }];
    const expectNoTrace = await watch([user]);
    expectAnswer(await api.payOut(body, key), answer);
    expectAnswer(await api.payOut(body, key), answer);
    await expectNoTrace();
    const { items } = (
      await api.send<{ items: object[] }>('GET', `/transactions?userId=${user.userId}&idempotencyKey=${key}`)
    ).detail;
    expect(items).toMatchObject(Array(2).fill({ type: 'PAYOUT', status: 'FAILED', failureCode: answer }));
  });
});

/** The sandbox's bank accounts that stumble or keep silent, by their last four digits, and how it ends. */
const UNCLEAR: readonly [ending: string, what: string, end: 'COMPLETED' | 'FAILED'][] = [
  ['9007', 'answers late', 'COMPLETED'],
  ['9008', 'never took it up', 'COMPLETED'],
  ['9009', 'hung up before it took it up', 'COMPLETED'],
  ['9010', 'dropped the connection', 'COMPLETED'],
  ['9011', 'paid and never answered', 'COMPLETED'],
  ['9012', 'takes it up only when nobody waits any more, after it has said that it knows nothing', 'COMPLETED'],
  ['9013', 'dropped the connection in the middle of its answer', 'COMPLETED'],
  ['9014', 'answered with half of its JSON', 'COMPLETED'],
  ['9015', 'answered with HTTP 500', 'COMPLETED'],
  ['9016', 'is still working, and then done', 'COMPLETED'],
  ['9017', 'is still working, and then refuses', 'FAILED'],
  ['9018', 'says that its time was up, and is done later', 'COMPLETED'],
  ['9019', 'called the first request a repetition', 'COMPLETED'],
  ['9020', 'has forgotten our token', 'COMPLETED'],
];

describe('a bank whose answer is unclear', () => {
  const AMOUNT = 10_000;
  interface Seen {
    readonly user: TestUser;
    readonly key: string;
    readonly first: Received<object>;
    readonly open: { status: string; available: number; again: Received<unknown>; unlinked: Received<unknown> } | null;
    readonly end: { status: string; failureCode?: string };
  }
  const seen = new Map<string, Seen>();

  async function see(bankAccount: string): Promise<Seen> {
    const user = await aPayer(bankAccount);
    const { userId } = user;
    const { linkedAccountId: other } = await linkAnother(user);
    const first = (await done(api.links(userId))).detail.items.find(({ isDefault }) => isDefault);
    await done(api.makeDefault(userId, other));
    const [key, body] = [newKey(), { userId, amount: AMOUNT, linkedAccountId: first?.linkedAccountId }];
    const received = await api.payOut(body, key);
    let open: Seen['open'] = null;
    if (received.code === 'Processing') {
      const again = await api.payOut(body, key);
      const unlinked = await api.unlink(userId, first?.linkedAccountId as number);
      const { available } = await moneyOf(user);
      open = { again, unlinked, available, status: (await done(api.transaction(idOf(received)))).detail.status };
    }
    return { user, key, first: received, open, end: await endOf(received) };
  }

  beforeAll(async () => {
    await Promise.all(UNCLEAR.map(async ([ending]) => seen.set(ending, await see(ending))));
  });

  it.each(UNCLEAR)('%s: that %s is asked until it says, and it is %s', async (ending, _what, expected) => {
    const { user, key, first, open, end } = seen.get(ending) as Seen;
    expect([
      [201, 'Success'],
      [202, 'Processing'],
    ]).toContainEqual([first.status, first.code]);
    // It may have been settled in between on a slow machine; while it is open nothing else may be said.
    if (open?.status === 'PENDING') {
      expectAnswer(open.again, 'RequestOnGoing');
      expectAnswer(open.unlinked, 'LinkedAccountInUse');
      expect(open.available).toBe(GIVEN - AMOUNT);
    }
    expect(end.status).toBe(expected);
    const left = expected === 'COMPLETED' ? GIVEN - AMOUNT : GIVEN;
    expect(await moneyOf(user)).toEqual({ main: left, available: left, savings: 0, usedToday: 0 });
    if (expected === 'FAILED') expect(end.failureCode).toBe('BankMaintenance');
    else expectAnswer(await api.payOut({ userId: user.userId, amount: 1 }, key), 'KeyReused');
    await expectUnbrokenChain(user);
  });
});

describeWith(['simulatorUrl'], "the bank's record of payouts", () => {
  it('equals ours after many at once, to one account', async () => {
    const user = await aPayer();
    const answers = await atOnce(20, (n) => api.payOut({ userId: user.userId, amount: 2_000 + n }, newKey()));
    expect(tally(answers)).toEqual({ '201 Success': 20 });
    const ours = (await entriesOf(user.accountId)).filter(({ type }) => type === 'PAYOUT').map(({ amount }) => -amount);
    const record = (await bankRecord(user.fintechUseNum, 'payouts')).map(({ amount }) => amount);
    expect(record.sort()).toEqual(ours.sort());
  });
});
