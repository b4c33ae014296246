import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { planOf } from '../../../src/audit/probes/index.js';
import { LinkVault } from '../../../src/bank/index.js';
import { BOOKS } from '../../../src/books.js';
import { AuditWorker } from '../../../src/audit/audit.worker.js';
import { AuditMemory } from '../../../src/audit/audit-memory.js';
import { LastAuditRepository } from '../../../src/audit/last-audit.repository.js';
import { RollingAudit, type RollingOptions } from '../../../src/audit/rolling-audit.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { TransactionRunner } from '../../../src/platform/database/transaction-runner.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { clientOf } from '../../support/bank-client.js';
import { aUser } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { sql } from '../../support/stores.js';

const INTERVAL_MS = 400;
const PATIENCE_MS = 20_000;

/** How many audits ran at once, over all instances. */
const running = { now: 0, most: 0, all: 0 };

class CountedAudit extends RollingAudit {
  override async run(options: RollingOptions) {
    running.now += 1;
    running.all += 1;
    running.most = Math.max(running.most, running.now);
    return super.run(options).finally(() => (running.now -= 1));
  }
}

/** An audit that is never done: it only ends when it is told to. */
class EndlessAudit extends RollingAudit {
  static readonly begun: { ended: boolean }[] = [];

  override async run({ signal }: RollingOptions): Promise<never> {
    const run = { ended: false };
    EndlessAudit.begun.push(run);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    run.ended = true;
    throw signal.reason;
  }
}

/** One instance of the service, as far as audits are concerned. */
class Instance {
  private constructor(
    readonly metrics: Metrics,
    private readonly worker: AuditWorker,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(kind: typeof RollingAudit = CountedAudit): Promise<Instance> {
    const config = loadConfig({ DATABASE_URL: stackPart('databaseUrl'), AUDIT_INTERVAL_MS: String(INTERVAL_MS) });
    const dataSource = await new DataSource(dataSourceOptions(config)).initialize();
    const metrics = new Metrics();
    const transactions = new TransactionRunner(dataSource, config, metrics);
    const bank = clientOf(stackPart('simulatorUrl'), { BANK_TIMEOUT_MS: '3000' });
    const memory = new AuditMemory(transactions);
    const audit = new kind(transactions, bank, planOf(BOOKS, new LinkVault(config)), memory);
    const lastAudit = new LastAuditRepository();
    const worker = new AuditWorker(audit, memory, lastAudit, dataSource, transactions, config, metrics);
    worker.onApplicationBootstrap();
    return new Instance(metrics, worker, async () => {
      await bank.onApplicationShutdown();
      await dataSource.destroy();
    });
  }

  async stop(): Promise<void> {
    await this.worker.beforeApplicationShutdown();
    await this.close();
  }

  /** Violations of a check as the instance's metrics show them; undefined before the first audit. */
  async violations(check: string): Promise<number | undefined> {
    const { values } = await this.metrics.auditViolations.get();
    return values.find(({ labels }) => labels.check === check)?.value;
  }
}

describeWith(['databaseUrl', 'simulatorUrl'], 'audits in the background', () => {
  let database: Corruption;
  let instances: Instance[];
  const logged: string[] = [];

  beforeAll(async () => {
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => {
        logged.push(`${level} ${JSON.stringify(line)}`);
      });
    }
    database = await Corruption.connect(stackPart('databaseUrl'));
    instances = [await Instance.start(), await Instance.start(), await Instance.start()];
  });
  afterEach(() => void logged.splice(0));
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    await database.close();
    jest.restoreAllMocks();
  });

  const until = async (check: string, violations: number) => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const shown = await Promise.all(instances.map((instance) => instance.violations(check)));
      if (shown.every((value) => value === violations)) return;
      if (performance.now() > deadline) throw new Error(`the metrics show ${shown.join(', ')}: ${logged.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  /** Only one instance is left, in an audit that never ends: returns which one that is. */
  async function endlessAudit(): Promise<number> {
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
    const begun = EndlessAudit.begun.length;
    instances = [await Instance.start(EndlessAudit)];
    await eventually(
      () => Promise.resolve(EndlessAudit.begun.length),
      (count) => count > begun,
    );
    return begun;
  }

  it('show in every instance what whichever of them found, and when it is mended', async () => {
    const { accountId } = await aUser({ charged: 5_000 });
    await until('hold', 0);
    const where = `id = ${accountId}`;
    const by = `UPDATE accounts SET held = 1 WHERE ${where}`;
    await database.during({ table: 'accounts', where, by }, async () => {
      await until('hold', 1);
      expect(logged.join('\n')).toContain(`accounts id=${accountId}: held is 1, not 0`);
    });
    await until('hold', 0);
    const [finding] = await sql<{ checks: string; findingCount: number; rowKey: string; isLater: number }>(
      `SELECT a.checks, a.finding_count AS findingCount, f.row_key AS rowKey, a.ended_at >= a.started_at AS isLater
       FROM audit_findings f JOIN audits a ON a.id = f.audit_id WHERE f.problem = 'held is 1, not 0' LIMIT 1`,
    );
    expect(finding).toEqual({ checks: '{"hold":1}', findingCount: 1, rowKey: `{"id":${accountId}}`, isLater: 1 });
    for (const { metrics } of instances) {
      const [ended] = (await metrics.auditLastRunSeconds.get()).values;
      expect(Math.abs(Date.now() / 1000 - (ended?.value ?? 0))).toBeLessThan(60);
    }
  });

  it('are kept, the last two hundred of them', async () => {
    await sql(
      `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
       VALUES ${Array.from({ length: 250 }, () => "('2025-01-01', '2025-01-01', '{}', 0, 1)").join(', ')}`,
    );
    const [row] = await sql<{ id: number }>('SELECT MIN(id) AS id FROM audits');
    await sql(
      `INSERT INTO audit_findings (audit_id, check_name, table_name, row_key, problem) VALUES (?, 'hold', 't', '{}', '')`,
      [row?.id],
    );
    const left = () =>
      sql<{ audits: number; findings: number }>(
        `SELECT COUNT(*) AS audits, (SELECT COUNT(*) FROM audit_findings WHERE audit_id = ?) AS findings FROM audits`,
        [row?.id],
      );
    await eventually(left, ([counts]) => counts?.audits === 200 && counts.findings === 0);
  });

  it('are never run by two instances at once', async () => {
    await eventually(
      () => Promise.resolve(running.all),
      (count) => count > 3,
    );
    expect(running.most).toBe(1);
  });

  it('end when the lock of the one who audits is lost', async () => {
    const begun = await endlessAudit();
    const { holder } = await database.find<{ holder: number }>(
      "SELECT IS_USED_LOCK(CONCAT('pay-practice.audit.', LEFT(SHA2(DATABASE(), 256), 16))) AS holder",
    );
    await database.run(`KILL ${holder}`);
    await eventually(
      () => Promise.resolve(EndlessAudit.begun[begun]?.ended),
      (ended) => ended === true,
    );
    // It is taken up again, under a new lock.
    await eventually(
      () => Promise.resolve(EndlessAudit.begun.length),
      (count) => count > begun + 1,
    );
  });

  it('end when their instance stops', async () => {
    await endlessAudit();
    const last = EndlessAudit.begun.at(-1);
    expect(last?.ended).toBe(false);
    await instances.pop()?.stop();
    expect(last?.ended).toBe(true);
  });
});
