import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import {
  aSavingsAccount,
  atOnce,
  aUser,
  done,
  linkBody,
  newKey,
  paymentBody,
  signUpBody,
} from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { entriesOf, eventually, moneyOf } from '../../support/money.js';
import { sql } from '../../support/stores.js';

const close = (userId: number, key?: string) => api.send('DELETE', `/users/${userId}`, undefined, { key });
const send = (fromUserId: number, toUserId: number, amount: number, changes: object = {}) =>
  api.transfer({ fromUserId, toUserId, amount, ...changes });

describe('closing a wallet', () => {
  it('with nothing in it ends it, once for its key', async () => {
    const user = await aUser();
    const key = newKey();
    const received = await close(user.userId, key);
    expectSuccess(received, 200);
    expect(received.detail).toEqual({ userId: user.userId });
    const again = await close(user.userId, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual(received.detail);
    expectAnswer(await close(user.userId), 'InvalidUserId');
    expectAnswer(await api.user(user.userId), 'InvalidUserId');
    expectAnswer(await api.send('GET', `/users/${user.userId}/linked-accounts`), 'InvalidUserId');
    expectAnswer(await api.send('GET', `/users/${user.userId}/agreements`), 'InvalidUserId');
    expectAnswer(await close(Number.MAX_SAFE_INTEGER), 'InvalidUserId');
  });

  it('leaves nothing that money could come to, or from', async () => {
    const [{ userId }, other] = [await aUser(), await aUser({ given: 10_000 })];
    await done(close(userId));
    for (const received of [
      await api.charge({ userId, amount: 1_000 }),
      await api.pay(paymentBody(userId), newKey()),
      await send(userId, other.userId, 1_000),
      await send(other.userId, userId, 1_000),
      await send(other.userId, userId, 1_000, { acceptance: 'REQUIRED' }),
      await api.openSavings({ userId }),
    ]) {
      expectAnswer(received, 'AccountClosed');
    }
    expectAnswer(await api.link(userId, linkBody()), 'InvalidUserId');
    expect(await moneyOf(other)).toMatchObject({ main: 10_000, available: 10_000 });
  });

  it('frees the e-mail and the bank account for another wallet', async () => {
    const body = signUpBody();
    const first = (await done(api.signUp(body))).detail;
    expectAnswer(await api.signUp(body), 'AlreadyRegistered');
    await done(close(first.userId));
    const second = (await done(api.signUp(body))).detail;
    expect(second.userId).toBeGreaterThan(first.userId);
    await done(api.charge({ userId: second.userId, amount: 1_000 }));
  });

  it('is refused while anything is left, and says what', async () => {
    const user = await aUser({ given: 5_000 });
    const other = await aUser({ given: 5_000 });
    const { userId } = user;
    const remaining = async (reasons: string[]) => {
      const received = await close(userId);
      expectAnswer(received, 'WalletNotEmpty');
      expect(received.detail).toEqual({ remaining: reasons });
    };
    await remaining(['BALANCE']);
    const savings = await aSavingsAccount(user);
    await done(api.deposit({ userId, amount: 5_000 }));
    await remaining(['SAVINGS']);
    await done(api.send('POST', `/accounts/savings/${savings}/close`, { userId }));
    await remaining(['BALANCE']);
    const sent = (await done(send(userId, other.userId, 5_000, { acceptance: 'REQUIRED' }))).detail;
    await remaining(['HELD_TRANSFER']);
    await done(api.send('POST', `/transfers/${sent.transactionId}/accept`, { userId: other.userId }));
    const got = (await done(send(other.userId, userId, 1_000, { acceptance: 'REQUIRED' }))).detail;
    await remaining(['HELD_TRANSFER']);
    await done(api.send('POST', `/transfers/${got.transactionId}/cancel`, { userId: other.userId }));
    await done(close(userId));
  });

  it('leaves a partner’s payment that can not be given back', async () => {
    const { userId } = await aUser({ given: 23_000 });
    const paid = (await done(api.pay(paymentBody(userId), newKey()))).detail;
    await done(close(userId));
    const received = await api.send(
      'POST',
      `/payments/${paid.paymentId}/cancel`,
      { cancelReason: '반품' },
      { key: newKey() },
    );
    expectAnswer(received, 'AccountClosed');
  });

  it('happens once, and never with money in it, whatever comes at once', async () => {
    const [user, other] = [await aUser(), await aUser({ given: 10_000 })];
    const answers = await atOnce(30, (index) =>
      index % 3 ? send(other.userId, user.userId, 100) : close(user.userId, newKey()),
    );
    for (const one of answers) {
      expect(['Success', 'AccountClosed', 'WalletNotEmpty', 'InvalidUserId', 'TemporarilyUnavailable']).toContain(
        one.code,
      );
    }
    const closed = answers.filter(({ code }, index) => index % 3 === 0 && code === 'Success');
    const sent = answers.filter(({ code }, index) => index % 3 !== 0 && code === 'Success');
    expect(closed.length).toBeLessThanOrEqual(1);
    if (closed.length === 1) expect(sent).toHaveLength(0);
    else expect(await moneyOf(user)).toMatchObject({ main: 100 * sent.length });
    expect(tally(answers)).toBeDefined();
    expect(await moneyOf(other)).toMatchObject({ main: 10_000 - 100 * sent.length });
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'what is left of a closed wallet', () => {
  it('is nothing personal, and books that agree', async () => {
    const user = await aUser({ given: 2_000, name: '김탈퇴' });
    const other = await aUser();
    await done(send(user.userId, other.userId, 2_000, { memo: '잘 지내' }));
    const extra = (await done(api.link(user.userId, linkBody()))).detail.linkedAccountId;
    await done(api.send('DELETE', `/users/${user.userId}/linked-accounts/${extra}`));
    const sealed = async () => ({
      user: await sql(
        'SELECT HEX(sealed_name) AS name, HEX(sealed_email) AS email, HEX(email_print) AS print FROM users WHERE id = ?',
        [user.userId],
      ),
      links: await sql(
        'SELECT HEX(sealed_number) AS number, HEX(sealed_owner_name) AS owner, HEX(sealed_handle) AS handle FROM linked_accounts WHERE user_id = ?',
        [user.userId],
      ),
    });
    const values = (rows: object[]) => rows.flatMap((row) => Object.values(row) as string[]);
    const before = await sealed();
    expect(before.links).toHaveLength(2);
    await done(close(user.userId));
    const after = await sealed();
    for (const value of [...values(before.user), ...values(before.links)]) {
      expect([...values(after.user), ...values(after.links)]).not.toContain(value);
    }
    const [entry] = await entriesOf(other.accountId);
    expect(entry).toMatchObject({ amount: 2_000, counterparty: '탈퇴한 회원' });
    expect(entry).not.toHaveProperty('memo');
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('waits for what the bank has not answered yet', async () => {
    const { userId } = await aUser({ bankAccount: '9016' });
    const other = await aUser();
    expectAnswer(await send(userId, other.userId, 2_000), 'Processing');
    for (const wallet of [userId, other.userId]) {
      const received = await close(wallet);
      expectAnswer(received, 'WalletNotEmpty');
      expect(received.detail).toEqual({ remaining: ['PENDING'] });
    }
    await eventually(
      () => moneyOf(other),
      ({ main }) => main === 2_000,
    );
    await done(close(userId));
  });
});
