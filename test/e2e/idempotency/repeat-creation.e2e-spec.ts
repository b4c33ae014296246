import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { api, type NewAccount, type Received, type SignedUp, type User } from '../../support/api.js';
import { atOnce, aUser, done, give, newKey, signUpBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';

const signUp = (body: object, key: string) => api.send<SignedUp>('POST', '/users', body, { key });
const open = (userId: number, key: string) => api.send<NewAccount>('POST', '/accounts/savings', { userId }, { key });
const usersOf = async (key: string) =>
  (await done(api.send<{ items: User[] }>('GET', `/users?idempotencyKey=${encodeURIComponent(key)}`))).detail.items;
const accountsOf = async (userId: number, key: string) => {
  const path = `/accounts/savings?userId=${userId}&idempotencyKey=${encodeURIComponent(key)}`;
  return (await done(api.send<{ items: NewAccount[] }>('GET', path))).detail.items;
};

function expectSame(again: Received<object>, first: Received<object>): void {
  expectAnswer(again, 'RequestComplete');
  expect([again.detail, again.location]).toEqual([first.detail, first.location]);
}

describe('the key of a sign-up', () => {
  it('makes a repetition a 409 with the user who was made, whatever became of that one since', async () => {
    const [body, key] = [signUpBody(), newKey()];
    const first = await signUp(body, key);
    expectSuccess(first, 201);
    expectSame(await signUp(body, key), first);
    await give({ userId: first.detail.userId } as never, 5_000);
    expectSame(await signUp(body, key), first);
  });

  it('cannot be used for another payload', async () => {
    const [body, key] = [signUpBody(), newKey()];
    await done(signUp(body, key));
    expectAnswer(await signUp({ ...body, name: '김철수' }, key), 'KeyReused');
    expectAnswer(await signUp(signUpBody(), key), 'KeyReused');
  });

  it('signs one of 10 requests at once up', async () => {
    const [body, key] = [signUpBody(), newKey()];
    const answers = await atOnce(10, () => signUp(body, key));
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyComplete': 9 });
    expect(new Set(answers.map(({ detail }) => detail.userId)).size).toBe(1);
  });

  it('is free after a refusal, also for another payload', async () => {
    const { email } = await aUser();
    const key = newKey();
    expectAnswer(await signUp(signUpBody({ email }), key), 'AlreadyRegistered');
    expect(await usersOf(key)).toEqual([]);
    expectSuccess(await signUp(signUpBody(), key), 201);
  });

  it('finds the user, in both spellings, and nobody before', async () => {
    const key = `a"b\\c-${newKey()}`;
    const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
    expect(await usersOf(key)).toEqual([]);
    const { userId, email } = (await done(signUp(signUpBody(), key))).detail;
    for (const spelling of [key, quoted]) expect(await usersOf(spelling)).toMatchObject([{ userId, email }]);
    for (const bad of ['', 'a b', '""']) {
      expect((await api.send('GET', `/users?idempotencyKey=${encodeURIComponent(bad)}`)).status).toBe(400);
    }
  });
});

describe('the key of an opening', () => {
  it('makes a repetition a 409 with the account that was opened, whatever became of it since', async () => {
    const [{ userId }, key] = [await aUser({ given: 1_000 }), newKey()];
    const first = await open(userId, key);
    expectSuccess(first, 201);
    expectSame(await open(userId, key), first);
    await done(api.deposit({ userId, amount: 1_000 }));
    expectSame(await open(userId, key), first);
    expect((await done(api.user(userId))).detail.accounts).toHaveLength(2);
  });

  it('is bound to its payload', async () => {
    const [{ userId }, key] = [await aUser(), newKey()];
    await done(open(userId, key));
    const other = await api.send('POST', '/accounts/savings', { userId, product: 'FREE' }, { key });
    expectAnswer(other, 'KeyReused');
  });

  it('of two users is two keys', async () => {
    const [one, other, key] = [await aUser(), await aUser(), newKey()];
    const opened = [await done(open(one.userId, key)), await done(open(other.userId, key))];
    expect(new Set(opened.map(({ detail }) => detail.accountId)).size).toBe(2);
  });

  it('opens one account for 10 requests at once', async () => {
    const [{ userId }, key] = [await aUser(), newKey()];
    const answers = await atOnce(10, () => open(userId, key));
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyComplete': 9 });
    expect((await done(api.user(userId))).detail.accounts).toHaveLength(2);
  });

  it('finds the account, in both spellings, and none before or of another user', async () => {
    const [{ userId }, other] = [await aUser(), await aUser()];
    const key = `a"b\\c-${newKey()}`;
    const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
    expect(await accountsOf(userId, key)).toEqual([]);
    const { accountId } = (await done(open(userId, key))).detail;
    for (const spelling of [key, quoted]) expect(await accountsOf(userId, spelling)).toMatchObject([{ accountId }]);
    expect(await accountsOf(other.userId, key)).toEqual([]);
  });

  it('is honoured while none is needed', async () => {
    const { userId } = await aUser();
    for (const count of [2, 3]) {
      expectSuccess(await api.openSavings({ userId }), 201);
      expect((await done(api.user(userId))).detail.accounts).toHaveLength(count);
    }
  });
});

describeWith(['redisUrl'], 'after Redis was flushed', () => {
  it('a sign-up and an opening are still 409 with the same result', async () => {
    const [body, key] = [signUpBody(), newKey()];
    const signedUp = await done(signUp(body, key));
    const { userId } = signedUp.detail;
    const opened = await done(open(userId, key));
    const redis = new Redis(stackPart('redisUrl'));
    await redis.flushall().finally(() => redis.disconnect());
    expectSame(await signUp(body, key), signedUp);
    expectSame(await open(userId, key), opened);
    expectAnswer(await signUp(signUpBody(), key), 'KeyReused');
  });
});
