import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { atOnce, done, linkBody, newAccountNumber, newKey } from '../../support/builders.js';
import { expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { openCharges } from '../../support/open-charges.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

describeWith(['databaseUrl', 'redisUrl'], 'banks, and their accounts,', () => {
  let stack: OwnStack;
  let users: OwnUser[];
  beforeAll(async () => {
    stack = await startOwnStack();
    users = [];
    while (users.length < 100) users.push(...(await atOnce(10, () => signUpAt(stack, newAccountNumber()))));
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.bank.call('DELETE', '/simulator/rules');
    await stack.bank.call('PUT', '/simulator/latency', { ms: 0 });
  });

  const charge = ({ userId }: OwnUser, amount = 1_000) => stack.api.charge({ userId, amount }, newKey());
  const openCount = async () =>
    Number((await stack.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM withdrawals WHERE status = 'PENDING'`))[0]?.n);
  const allSettled = () => eventually(openCount, (open) => open === 0);

  it('are not called closed by a crowd of ours: a healthy bank that takes its time is asked again at once', async () => {
    await stack.bank.call('PUT', '/simulator/latency', { ms: 1_000 });
    const answers = await Promise.all(users.map((user) => charge(user)));
    const {
      '200 Success': served = 0,
      '202 Processing': open = 0,
      '503 TemporarilyUnavailable': crowdedOut = 0,
      ...others
    } = tally(answers);
    expect([others, served + open + crowdedOut]).toEqual([{}, users.length]);
    expect(served + open).toBeGreaterThan(0);
    await stack.bank.call('PUT', '/simulator/latency', { ms: 0 });
    expectSuccess(await charge(users[0] as OwnUser), 200);
    await allSettled();
    const taken = (await stack.bank.takings()).length;
    expect(taken).toBe(served + open + 1);
  });

  it('do not suffer from an account that hangs, at another bank or at the same', async () => {
    const number = newAccountNumber();
    const hung = await signUpAt(stack, number);
    const elsewhere = await atOnce(20, () => signUpAt(stack, newAccountNumber(), '국민은행', '004'));
    await stack.bank.setRules([{ fault: 'hang', accountNumber: number }]);
    const hanging = atOnce(40, () => charge(hung, 10));
    for (let wave = 0; wave < 5; wave++) {
      const neighbours = users.slice(wave * 20, wave * 20 + 20);
      const answers = await Promise.all([...elsewhere, ...neighbours].map((user) => charge(user)));
      expect(tally(answers)).toEqual({ '200 Success': 40 });
    }
    const {
      '202 Processing': open = 0,
      '503 TemporarilyUnavailable': turnedAway = 0,
      ...others
    } = tally(await hanging);
    expect([others, open + turnedAway]).toEqual([{}, 40]);
    // Recovery asks about what is open, and suffers no more from it than customers do.
    for (let wave = 0; wave < 5; wave++) {
      const answers = await Promise.all(elsewhere.map((user) => charge(user)));
      expect(tally(answers)).toEqual({ '200 Success': 20 });
    }
    await stack.bank.call('DELETE', '/simulator/rules');
    await allSettled();
  });

  it('serve whoever makes an account at another bank the default, at once, while the former bank is left alone', async () => {
    const [user, ...others] = users.slice(0, 5) as [OwnUser, ...OwnUser[]];
    const { linkedAccountId } = (await done(stack.api.link(user.userId, linkBody()))).detail;
    await stack.bank.setRules([{ fault: 'reset', on: 'all' }]);
    await atOnce(20, (index) => charge([user, ...others][index % 5] as OwnUser));
    await charge(user);
    await stack.bank.call('DELETE', '/simulator/rules');
    await done(stack.api.makeDefault(user.userId, linkedAccountId));
    expectSuccess(await charge(user), 200);
    // The next test needs the former bank.
    await eventually(
      () => charge(others[0] as OwnUser),
      ({ status }) => status === 200,
    );
    await allSettled();
  });

  it('are asked about many open withdrawals by lists, and customers have their slots meanwhile', async () => {
    await stack.bank.call('PUT', '/simulator/latency', { ms: 50 });
    const before = (await stack.bank.stats()).asked;
    const cases = 1_000;
    await openCharges(stack, users.slice(0, 50), cases);
    for (let wave = 0; wave < 6; wave++) {
      const answers = await Promise.all(users.slice(50, 90).map((user) => charge(user, 10)));
      expect(tally(answers)).toEqual({ '200 Success': 40 });
    }
    await allSettled();
    const after = (await stack.bank.stats()).asked;
    const inquiries = (after['inquiry'] as number) - (before['inquiry'] as number);
    // Once or twice about each, where it is heard of by the list.
    expect(inquiries).toBeLessThan(cases / 5);
    const unpaid = await stack.sql('SELECT movement_id FROM withdrawals WHERE amount = 100 AND status <> ?', ['DONE']);
    expect(unpaid).toEqual([]);
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'a linked account that can not be opened', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterAll(() => stack.stop());

  it('keeps no other withdrawal of its bank open', async () => {
    const [broken, ...others] = (await atOnce(4, () => signUpAt(stack, newAccountNumber()))) as [OwnUser, ...OwnUser[]];
    const spoil = () =>
      stack.sql('UPDATE linked_accounts SET sealed_handle = REVERSE(sealed_handle) WHERE user_id = ?', [broken.userId]);
    const openUsers = async () =>
      (
        await stack.sql<{ userId: number }>(
          `SELECT DISTINCT l.user_id AS userId FROM withdrawals w JOIN linked_accounts l ON l.id = w.linked_account_id
           WHERE w.status = 'PENDING'`,
        )
      ).map(({ userId }) => userId);
    await spoil();
    await openCharges(stack, [broken, ...others], 8);
    await eventually(openUsers, (open) => open.length === 1 && open[0] === broken.userId);
    await spoil();
    await eventually(openUsers, (open) => open.length === 0);
    expect(await stack.bank.takings()).toHaveLength(8);
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'a bank that may be asked by one call at a time', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await startOwnStack({ BANK_CONCURRENCY: '1' });
  });
  afterAll(() => stack.stop());

  it('is asked about everything that is open, none of which we turn away ourselves', async () => {
    const users = await atOnce(5, () => signUpAt(stack, newAccountNumber()));
    await stack.bank.call('PUT', '/simulator/latency', { ms: 20 });
    await openCharges(stack, users, 60);
    const settled = () =>
      stack.sql<{ status: string; inquiries: number }>(
        'SELECT status, MAX(inquiries) AS inquiries FROM withdrawals GROUP BY status',
      );
    const rows = await eventually(settled, (all) => all.every(({ status }) => status !== 'PENDING'));
    // At the first go: nobody was sent away to come back later.
    expect(rows).toEqual([{ status: 'DONE', inquiries: 1 }]);
    expectSuccess(await stack.api.charge({ userId: (users[0] as OwnUser).userId, amount: 1_000 }, newKey()), 200);
  });
});
