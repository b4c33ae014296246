import { beforeAll, describe, expect, it } from '@jest/globals';
import { api, type Entry } from '../../support/api.js';
import { aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { aParty, entriesOf } from '../../support/money.js';

describe("an account's transactions", () => {
  it('tell every kind of movement, newest first, with the balance after each', async () => {
    const party = await aParty({ name: '보내는이' });
    const { userId, friend, savingsAccountId, accountId } = party;
    await done(api.charge({ userId, amount: 50_000 }));
    await done(api.deposit({ userId, amount: 10_000 }));
    await done(api.transfer({ fromUserId: userId, toUserId: friend.userId, amount: 5_000 }));
    const { paymentId } = (await done(api.pay(paymentBody(userId, { totalPayAmount: 40_000 }), newKey()))).detail;

    const received = await api.entries(accountId);
    expectSuccess(received, 200);
    const seen = received.detail.items.map(({ type, amount, balanceAfter }) => [type, amount, balanceAfter]);
    expect(seen).toEqual([
      ['PAYMENT', -40_000, 0],
      ['TOP_UP', 5_000, 40_000],
      ['TRANSFER', -5_000, 35_000],
      ['SAVINGS_DEPOSIT', -10_000, 40_000],
      ['CHARGE', 50_000, 50_000],
    ]);
    const [payment, topUp, transfer, deposit, charge] = received.detail.items as [Entry, Entry, Entry, Entry, Entry];
    expect([payment.paymentId, payment.transactionId]).toEqual([paymentId, paymentId]);
    expect(transfer).not.toHaveProperty('paymentId');
    expect([transfer.counterparty, charge.counterparty, topUp.counterparty]).toEqual([
      friend.name,
      'HANA BANK',
      'HANA BANK',
    ]);
    expect([payment.counterparty, deposit.counterparty].every(Boolean)).toBe(true);
    expect(received.detail.nextCursor).toBeNull();

    expect(await entriesOf(friend.accountId)).toMatchObject([
      { type: 'TRANSFER', amount: 5_000, counterparty: '보내는이' },
    ]);
    expect(await entriesOf(savingsAccountId)).toMatchObject([
      { type: 'SAVINGS_DEPOSIT', amount: 10_000, balanceAfter: 10_000 },
    ]);
  });

  it('of an account that does not exist is AccountNotFound', async () => {
    expectAnswer(await api.entries(Number.MAX_SAFE_INTEGER), 'AccountNotFound');
  });

  it.each(['0', '-1', 'abc', '1.5', "1'--"])('of account %s is refused', async (accountId) => {
    const received = await api.entries(encodeURIComponent(accountId));
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['accountId']);
  });
});

describe('the pages of transactions', () => {
  let user: TestUser;
  /** The amounts of the first 25 entries, newest first. */
  let amounts: number[];
  const chargeAtOnce = (some: readonly number[]) =>
    Promise.all(some.map((amount) => done(api.charge({ userId: user.userId, amount }))));
  const amountsOf = ({ items }: { items: readonly Entry[] }) => items.map(({ amount }) => amount);
  const page = async (query: Record<string, string | number>) =>
    (await done(api.entries(user.accountId, query))).detail;

  beforeAll(async () => {
    user = await aUser();
    await chargeAtOnce(Array.from({ length: 25 }, (_, index) => index + 1));
    amounts = amountsOf(await page({ limit: 100 }));
  });

  it('have 20 entries unless one asks for another size, and end with a null cursor', async () => {
    expect([...amounts].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    const first = await page({});
    expect(amountsOf(first)).toEqual(amounts.slice(0, 20));
    const second = await page({ cursor: first.nextCursor as string });
    expect(amountsOf(second)).toEqual(amounts.slice(20));
    expect(second.nextCursor).toBeNull();
    expect((await page({ limit: 25 })).nextCursor).toBeNull();
    expect(amountsOf(await page({ limit: 1 }))).toEqual(amounts.slice(0, 1));
  });

  it('stay the same while new movements arrive, and leave none out', async () => {
    const first = await page({ limit: 10 });
    const cursor = first.nextCursor as string;
    const second = await page({ limit: 10, cursor });
    await chargeAtOnce([100, 200, 300]);
    expect(await page({ limit: 10, cursor })).toEqual(second);
    await chargeAtOnce([400]);
    const third = await page({ limit: 10, cursor: second.nextCursor as string });
    expect([first, second, third].flatMap(amountsOf)).toEqual(amounts);
    const [newest, ...others] = amountsOf(await page({ limit: 5 }));
    expect([newest, others.sort((a, b) => a - b).slice(1)]).toEqual([400, [100, 200, 300]]);
  });

  it.each([
    ['limit', ['0', '101', '-1', '1.5', 'abc', '', '1e1', '９']],
    ['cursor', ['', 'abc', '%', "' OR 1=1", 'MA==', 'x'.repeat(200), '-1']],
    ['offset', ['1']],
  ])('refuse a bad %s', async (name, values) => {
    for (const value of values) {
      const received = await api.entries(user.accountId, { [name]: value });
      expectAnswer(received, 'InvalidRequest');
      expect([value, fieldsOf(received)]).toEqual([value, [name]]);
    }
  });
});
