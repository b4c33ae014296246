import { describe, expect, it } from '@jest/globals';
import { api, type NewSavings } from '../../support/api.js';
import { atOnce, aUser, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';

describe('opening a savings account', () => {
  it('gives an empty account with a number and an address of its own', async () => {
    const { userId } = await aUser();
    const received = await api.openSavings({ userId });
    expectSuccess(received, 201);
    const { accountId, accountNumber } = received.detail;
    expect(received.detail).toEqual({ accountId, accountNumber, type: 'SAVINGS', product: 'FREE', balance: 0 });
    expect(accountNumber).toMatch(/^[\d-]{8,20}$/);
    const { items } = (await done(api.entries(accountId))).detail;
    expect(items).toEqual([]);
    expect(received.location).toContain(String(accountId));
  });

  it('is of the product that was asked for', async () => {
    const { userId } = await aUser();
    const regular = await api.openSavings({ userId, product: 'REGULAR', dailyDeposit: 10_000 });
    expectSuccess(regular, 201);
    expect(regular.detail).toMatchObject({ type: 'SAVINGS', product: 'REGULAR', balance: 0 });
    expect((await done(api.openSavings({ userId, product: 'FREE' }))).detail.product).toBe('FREE');
  });

  it('of each product is described', async () => {
    const { detail } = await done(api.send<{ items: object[] }>('GET', '/savings-products'));
    expect(detail.items).toEqual([
      { product: 'FREE', name: '자유적금', rateBasisPoints: 300, needsDailyDeposit: false },
      { product: 'REGULAR', name: '정기적금', rateBasisPoints: 500, needsDailyDeposit: true },
    ]);
  });

  it.each([
    ['dailyDeposit', { product: 'REGULAR' }],
    ['dailyDeposit', { dailyDeposit: 10_000 }],
    ['dailyDeposit', { product: 'FREE', dailyDeposit: 10_000 }],
    ['dailyDeposit', { product: 'REGULAR', dailyDeposit: 0 }],
    ['dailyDeposit', { product: 'REGULAR', dailyDeposit: null }],
    ['product', { product: 'GOLD' }],
    ['product', { product: 'free' }],
    ['product', { product: 1 }],
  ])('is refused with a bad or missing %s (%j)', async (field, changes) => {
    const { userId } = await aUser();
    const received = await api.openSavings({ userId, ...changes });
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
    expect((await done(api.user(userId))).detail.accounts).toHaveLength(1);
  });

  it('under one key happens once, and says so for ever; for another product the key is used', async () => {
    const { userId } = await aUser();
    const [body, key] = [{ userId, product: 'REGULAR', dailyDeposit: 10_000 }, newKey()];
    const open = (changes = {}) => api.send<NewSavings>('POST', '/accounts/savings', { ...body, ...changes }, { key });
    const first = await open();
    expectSuccess(first, 201);
    const again = await open();
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual(first.detail);
    expectAnswer(await open({ dailyDeposit: 10_001 }), 'KeyReused');
    expect((await done(api.user(userId))).detail.accounts).toHaveLength(2);
  });

  it('works several times, also at once', async () => {
    const { userId } = await aUser();
    const opened = await atOnce(5, () => done(api.openSavings({ userId })));
    expect(new Set(opened.map(({ detail }) => detail.accountNumber)).size).toBe(5);
    expect((await done(api.user(userId))).detail.accounts).toHaveLength(6);
  });

  it('is refused for a user who does not exist', async () => {
    expectAnswer(await api.openSavings({ userId: Number.MAX_SAFE_INTEGER }), 'InvalidUserId');
  });

  it.each([{}, { userId: '1' }, { userId: 0 }, { userId: null }, { userId: [1] }])(
    'is refused for %j',
    async (body) => {
      const received = await api.openSavings(body);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['userId']);
    },
  );
});
