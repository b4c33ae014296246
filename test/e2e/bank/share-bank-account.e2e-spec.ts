import { createConnection } from 'mysql2/promise';
import { expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { auditReport, resultOf } from '../../support/audit.js';
import { atOnce, aUser, DAILY_LIMIT, done, newAccountNumber, newKey, signUpBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { sql } from '../../support/stores.js';

const link = async (externalAccountNumber: string, externalBank: string) =>
  (await done(api.signUp(signUpBody({ externalBank, externalAccountNumber })))).detail.userId;

/** Two users who have linked the same account, each in other words. */
async function twoWhoShare(): Promise<{ number: string; userIds: [number, number] }> {
  const number = newAccountNumber();
  const hyphened = `${number.slice(0, 3)}-${number.slice(3, 8)}-${number.slice(8)}`;
  const userIds = await Promise.all([link(number, 'HANA BANK'), link(hyphened, 'KEB하나은행')]);
  return { number, userIds };
}

const charge = (userId: number, amount: number) => api.charge({ userId, amount }, newKey());
const usedBy = async (userId: number) => (await done(api.user(userId))).detail.externalAccount.usedToday;

describeWith(['databaseUrl', 'simulatorUrl'], 'a bank account that two users have linked', () => {
  it('gives both together no more than the limit of a day, however they name it and however many ask at once', async () => {
    const { userIds } = await twoWhoShare();
    const answers = await atOnce(20, (index) => charge(userIds[index % 2] as number, 500_000));
    expect(tally(answers)).toEqual({ '200 Success': 6, '422 DailyLimitExceeded': 14 });
    for (const userId of userIds) {
      const refused = await charge(userId, 1);
      expectAnswer(refused, 'DailyLimitExceeded');
      expect(refused.detail).toEqual({
        dailyLimit: DAILY_LIMIT,
        usedToday: DAILY_LIMIT,
        remainingToday: 0,
        requested: 1,
      });
      expect(await usedBy(userId)).toBe(DAILY_LIMIT);
    }
  });

  it('gives as much again to whoever has another one, with the same number at another bank', async () => {
    const { number, userIds } = await twoWhoShare();
    expectSuccess(await charge(userIds[0], DAILY_LIMIT), 200);
    expectAnswer(await charge(userIds[1], 1), 'DailyLimitExceeded');
    const elsewhere = await link(number, '국민은행');
    expectSuccess(await charge(elsewhere, DAILY_LIMIT), 200);
  });

  it('is not waited for while somebody else has locked it: only who needs it comes round again', async () => {
    const { userIds } = await twoWhoShare();
    const other = await aUser();
    const connection = await createConnection(stackPart('databaseUrl'));
    await connection.beginTransaction();
    const [link] = await sql<{ id: number }>('SELECT bank_account_id AS id FROM linked_accounts WHERE user_id = ?', [
      userIds[0],
    ]);
    await connection.query('SELECT id FROM bank_accounts WHERE id = ? FOR UPDATE', [link?.id]);
    let isOver = false;
    const waiting = charge(userIds[0], 1_000).finally(() => (isOver = true));
    for (let times = 0; times < 10; times++) expectSuccess(await charge(other.userId, 1_000), 200);
    expect(isOver).toBe(false);
    await connection.rollback();
    await connection.end();
    expectSuccess(await waiting, 200);
  });

  it('is named by the audit when more than its limit was taken, though neither of its users took so much', async () => {
    const { userIds } = await twoWhoShare();
    for (const userId of userIds) expectSuccess(await charge(userId, 1_000_000), 200);
    const links = await sql<{ id: number }>('SELECT id FROM linked_accounts WHERE user_id IN (?) ORDER BY id', [
      userIds,
    ]);
    const where = `linked_account_id IN (${links.map(({ id }) => id).join(', ')})`;
    const database = await Corruption.connect(stackPart('databaseUrl'));
    const by = `UPDATE withdrawals SET amount = 2000000 WHERE ${where}`;
    await database.during({ table: 'withdrawals', where, by }, async () => {
      const { report } = await auditReport(['--no-bank']);
      expect(resultOf(report, 'limit').first).toEqual([
        expect.objectContaining({
          key: expect.objectContaining({ linked_account_id: links[0]?.id }),
          problem: expect.stringContaining('4000000 of 3000000 are used, bank_account_id'),
        }),
      ]);
    });
    await database.close();
    const settled = await eventually(
      () => auditReport(['--no-bank']),
      () => true,
    );
    expect(resultOf(settled.report, 'limit').violations).toBe(0);
  });
});
