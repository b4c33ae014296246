import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';

describe('opening a savings account', () => {
  it('gives an empty account with a number and an address of its own', async () => {
    const { userId } = await aUser();
    const received = await api.openSavings({ userId });
    expectSuccess(received, 201);
    const { accountId, accountNumber } = received.detail;
    expect(received.detail).toEqual({ accountId, accountNumber, type: 'SAVINGS', balance: 0 });
    expect(accountNumber).toMatch(/^[\d-]{8,20}$/);
    const { items } = (await done(api.entries(accountId))).detail;
    expect(items).toEqual([]);
    expect(received.location).toContain(String(accountId));
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
