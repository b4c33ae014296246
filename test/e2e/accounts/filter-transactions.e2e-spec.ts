import { beforeAll, describe, expect, it } from '@jest/globals';
import { api, type Entry, type EntryPage } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { aParty, type Party } from '../../support/money.js';

const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 10);

type Query = Record<string, string | number>;

/** All entries that a query finds, page by page; `between` comes before each further page. */
async function allOf(accountId: number, query: Query, between = () => Promise.resolve()): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: EntryPage = (await done(api.entries(accountId, { ...query, ...(cursor && { cursor }) }))).detail;
    found.push(...page.items);
    cursor = page.nextCursor;
    if (cursor !== null) await between();
  }
  return found;
}

describe("an account's transactions of a type", () => {
  let party: Party;
  let all: Entry[];

  beforeAll(async () => {
    party = await aParty();
    const { userId, friend, savingsAccountId } = party;
    await done(api.charge({ userId, amount: 50_000 }));
    await done(api.deposit({ userId, amount: 10_000 }));
    await done(api.send('POST', `/accounts/savings/${savingsAccountId}/withdrawals`, { userId, amount: 4_000 }));
    await done(api.transfer({ fromUserId: userId, toUserId: friend.userId, amount: 5_000, memo: '점심값' }));
    const { paymentId } = (await done(api.pay(paymentBody(userId, { totalPayAmount: 40_000 }), newKey()))).detail;
    const cancel = { cancelAmount: 1_000, cancelReason: '변심' };
    await done(api.send('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }));
    all = await allOf(party.accountId, {});
  });

  it.each([
    ['CHARGE', [50_000]],
    ['TOP_UP', [1_000]],
    ['SAVINGS_DEPOSIT', [-10_000]],
    ['SAVINGS_WITHDRAWAL', [4_000]],
    ['TRANSFER', [-5_000]],
    ['PAYMENT', [-40_000]],
    ['PAYMENT_CANCEL', [1_000]],
    ['payment_Cancel', [1_000]],
  ])('%s are those and no others, as they are among all', async (type, amounts) => {
    const found = await allOf(party.accountId, { type });
    expect(found.map(({ amount }) => amount)).toEqual(amounts);
    expect(found).toEqual(all.filter((entry) => entry.type === type.toUpperCase()));
  });

  it('have all been asked for above', () => {
    expect(new Set(all.map(({ type }) => type)).size).toBe(7);
  });

  it('show a transfer to each side, with the memo and the other’s name', async () => {
    const of = (accountId: number) => allOf(accountId, { type: 'TRANSFER' });
    const { friend } = party;
    expect(await of(party.accountId)).toMatchObject([{ amount: -5_000, counterparty: friend.name, memo: '점심값' }]);
    expect(await of(friend.accountId)).toMatchObject([{ amount: 5_000, counterparty: party.name, memo: '점심값' }]);
  });

  it('are none where there are none, and of no account AccountNotFound', async () => {
    expect(await allOf(party.friend.accountId, { type: 'CHARGE' })).toEqual([]);
    for (const query of [{ type: 'PAYMENT' }, { from: '2025-01-01' }] as Query[]) {
      expectAnswer(await api.entries(Number.MAX_SAFE_INTEGER, query), 'AccountNotFound');
    }
  });
});

describe('the pages of transactions of some types and days', () => {
  it('have each entry exactly once while new ones come', async () => {
    const user = await aUser();
    const other = await aUser();
    const move = async () => {
      await done(api.charge({ userId: user.userId, amount: 1_000 }));
      await done(api.transfer({ fromUserId: user.userId, toUserId: other.userId, amount: 10 }));
    };
    for (let i = 0; i < 8; i++) await move();
    const period = { from: dayOf(Date.now() - DAY_MS), to: dayOf(Date.now() + DAY_MS) };
    const before = await allOf(user.accountId, {});
    for (const query of [
      { type: 'TRANSFER' },
      period,
      { ...period, type: 'charge' },
      { from: period.from },
    ] as Query[]) {
      const there = await allOf(user.accountId, { limit: 100, ...query });
      expect(await allOf(user.accountId, { limit: 3, ...query }, move)).toEqual(there);
    }
    expect((await allOf(user.accountId, period)).slice(-before.length)).toEqual(before);
  });

  it('are empty for days before and after', async () => {
    const user = await aUser({ charged: 1_000 });
    for (const query of [{ from: '2020-01-01', to: '2020-12-31' }, { to: '2020-12-31' }, { from: '2099-01-01' }]) {
      expect((await done(api.entries(user.accountId, query as Query))).detail).toEqual({ items: [], nextCursor: null });
    }
    expect(await allOf(user.accountId, { from: '2020-01-01', to: '2999-12-31' })).toHaveLength(1);
  });

  it.each([
    ['from', { from: '2025-02-30' }],
    ['from', { from: '2025-02-26 00:00:00' }],
    ['to', { to: 'today' }],
    ['to', { from: '2025-02-27', to: '2025-02-26' }],
    ['type', { type: 'GIFT' }],
    ['type', { type: 'constructor' }],
    ['type', { type: '' }],
  ])('are refused with a wrong %s: %j', async (field, query: Query) => {
    const { accountId } = await aUser();
    for (const accept of ['application/json', 'text/csv']) {
      const path = `/accounts/${accountId}/transactions?${new URLSearchParams(query as never).toString()}`;
      const received = await api.send('GET', path, undefined, { headers: { accept } });
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
  });

  it('name all types where one is none', async () => {
    const { accountId } = await aUser();
    const { detail } = await api.entries(accountId, { type: 'GIFT' });
    const [{ reason }] = (detail as unknown as { errors: [{ reason: string }] }).errors;
    for (const type of ['CHARGE', 'TOP_UP', 'PAYMENT_CANCEL']) expect(reason).toContain(type);
  });
});
