import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditMemory, AuditTakenOver, MARK_AGE_MS } from '../../../src/audit/audit-memory.js';
import type { AuditReport } from '../../../src/audit/audit-report.js';
import { LastAuditRepository } from '../../../src/audit/last-audit.repository.js';
import type { ProgressNow } from '../../../src/audit/progress.js';
import { RollingAudit } from '../../../src/audit/rolling-audit.js';
import { planOf } from '../../../src/audit/probes/index.js';
import { LinkVault, type OpenBankingClient } from '../../../src/bank/index.js';
import { BOOKS } from '../../../src/books.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { TransactionRunner } from '../../../src/platform/database/transaction-runner.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { api } from '../../support/api.js';
import { resultOf, wrongIn } from '../../support/audit.js';
import { clientOf } from '../../support/bank-client.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { endBankRules, setBankRules } from '../../support/stores.js';

const LOCK = "CONCAT('pay-practice.audit.', LEFT(SHA2(DATABASE(), 256), 16))";
/** Its bank says for 8 s that it is still working, and then that it is done: longer than a caller waits. */
const SLOW_BANK = '9016';

const PLAN = planOf(BOOKS, new LinkVault(loadConfig({})));

describeWith(['databaseUrl', 'simulatorUrl'], 'what audits in the background remember', () => {
  let database: Corruption;
  let dataSource: DataSource;
  let transactions: TransactionRunner;
  let bank: OpenBankingClient;

  beforeAll(async () => {
    const config = loadConfig({
      DATABASE_URL: stackPart('databaseUrl'),
      DATABASE_LOCK_WAIT_SECONDS: '1',
      DATABASE_DEADLINE_MS: '2000',
    });
    dataSource = await new DataSource(dataSourceOptions(config)).initialize();
    transactions = new TransactionRunner(dataSource, config, new Metrics());
    bank = clientOf(stackPart('simulatorUrl'), { BANK_TIMEOUT_MS: '3000' });
    database = await Corruption.connect(stackPart('databaseUrl'));
    // The service audits too: meanwhile it believes that another instance does.
    await database.find(`SELECT GET_LOCK(${LOCK}, 30) AS got`);
  });
  beforeEach(async () => {
    for (const table of ['audit_walks', 'audit_doubts', 'audit_statements']) await database.run(`DELETE FROM ${table}`);
    await database.run('UPDATE last_audit SET runner = NULL, running_since = NULL, progress = NULL');
  });
  afterAll(async () => {
    await database.run('UPDATE last_audit SET runner = NULL, running_since = NULL, progress = NULL');
    await database.close();
    await bank.onApplicationShutdown();
    await dataSource.destroy();
  });

  /** An instance; its marks are old enough at once, unless told otherwise. */
  const anInstance = (markAgeMs = 0) => {
    const memory = new AuditMemory(transactions, markAgeMs);
    return { memory, audit: new RollingAudit(transactions, bank, PLAN, memory) };
  };
  const audit = async (againMs = 60_000): Promise<AuditReport> => {
    const { memory, audit: rolling } = anInstance();
    await database.run('UPDATE audit_walks SET mark = NULL'); // the service sets marks too: this one is to be new
    await rolling.mark();
    const signal = new AbortController().signal;
    const report = await rolling.run({ signal, onProgress: () => undefined, againMs });
    await memory.end({ violations: {}, bankUnanswered: 0 });
    return report;
  };
  const sealedUpTo = async () => (await anInstance().memory.place('movements')).sealedUpTo;
  const state = () => transactions.read('test', (reader) => new LastAuditRepository().find(reader));
  const aCharge = async () => {
    const { userId } = await aUser();
    return (await done(api.charge({ userId, amount: 1_000 }))).detail.transactionId;
  };

  it('what was proven is not proven again by each audit, but for a slow second look', async () => {
    const last = await aCharge();
    const first = await audit();
    expect(wrongIn(first)).toEqual([]);
    expect(first.rows['movements']).toBeGreaterThan(0);
    expect(await sealedUpTo()).toBeGreaterThanOrEqual(last);
    expect((await state()).sealed.map(({ name }) => name)).toContain('movements');
    const where = `movement_id = ${last} AND leg = 1`;
    const by = `UPDATE entries SET amount = amount + 1 WHERE ${where}`;
    await database.during({ table: 'entries', where, by }, async () => {
      const second = await audit();
      expect(second.rows['movements']).toBe(0);
      expect(resultOf(second, 'journal-balance').violations).toBe(1);
      // From now on every audit looks at it, until it is mended.
      expect(resultOf(await audit(0), 'journal-balance').violations).toBe(1);
    });
    expect(wrongIn(await audit(0))).toEqual([]);
  });

  it('what a later cancel says of a sealed payment is looked at with the cancel', async () => {
    const { userId } = await aUser({ charged: 10_000 });
    const paid = await done(api.pay(paymentBody(userId, { totalPayAmount: 10_000 }), newKey()));
    const { paymentId } = paid.detail;
    await audit();
    await audit();
    expect(await sealedUpTo()).toBeGreaterThanOrEqual(paymentId);
    const body = { cancelAmount: 4_000, cancelReason: 'late' };
    await done(api.send('POST', `/payments/${paymentId}/cancel`, body, { key: newKey() }));
    const where = `movement_id = ${paymentId}`;
    const by = `UPDATE payments SET canceled_amount = canceled_amount - 1 WHERE ${where}`;
    await database.during({ table: 'payments', where, by }, async () => {
      const { memory } = anInstance();
      await memory.begin();
      await memory.passAgain('movements', await sealedUpTo(), []); // so that no second look finds it
      expect(resultOf(await audit(0), 'cancel').first).toContainEqual(
        expect.objectContaining({ key: { movement_id: paymentId } }),
      );
    });
  });

  it('what may still be committed under an older id is never sealed', async () => {
    const before = await aCharge();
    const posting = await Corruption.connect(stackPart('databaseUrl'));
    try {
      await posting.run('START TRANSACTION');
      await posting.run(
        `INSERT INTO movements (type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
           idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at)
         SELECT 'PAYMENT', status, user_id, account_id, NULL, amount, 0, idempotency_scope, ?, 1, request_hash, attempt_id,
           created_at, completed_at FROM movements WHERE id = ?`,
        [newKey(), before],
      );
      const { open } = await posting.find<{ open: number }>('SELECT LAST_INSERT_ID() AS open');
      const after = await aCharge();
      expect(after).toBeGreaterThan(open);
      expect(wrongIn(await audit())).toEqual([]);
      expect(await sealedUpTo()).toBeLessThan(open);

      await posting.run('COMMIT');
      const where = `id = ${open}`;
      await database.during(
        { table: 'movements', where, by: `UPDATE movements SET memo = 'late' WHERE ${where}` },
        async () => {
          expect(resultOf(await audit(0), 'payment').first).toContainEqual(
            expect.objectContaining({ key: { movement_id: open } }),
          );
          expect(await sealedUpTo()).toBeGreaterThanOrEqual(after);
          expect(resultOf(await audit(0), 'payment').violations).toBe(1);
        },
      );
      await database.run(`DELETE FROM movements WHERE ${where}`);
    } finally {
      await posting.close();
    }
  });

  it('what is too young is not sealed', async () => {
    const last = await aCharge();
    const memory = new AuditMemory(transactions);
    const rolling = new RollingAudit(transactions, bank, PLAN, memory);
    await rolling.mark();
    const report = await rolling.run({ signal: new AbortController().signal, onProgress: () => undefined });
    expect(wrongIn(report)).toEqual([]);
    expect(await sealedUpTo()).toBeLessThan(last);
    await memory.end({ violations: {}, bankUnanswered: 0 });
  });

  it('what was not final when it was passed is looked at again, in the books and at the bank', async () => {
    const { userId } = await aUser({ bankAccount: SLOW_BANK });
    const charge = await api.charge({ userId, amount: 1_000 });
    expect(charge.code).toBe('Processing');
    const { id } = await database.find<{ id: number }>('SELECT MAX(id) AS id FROM movements WHERE user_id = ?', [
      userId,
    ]);
    expect(wrongIn(await audit(0))).toEqual([]);
    expect(await sealedUpTo()).toBeGreaterThanOrEqual(id);
    const status = () => database.find<{ status: string }>('SELECT status FROM movements WHERE id = ?', [id]);
    await eventually(status, (row) => row.status === 'COMPLETED');
    const where = `movement_id = ${id}`;
    const by = `UPDATE withdrawals SET amount = amount + 1 WHERE ${where}`;
    await database.during({ table: 'withdrawals', where, by }, async () => {
      const { memory } = anInstance();
      await memory.begin();
      await memory.passAgain('movements', await sealedUpTo(), []);
      const report = await audit(0);
      for (const check of ['withdrawal', 'bank'] as const) {
        expect(resultOf(report, check).first).toContainEqual(expect.objectContaining({ key: { movement_id: id } }));
      }
    });
    expect(wrongIn(await audit(0))).toEqual([]);
    expect((await audit(0)).bank?.asked).toBe(0);
  });

  it('a withdrawal that stays unclear is asked about again by each audit, and no other is', async () => {
    const unclear = await aUser();
    // The lie is told of the first one of a list: what lies before is asked about beforehand.
    await audit(0);
    await done(api.charge({ userId: unclear.userId, amount: 1_000 }));
    await aCharge();
    await setBankRules([{ fault: 'inProgress', on: 'inquiry', accountNumber: unclear.linkedAccount }]);
    try {
      expect((await audit(0)).bank).toMatchObject({ asked: 2, unanswered: 1, statementsUnread: 0 });
      expect((await audit(0)).bank).toMatchObject({ asked: 1, unanswered: 1 });
    } finally {
      await endBankRules();
    }
    expect((await audit(0)).bank).toMatchObject({ asked: 1, unanswered: 0 });
    expect((await audit(0)).bank).toMatchObject({ asked: 0, unanswered: 0 });
  });

  it('an audit that was interrupted goes on where it was, and knows what it had found', async () => {
    const last = await aCharge();
    const where = `movement_id = ${last} AND leg = 1`;
    const by = `UPDATE entries SET amount = amount + 1 WHERE ${where}`;
    await database.during({ table: 'entries', where, by }, async () => {
      const stop = new AbortController();
      const seen: ProgressNow[] = [];
      const onProgress = async (progress: ProgressNow) => {
        seen.push(progress);
        await first.memory.tellProgress(progress);
        if (progress.table === 'linked_accounts') stop.abort();
      };
      const first = anInstance(MARK_AGE_MS);
      await expect(first.audit.run({ signal: stop.signal, onProgress })).rejects.toThrow();
      const { isBegun, progress } = await state();
      expect(isBegun).toBe(true);
      expect(progress?.table).toBe('linked_accounts');
      expect(seen.map(({ ratio }) => ratio)).toEqual(seen.map(({ ratio }) => ratio).sort((a, b) => a - b));
      expect(progress?.ratio).toBeLessThan(1);

      const second = anInstance(MARK_AGE_MS);
      const report = await second.audit.run({ signal: new AbortController().signal, onProgress: () => undefined });
      expect(report.rows).toMatchObject({ movements: 0, accounts: 0 });
      expect(report.rows['users']).toBeGreaterThan(0);
      expect(resultOf(report, 'journal-balance').first).toMatchObject([{ key: { movement_id: last } }]);
      await expect(first.memory.pass('users', { after: 0, upTo: 5 }, { doubts: [], sealed: false })).rejects.toThrow(
        AuditTakenOver,
      );
      await second.memory.end({ violations: { 'journal-balance': 1 }, bankUnanswered: 0 });
      expect(await state()).toMatchObject({
        isBegun: false,
        progress: null,
        last: { violations: { 'journal-balance': 1 } },
      });
    });
    expect((await audit()).rows['accounts']).toBeGreaterThan(0);
  });
});
