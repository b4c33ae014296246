import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { resultOf } from '../../support/audit.js';
import { atOnce, done } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type Saver, SavingsStack } from '../../support/savings-stack.js';
import type { ServiceProgram } from '../../support/service-program.js';

describeWith(['databaseUrl', 'redisUrl'], 'interest on savings', () => {
  let stack: SavingsStack;
  const savers: Saver[] = [];

  beforeAll(async () => {
    stack = await SavingsStack.start();
    stack.standAt('2027-12-01 10:00:00');
  });
  afterAll(() => stack.own.stop());

  const postedOn = async ({ accountId }: Saver) => (await stack.postingsOf(accountId)).map(({ day }) => day);

  it('is posted from 04:00 on, for the day before, and stands in the statement', async () => {
    const saver = await stack.aSaver({ saved: 1_234_567 });
    savers.push(saver);
    stack.standAt('2027-12-02 03:59:30');
    await stack.interestThrough('2027-11-30');
    expect(await postedOn(saver)).toEqual([]);
    stack.standAt('2027-12-02 04:00:10');
    await stack.interestThrough('2027-12-01');
    // 1,234,567 × 0.03 ÷ 365 = 101.47…
    expect(await stack.postingsOf(saver.accountId)).toEqual([{ day: '2027-12-01', amount: 101 }]);
    const { items } = (await done(stack.own.api.entries(saver.accountId))).detail;
    const shown = { type: 'INTEREST', amount: 101, balanceAfter: 1_234_668, counterparty: '이자' };
    expect(items[0]).toMatchObject(shown);
    const { detail } = await done(stack.own.api.transaction(items[0]?.transactionId as number));
    expect(detail).toMatchObject({ type: 'INTEREST', status: 'COMPLETED', amount: 101, toppedUpAmount: 0 });
  });

  it('is exact over 400 days that were missed, with a 29th of February, whatever the amount', async () => {
    for (const saved of [1, 12_166, 12_167, 777_777, 2_999_999]) savers.push(await stack.aSaver({ saved }));
    savers.push(await stack.aSaver({ saved: 2_000_000, product: 'REGULAR', dailyDeposit: 10_000 }));
    savers.push(await stack.aSaver({}));
    stack.standAt('2029-01-05 05:00:00');
    await stack.interestThrough('2029-01-04');
    await stack.expectExact(savers, '2029-01-04');
    const days = await postedOn(savers[0] as Saver);
    expect(days).toContain('2028-02-29');
    expect(days).toHaveLength(401);
    expect(await postedOn(savers.at(-1) as Saver)).toEqual([]);
  });

  it('follows deposits and withdrawals, also while it is late', async () => {
    const [first, , , second] = savers as [Saver, Saver, Saver, Saver];
    for (const [time, move] of [
      ['2029-01-05 23:59:30', 200_000],
      ['2029-01-06 00:00:30', -50_000],
      ['2029-01-06 03:00:00', 1],
      ['2029-01-09 12:00:00', 1_000_000],
      ['2029-01-09 18:00:00', -1_000_000],
    ] as const) {
      stack.standAt(time);
      for (const { userId, accountId } of [first, second]) {
        if (move > 0) await done(stack.own.api.deposit({ userId, accountId, amount: move }));
        else {
          const path = `/accounts/savings/${accountId}/withdrawals`;
          await done(stack.own.api.send('POST', path, { userId, amount: -move }));
        }
      }
    }
    stack.standAt('2029-01-20 05:00:00');
    await stack.interestThrough('2029-01-19');
    await stack.expectExact(savers, '2029-01-19');
  });

  it('is not posted again when the clock is set back, and what comes then counts from the next day', async () => {
    const before = await atOnce(savers.length, (index) => stack.postingsOf((savers[index] as Saver).accountId));
    stack.standAt('2029-01-10 05:00:00');
    const { userId, accountId } = savers[4] as Saver;
    await done(stack.own.api.deposit({ userId, accountId, amount: 500_000 }));
    await stack.own.restartWith({});
    expect(await atOnce(savers.length, (i) => stack.postingsOf((savers[i] as Saver).accountId))).toEqual(before);
    stack.standAt('2029-01-21 05:00:00');
    await stack.interestThrough('2029-01-20');
    const [last] = (await stack.postingsOf(accountId)).slice(-1);
    // 777,777 and what it has earned, 500,000 on top: 3 % of some 1.3 million.
    expect(last).toMatchObject({ day: '2029-01-20' });
    expect(last?.amount).toBeGreaterThan(104);
    expect((await stack.audit()).checks.filter(({ violations }) => violations > 0)).toEqual([]);
  });

  it('is posted once by two instances at once, also when one of them is killed in the middle', async () => {
    const crowd = await atOnce(12, (index) => stack.aSaver({ saved: 100_000 + 10_000 * index }));
    const other: ServiceProgram = await stack.another();
    try {
      await other.program.start();
      const count = async () => {
        const [row] = await stack.own.sql<{ count: number }>('SELECT COUNT(*) AS count FROM interest_postings');
        return Number(row?.count);
      };
      const before = await count();
      stack.standAt('2029-03-01 05:00:00');
      await eventually(count, (now) => now > before + 50);
      await stack.own.service.kill('SIGKILL');
      await eventually(count, (now) => now > before + 200);
      await other.program.kill('SIGKILL');
      await Promise.all([stack.own.service.start(), other.program.start()]);
      await stack.interestThrough('2029-02-28');
      await stack.expectExact(crowd, '2029-02-28');
      for (let day = 1; day <= 5; day++) {
        stack.standAt(`2029-03-0${1 + day} 05:00:00`);
        await stack.interestThrough(`2029-03-0${day}`);
      }
      await stack.expectExact(crowd, '2029-03-05');
    } finally {
      await other.stop();
    }
  });

  it('that was changed, doubled or left out is found by the auditor', async () => {
    const { accountId } = savers[0] as Saver;
    const database = await Corruption.connect(stack.own.databaseUrl);
    try {
      const { id } = await database.find<{ id: number }>(
        `SELECT movement_id AS id FROM interest_postings WHERE account_id = ? AND day = '2028-02-29'`,
        [accountId],
      );
      const posting = { table: 'interest_postings', where: `movement_id = ${id}` };
      const movement = { table: 'movements', where: `id = ${id}` };
      const agreed = { table: 'savings_accounts', where: `account_id = ${accountId}` };
      const cases = [
        { ...posting, by: `UPDATE interest_postings SET rest = rest + 1 WHERE movement_id = ${id}` },
        { ...posting, by: `UPDATE interest_postings SET settled_seq = settled_seq + 9 WHERE movement_id = ${id}` },
        { ...posting, by: `UPDATE interest_postings SET day = '2020-01-01' WHERE movement_id = ${id}` },
        { ...posting, by: `DELETE FROM interest_postings WHERE movement_id = ${id}` },
        { ...movement, by: `UPDATE movements SET amount = amount + 1 WHERE id = ${id}` },
        { ...agreed, by: `UPDATE savings_accounts SET rate_basis_points = 301 WHERE account_id = ${accountId}` },
      ];
      for (const one of cases) {
        await database.during(one, async () => {
          expect(resultOf(await stack.audit(), 'interest').violations).toBeGreaterThan(0);
        });
      }
      expect(resultOf(await stack.audit(), 'interest').violations).toBe(0);
    } finally {
      await database.close();
    }
  });
});
