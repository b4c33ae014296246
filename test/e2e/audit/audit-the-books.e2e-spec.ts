import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditReport } from '../../../src/audit/audit-report.js';
import { CHECKS } from '../../../src/audit/checks.js';
import { api } from '../../support/api.js';
import { auditReport, resultOf, runAudit, wrongIn } from '../../support/audit.js';
import { atOnce, aUser, done } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { endBankRules, setBankRules } from '../../support/stores.js';
import { type Books, CASES } from './corruptions.js';
import { makeBooks } from './make-books.js';

const BOOKS_AT_ONCE = 4;

describeWith(['databaseUrl', 'simulatorUrl'], 'an audit of the books', () => {
  let database: Corruption;
  const books: Books[] = [];

  beforeAll(async () => {
    database = await Corruption.connect(stackPart('databaseUrl'));
    while (books.length < CASES.length) {
      const first = books.length;
      const count = Math.min(BOOKS_AT_ONCE, CASES.length - first);
      books.push(...(await atOnce(count, (index) => makeBooks(database, first + index))));
    }
  });
  afterAll(() => database.close());

  it('finds that everything agrees, says so and how far it is, and exits with 0', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(report.bank).toMatchObject({ unanswered: 0, statementsUnread: 0 });
    expect(report.bank?.statements).toBeGreaterThan(0);
    expect(report.rows['movements']).toBeGreaterThan(5);
    expect(exitCode).toBe(0);

    const { stdout, stderr } = await runAudit([]);
    expect(stdout).toMatch(/ {2}ok {4}bank .*\nEverything agrees\.\n$/);
    expect(stderr).toMatch(/^movements 0 of [\d,]+ \(0 %\), 0 s so far$/m);
    expect(stderr).toMatch(/^partners [\d,]+ of [\d,]+ \(\d+ %\), /m);
  });

  describe('of many that are broken, each in another way', () => {
    let audited: { exitCode: number; report: AuditReport };
    beforeAll(async () => {
      const breaks = CASES.map(({ table, where, by }, place) => {
        const ofCase = books[place] as Books;
        return { table, where: where(ofCase), by: by(ofCase) };
      });
      await database.duringAll(breaks, async () => {
        audited = await auditReport(['--named', '1000']);
      });
    });

    it.each(CASES.map((ofCase, place) => ({ ...ofCase, place })))(
      'names the row where $what ($check)',
      ({ check, key, place }) => {
        expect(resultOf(audited.report, check).first).toContainEqual(
          expect.objectContaining({ check, key: expect.objectContaining(key(books[place] as Books)) }),
        );
      },
    );

    it('exits with 1', () => {
      expect(audited.exitCode).toBe(1);
    });
  });

  it('names the edited entry before the ones that follow from it', async () => {
    const { account, seq, chained } = books[0] as Books;
    const where = `account_id = ${account} AND seq = ${seq}`;
    const by = `UPDATE entries SET balance_after = balance_after + 1 WHERE ${where}`;
    await database.during({ table: 'entries', where, by }, async () => {
      const { stdout, exitCode } = await runAudit(['--no-bank']);
      const { movement_id: movementId, leg } = chained;
      const named = new RegExp(
        `WRONG +chain .*\\n +entries account_id=${account} seq=${seq} movement_id=${movementId} leg=${leg}: balance_after is \\d+, not \\d+\\n`,
      );
      expect(stdout).toMatch(named);
      expect(exitCode).toBe(1);
    });
  });

  it('names what of the schema is gone, or says something else', async () => {
    const index = 'uq_payments_order';
    const dropIndex = `ALTER TABLE payments DROP INDEX ${index}`;
    const indexBack = `ALTER TABLE payments ADD UNIQUE KEY ${index} (partner_pay_key, partner_id, order_live)`;
    const check = (table: string, name: string, says: string) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${says})`;
    const drop = (table: string, name: string) => `ALTER TABLE ${table} DROP CONSTRAINT ${name}`;
    const entries = ['entries', 'ck_entries'] as const;
    const cancels = ['payment_cancels', 'ck_payment_cancels'] as const;
    await database.duringSchema([dropIndex], [indexBack], async () => {
      const entriesBack = check(...entries, 'amount <> 0 AND balance_after >= 0');
      await database.duringSchema([drop(...entries)], [entriesBack], async () => {
        const weak = [drop(...cancels), check(...cancels, 'amount > 0')];
        const strong = [drop(...cancels), check(...cancels, 'amount > 0 AND cancelable_after >= 0')];
        await database.duringSchema(weak, strong, async () => {
          const { exitCode, report } = await auditReport(['--no-bank']);
          expect(resultOf(report, 'unique-keys').first).toMatchObject([{ table: 'index', key: { name: index } }]);
          expect(resultOf(report, 'check-constraints').first).toMatchObject([
            { table: 'constraint', key: { name: 'ck_entries' }, problem: 'is missing' },
            { table: 'constraint', key: { name: 'ck_payment_cancels' }, problem: expect.stringMatching(/^says /) },
          ]);
          expect(exitCode).toBe(1);
        });
      });
    });
  });

  it('has a case for every check', () => {
    const shown = new Set<string>([...CASES.map(({ check }) => check), 'unique-keys', 'check-constraints']);
    expect(Object.keys(CHECKS).filter((check) => !shown.has(check))).toEqual([]);
  });

  it('asks the bank only about what was settled since', async () => {
    const { exitCode, report } = await auditReport(['--since', '2100-01-01']);
    expect(report.bank).toEqual({ asked: 0, unanswered: 0, statements: 0, statementsUnread: 0 });
    expect(exitCode).toBe(0);
  });

  it('leaves out what lies before --from', async () => {
    const { payment } = books[0] as Books;
    const where = `movement_id = ${payment} AND leg = 3`;
    const by = `UPDATE entries SET amount = amount + 1 WHERE ${where}`;
    await database.during({ table: 'entries', where, by }, async () => {
      const before = await auditReport(['--no-bank', '--from', String(payment - 1)]);
      expect(wrongIn(before.report)).toContain('journal-balance');
      const after = await auditReport(['--no-bank', '--from', String(payment)]);
      expect(wrongIn(after.report)).toEqual([]);
      expect(after.report.rows['movements']).toBeLessThan(before.report.rows['movements'] as number);
    });
  });

  it('goes on with other withdrawals when the bank says nothing clear about one', async () => {
    const [unclear, wrong] = [await aUser(), await aUser()];
    const since = new Date();
    await done(api.charge({ userId: unclear.userId, amount: 1_000 }));
    const { transactionId } = (await done(api.charge({ userId: wrong.userId, amount: 2_000 }))).detail;
    const where = `movement_id = ${transactionId}`;
    const by = `UPDATE withdrawals SET amount = amount + 1 WHERE ${where}`;
    await setBankRules([{ fault: 'inProgress', on: 'inquiry', accountNumber: unclear.linkedAccount }]);
    try {
      await database.during({ table: 'withdrawals', where, by }, async () => {
        const { report } = await auditReport(['--since', since.toISOString()]);
        expect(report.bank).toMatchObject({ asked: 2, unanswered: 1, statementsUnread: 0 });
        expect(resultOf(report, 'bank').first).toContainEqual(
          expect.objectContaining({ key: { movement_id: transactionId } }),
        );
      });
      const { exitCode, stdout } = await runAudit(['--since', since.toISOString()]);
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(
        / {2}\? {5}bank .*\nNot everything was checked: .* no clear answer on 1 of 2 withdrawals and payouts\.\n$/,
      );
    } finally {
      await endBankRules();
    }
  });

  it('exits with 2 when it could not be done, or not wholly, and says why', async () => {
    const nowhere = await runAudit([], { DATABASE_URL: 'mysql://pay:hunter2@127.0.0.1:9/pay' });
    expect(nowhere).toMatchObject({ exitCode: 2, stdout: '' });
    expect(nowhere.stderr).toContain('ECONNREFUSED');
    expect(nowhere.stderr).not.toContain('hunter2');

    // Without withdrawals to ask about it is not checked either.
    for (const since of ['1970-01-01', new Date().toISOString()]) {
      const withoutBank = await runAudit(['--since', since], {
        BANK_URL: 'http://127.0.0.1:9',
        BANK_TIMEOUT_MS: '300',
      });
      expect(withoutBank.exitCode).toBe(2);
      expect(withoutBank.stdout).not.toMatch(/ok +bank|Everything agrees/);
      expect(withoutBank.stdout).toMatch(/\n {2}\? {5}bank /);
      expect(withoutBank.stderr).toMatch(/^Not checked: the bank's statement of \d+ of \d+ days could not be read\.$/m);
    }

    const unasked = await runAudit(['--no-bank']);
    expect(unasked.exitCode).toBe(0);
    expect(unasked.stdout).not.toMatch(/ok +bank|Everything agrees/);

    for (const args of [['--sometimes'], ['--since', 'yesterday'], ['--from', '-1']]) {
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
