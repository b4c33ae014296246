import { describe, expect, it } from '@jest/globals';
import { api, type Transaction } from '../../support/api.js';
import { done, newKey } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { aParty } from '../../support/money.js';

describe('a transaction', () => {
  it('that does not exist is not found', async () => {
    expectAnswer(await api.transaction(Number.MAX_SAFE_INTEGER), 'NotFound');
  });

  it.each(['0', '-1', 'abc', '1.0'])('cannot be asked for as %s', async (transactionId) => {
    const received = await api.transaction(transactionId);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['transactionId']);
  });

  it('is found by its key, by a client that lost the answer', async () => {
    const { userId, friend } = await aParty();
    const key = newKey();
    const { transactionId } = (
      await done(api.transfer({ fromUserId: userId, toUserId: friend.userId, amount: 5_000 }, key))
    ).detail;
    const query = new URLSearchParams({ userId: String(userId), idempotencyKey: key }).toString();
    const { items } = (await done(api.send<{ items: Transaction[] }>('GET', `/transactions?${query}`))).detail;
    expect(items).toEqual([(await done(api.transaction(transactionId))).detail]);
  });
});
