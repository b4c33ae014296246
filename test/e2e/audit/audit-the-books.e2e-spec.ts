import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { CHECKS } from '../../../src/audit/checks.js';
import { api } from '../../support/api.js';
import { auditReport, resultOf, runAudit, wrongIn } from '../../support/audit.js';
import { aSavingsAccount, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { type Books, CASES } from './corruptions.js';

jest.setTimeout(60_000);

describeWith(['databaseUrl', 'simulatorUrl'], 'an audit of the books', () => {
  let database: Corruption;
  let books: Books;

  beforeAll(async () => {
    database = await Corruption.connect(stackPart('databaseUrl'));
    books = await makeBooks(database);
  });
  afterAll(() => database.close());

  it('finds that everything agrees, and exits with 0', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(report.bank).toMatchObject({ unanswered: 0 });
    expect(report.rows['movements']).toBeGreaterThan(5);
    expect(exitCode).toBe(0);
  });

  it.each(CASES)('names the row and exits with 1 when $what ($check)', async ({ check, table, where, by, key }) => {
    await database.during({ table, where: where(books), by: by(books) }, async () => {
      const { exitCode, report } = await auditReport();
      expect(resultOf(report, check).first).toContainEqual(
        expect.objectContaining({ check, key: expect.objectContaining(key(books)) }),
      );
      expect(exitCode).toBe(1);
    });
  });

  it('names the edited entry before the ones that follow from it', async () => {
    const where = `account_id = ${books.account} AND seq = ${books.seq}`;
    const by = `UPDATE entries SET balance_after = balance_after + 1 WHERE ${where}`;
    await database.during({ table: 'entries', where, by }, async () => {
      const { stdout, exitCode } = await runAudit(['--no-bank']);
      const { movement_id: movementId, leg } = books.chained;
      const named = new RegExp(
        `WRONG +chain .*\\n +entries account_id=${books.account} seq=${books.seq} movement_id=${movementId} leg=${leg}: balance_after is \\d+, not \\d+\\n`,
      );
      expect(stdout).toMatch(named);
      expect(exitCode).toBe(1);
    });
  });

  it('names a unique index that is gone', async () => {
    const index = 'uq_payments_order';
    const by = `ALTER TABLE payments DROP INDEX ${index}`;
    const back = `ALTER TABLE payments ADD UNIQUE KEY ${index} (partner_id, partner_pay_key, order_live)`;
    await database.duringSchema(by, back, async () => {
      const { exitCode, report } = await auditReport(['--no-bank']);
      expect(resultOf(report, 'unique-keys').first).toMatchObject([{ table: 'index', key: { name: index } }]);
      expect(exitCode).toBe(1);
    });
  });

  it('has a case for every check', () => {
    const shown = new Set<string>([...CASES.map(({ check }) => check), 'unique-keys']);
    expect(Object.keys(CHECKS).filter((check) => !shown.has(check))).toEqual([]);
  });

  it('asks the bank only about what was settled since', async () => {
    const { exitCode, report } = await auditReport(['--since', '2100-01-01']);
    expect(report.bank).toEqual({ asked: 0, unanswered: 0 });
    expect(exitCode).toBe(0);
  });

  it('exits with 2 when it could not be done, or not wholly, and says why', async () => {
    const nowhere = await runAudit([], { DATABASE_URL: 'mysql://pay:hunter2@127.0.0.1:9/pay' });
    expect(nowhere).toMatchObject({ exitCode: 2, stdout: '' });
    expect(nowhere.stderr).toContain('ECONNREFUSED');
    expect(nowhere.stderr).not.toContain('hunter2');

    const withoutBank = await runAudit([], { BANK_URL: 'http://127.0.0.1:9' });
    expect(withoutBank.exitCode).toBe(2);
    expect(withoutBank.stderr).toContain('Not everything could be compared with the bank.');

    for (const args of [['--sometimes'], ['--since', 'yesterday']]) {
      expect(await runAudit(args)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect((await runAudit([], { DATABASE_URL: 'postgres://x' })).exitCode).toBe(2);
  });

  it('agrees again once all is mended', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

/** Some of everything: payments with and without a top-up, a cancel, a deposit, a transfer, a charge that the bank refused. */
async function makeBooks(database: Corruption): Promise<Books> {
  const [user, other, poor] = [await aUser({ charged: 1_000 }), await aUser(), await aUser({ bankAccount: '9001' })];
  const { userId } = user;
  const paid = (await done(api.pay(paymentBody(userId, { totalPayAmount: 23_000 }), newKey()))).detail;
  await done(api.charge({ userId, amount: 50_000 }));
  const plain = (await done(api.pay(paymentBody(userId, { totalPayAmount: 10_000 }), newKey()))).detail;
  await done(api.transfer({ fromUserId: userId, toUserId: other.userId, amount: 2_000 }));
  const savings = await aSavingsAccount(user);
  const deposit = (await done(api.deposit({ userId, amount: 3_000 }))).detail.transactionId;
  const cancelPath = `/payments/${plain.paymentId}/cancel`;
  const cancelBody = { cancelAmount: 4_000, cancelReason: 'changed my mind' };
  const cancel = await done(api.send<{ cancelId: number }>('POST', cancelPath, cancelBody, { key: newKey() }));
  expect((await api.charge({ userId: poor.userId, amount: 7_000 })).code).toBe('NotEnoughAccountBalance');

  const failed = await database.find<{ id: number }>('SELECT id FROM movements WHERE user_id = ?', [poor.userId]);
  const payable = await database.find<{ id: number }>(
    `SELECT account_id AS id FROM entries WHERE movement_id = ? AND leg = 3`,
    [paid.paymentId],
  );
  const withdrawal = await database.find<{ linked: number; businessDate: string }>(
    'SELECT linked_account_id AS linked, business_date AS businessDate FROM withdrawals WHERE movement_id = ?',
    [paid.paymentId],
  );
  const entry = await database.find<{ seq: number; movement_id: number; leg: number }>(
    'SELECT seq, movement_id, leg FROM entries WHERE movement_id = ? AND leg = 2',
    [paid.paymentId],
  );
  return {
    payment: paid.paymentId,
    plainPayment: plain.paymentId,
    cancel: cancel.detail.cancelId,
    deposit,
    failedCharge: failed.id,
    account: user.accountId,
    savings,
    payable: payable.id,
    ...withdrawal,
    seq: entry.seq,
    chained: { movement_id: entry.movement_id, leg: entry.leg },
  };
}
