import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditWorker } from '../../../src/audit/audit.worker.js';
import { type AuditOptions, Auditor } from '../../../src/audit/auditor.js';
import { LastAuditRepository } from '../../../src/audit/last-audit.repository.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { TransactionRunner } from '../../../src/platform/database/transaction-runner.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { clientOf } from '../../support/bank-client.js';
import { aUser } from '../../support/builders.js';
import { Corruption } from '../../support/corruption.js';
import { describeWith, stackPart } from '../../support/environment.js';

const INTERVAL_MS = 400;
const PATIENCE_MS = 20_000;

/** How many audits ran at once, over all instances. */
const running = { now: 0, most: 0, all: 0 };

class CountedAuditor extends Auditor {
  override async run(options: AuditOptions) {
    running.now += 1;
    running.all += 1;
    running.most = Math.max(running.most, running.now);
    return super.run(options).finally(() => (running.now -= 1));
  }
}

/** One instance of the service, as far as audits are concerned. */
class Instance {
  private constructor(
    readonly metrics: Metrics,
    private readonly worker: AuditWorker,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<Instance> {
    const config = loadConfig({ DATABASE_URL: stackPart('databaseUrl'), AUDIT_INTERVAL_MS: String(INTERVAL_MS) });
    const dataSource = await new DataSource(dataSourceOptions(config)).initialize();
    const metrics = new Metrics();
    const transactions = new TransactionRunner(dataSource, config, metrics);
    const bank = clientOf(stackPart('simulatorUrl'), { BANK_TIMEOUT_MS: '3000' });
    const auditor = new CountedAuditor(transactions, bank);
    const lastAudit = new LastAuditRepository();
    const worker = new AuditWorker(auditor, lastAudit, dataSource, transactions, config, new Clock(), metrics);
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

jest.setTimeout(60_000);

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
    for (const { metrics } of instances) {
      const [ended] = (await metrics.auditLastRunSeconds.get()).values;
      expect(Math.abs(Date.now() / 1000 - (ended?.value ?? 0))).toBeLessThan(60);
    }
  });

  it('are never run by two instances at once', () => {
    expect(running.all).toBeGreaterThan(2);
    expect(running.most).toBe(1);
  });

  it('end when their instance stops', async () => {
    const startedMs = performance.now();
    await instances.pop()?.stop();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});
