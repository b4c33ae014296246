import { expect, it } from '@jest/globals';
import { handleOf } from '../../../src/bank-simulator/account-handle.js';
import { api } from '../../support/api.js';
import { atOnce, aUser, DAILY_LIMIT, done, linkBody, newAccountNumber, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually, expectUnbrokenChain, moneyOf } from '../../support/money.js';
import { bankRecord, sql } from '../../support/stores.js';

/** The sandbox's bank account whose outcome nobody knows for some seconds, and is a success then. */
const LATE_YES = '9016';
const KOOKMIN = '004';

interface Linked {
  readonly id: number;
  readonly fintechUseNum: string;
}

/** A user of Hana Bank who has linked another account, at Kookmin Bank. */
async function aUserOfTwo(bankAccount?: string) {
  const user = await aUser(bankAccount === undefined ? {} : { bankAccount });
  const number = newAccountNumber();
  const { linkedAccountId } = (await done(api.link(user.userId, linkBody({ externalAccountNumber: number })))).detail;
  const [first] = (await done(api.links(user.userId))).detail.items;
  const links: [Linked, Linked] = [
    { id: first?.linkedAccountId as number, fintechUseNum: user.fintechUseNum },
    { id: linkedAccountId, fintechUseNum: handleOf({ bankCode: KOOKMIN, number }) },
  ];
  return { ...user, number, links };
}

const takenFrom = async ({ fintechUseNum }: Linked) =>
  (await bankRecord(fintechUseNum)).reduce((sum, { amount }) => sum + amount, 0);

describeWith(['databaseUrl', 'simulatorUrl'], 'changing the default while money moves', () => {
  it('changes nothing about the limit: 50 top-ups at once get exactly its rest, from both accounts together', async () => {
    const user = await aUserOfTwo();
    const { userId, links } = user;
    const spent = 1_000;
    await done(api.charge({ userId, amount: spent }));
    let isOver = false;
    const switching = (async () => {
      for (let n = 1; !isOver; n++) await done(api.makeDefault(userId, links[n % 2 === 0 ? 0 : 1].id));
    })();
    const amount = 93_719;
    const fitting = Math.floor((DAILY_LIMIT - spent) / amount);
    const answers = await atOnce(50, () => api.charge({ userId, amount }, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': fitting, '422 DailyLimitExceeded': 50 - fitting });
    const rest = DAILY_LIMIT - spent - fitting * amount;
    const last = await atOnce(10, () => api.charge({ userId, amount: rest }, newKey()));
    expect(tally(last)).toEqual({ '200 Success': 1, '422 DailyLimitExceeded': 9 });
    isOver = true;
    await switching;
    for (const { id } of links) {
      await done(api.makeDefault(userId, id));
      const refused = await api.charge({ userId, amount: 1 }, newKey());
      expectAnswer(refused, 'DailyLimitExceeded');
      expect(refused.detail).toMatchObject({ usedToday: DAILY_LIMIT, remainingToday: 0 });
    }
    expect((await takenFrom(links[0])) + (await takenFrom(links[1]))).toBe(DAILY_LIMIT);
    expect(await moneyOf(user)).toMatchObject({ main: DAILY_LIMIT, available: DAILY_LIMIT, usedToday: DAILY_LIMIT });
    await expectUnbrokenChain(user);
  });

  it('gives no bank account more than its limit, whoever has it for a default', async () => {
    const [one, other] = [await aUserOfTwo(), await aUser()];
    const shared = linkBody({ externalAccountNumber: one.number });
    const { linkedAccountId } = (await done(api.link(other.userId, shared))).detail;
    await done(api.makeDefault(one.userId, one.links[1].id));
    await done(api.makeDefault(other.userId, linkedAccountId));
    const users = [one, other];
    const answers = await atOnce(20, (n) => api.charge({ userId: users[n % 2]?.userId, amount: 500_000 }, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': 6, '422 DailyLimitExceeded': 14 });
    expect(await takenFrom(one.links[1])).toBe(DAILY_LIMIT);
    // What is left of each user's own limit is there for an account of their own.
    await done(api.makeDefault(one.userId, one.links[0].id));
    const { remainingToday } = (await done(api.user(one.userId))).detail.externalAccount;
    expect(remainingToday).toBe(DAILY_LIMIT - (await moneyOf(one)).main);
    if (remainingToday > 0) {
      expectSuccess(await api.charge({ userId: one.userId, amount: remainingToday }, newKey()), 200);
    }
    expectAnswer(await api.charge({ userId: one.userId, amount: 1 }, newKey()), 'DailyLimitExceeded');
  });

  it('counts what was taken from an account that was unlinked and linked again', async () => {
    const { userId, links, number } = await aUserOfTwo();
    await done(api.makeDefault(userId, links[1].id));
    await done(api.charge({ userId, amount: 2_000_000 }));
    await done(api.makeDefault(userId, links[0].id));
    await done(api.unlink(userId, links[1].id));
    expectAnswer(await api.charge({ userId, amount: 1_000_001 }, newKey()), 'DailyLimitExceeded');
    const again = (await done(api.link(userId, linkBody({ externalAccountNumber: number })))).detail;
    await done(api.makeDefault(userId, again.linkedAccountId));
    expectAnswer(await api.charge({ userId, amount: 1_000_001 }, newKey()), 'DailyLimitExceeded');
    // Nor does it give more to somebody else.
    const other = await aUser();
    const shared = (await done(api.link(other.userId, linkBody({ externalAccountNumber: number })))).detail;
    await done(api.makeDefault(other.userId, shared.linkedAccountId));
    expectAnswer(await api.charge({ userId: other.userId, amount: 1_000_001 }, newKey()), 'DailyLimitExceeded');
    expectSuccess(await api.charge({ userId, amount: 1_000_000 }, newKey()), 200);
  });

  it('leaves a top-up whose outcome is unknown with the account that it was made with, which can’t be unlinked meanwhile', async () => {
    const user = await aUserOfTwo(LATE_YES);
    const { userId, links } = user;
    const [key, body] = [newKey(), { userId, amount: 10_000 }];
    const first = await api.charge(body, key);
    expectAnswer(first, 'Processing');
    await done(api.makeDefault(userId, links[1].id));
    const unlinking = newKey();
    const early = await api.unlink(userId, links[0].id, unlinking);
    const { status } = (await done(api.transaction(Number(first.location?.split('/').at(-1))))).detail;
    // It may have been settled in between on a slow machine; while it is open nothing else may be said.
    if (status === 'PENDING') expectAnswer(early, 'LinkedAccountInUse');
    const ended = await eventually(
      async () => (await done(api.transaction(Number(first.location?.split('/').at(-1))))).detail,
      (movement) => movement.status !== 'PENDING',
    );
    expect(ended.status).toBe('COMPLETED');
    expect([await takenFrom(links[0]), await takenFrom(links[1])]).toEqual([10_000, 0]);
    const [row] = await sql<{ linked: number }>(
      'SELECT linked_account_id AS linked FROM withdrawals WHERE movement_id = ?',
      [ended.transactionId],
    );
    expect(row?.linked).toBe(links[0].id);
    expectAnswer(await api.charge(body, key), 'RequestComplete');
    if (early.status === 409) expectSuccess(await api.unlink(userId, links[0].id, unlinking), 200);
    expect((await moneyOf(user)).main).toBe(10_000);
    expectSuccess(await api.charge({ userId, amount: 500 }, newKey()), 200);
    expect(await takenFrom(links[1])).toBe(500);
  });

  it('and unlinking at once with top-ups loses none: each is taken from an account that was linked when it was made', async () => {
    for (let round = 0; round < 3; round++) {
      const user = await aUserOfTwo();
      const { userId, links } = user;
      const charges = atOnce(20, () => api.charge({ userId, amount: 1_000 }, newKey()));
      await done(api.makeDefault(userId, links[1].id));
      const unlinked = await eventually(
        () => api.unlink(userId, links[0].id),
        ({ code }) => code !== 'LinkedAccountInUse',
      );
      expectSuccess(unlinked, 200);
      expect(tally(await charges)).toEqual({ '200 Success': 20 });
      expect((await takenFrom(links[0])) + (await takenFrom(links[1]))).toBe(20_000);
      const late = await sql(
        `SELECT w.movement_id FROM withdrawals w JOIN linked_accounts l ON l.id = w.linked_account_id
         JOIN movements m ON m.id = w.movement_id
         WHERE l.id = ? AND m.created_at > l.removed_at`,
        [links[0].id],
      );
      expect(late).toEqual([]);
    }
  });
});
