import type { EntityManager } from 'typeorm';
import { type BankClient } from '../bank/index.js';
import { type TransactionRunner } from '../platform/database/transaction-runner.js';
import { type AuditReport, Findings, reportOf } from './audit-report.js';
import { BankReconciliation, ORDER_KINDS, type Settled, selectSettled, tableOf } from './bank-reconciliation.js';
import { Pace, type Speed } from './pace.js';
import type { Plan, Within } from './checks.js';
import { Progress, type ProgressNow } from './progress.js';
import { listDays, todayAtBank } from './statement-days.js';
import { TableWalker } from './table-walker.js';

export interface AuditOptions {
  readonly speed: Speed;
  /** The bank is asked about what was settled since then; null leaves it out. */
  readonly settledSince: Date | null;
  /** Movements up to this id are left out. */
  readonly after?: number;
  /** How many wrong rows of each check are named. */
  readonly namedMax?: number;
  /** Ends the audit early, with an AbortError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ProgressNow) => void;
}

/**
 * Checks the promises of the ledger against what is in the database, and withdrawals and payouts against the bank: all
 * of it, whatever earlier audits have found. It only reads, in short snapshots that lock nothing, so that it may run
 * beside the traffic and against a copy alike.
 */
export class Auditor {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly bank: BankClient,
    private readonly plan: Plan,
  ) {}

  async run({ speed, settledSince, after = 0, namedMax, signal, onProgress }: AuditOptions): Promise<AuditReport> {
    const started = { startedAt: new Date(), startedMs: performance.now() };
    const pace = new Pace(speed, signal);
    const walker = new TableWalker(this.transactions, pace);
    const findings = new Findings(namedMax);
    const rows: Record<string, number> = {};
    for (const probe of this.plan.once) (await walker.probeOnce(probe)).forEach(findings.add);

    const ways = [];
    for (const walk of this.plan.walks) {
      const from = walk.table === 'movements' ? after : 0;
      ways.push({ walk, ids: { after: from, upTo: await walker.lastOf(walk) } });
    }
    const progress = new Progress(onProgress ?? (() => undefined));
    for (const { ids } of ways) progress.plan(ids);
    for (const { walk, ids } of ways) {
      progress.begin(walk.table, ids);
      rows[walk.table] = await walker.probe(walk, ids, ({ range, wrong }) => {
        wrong.forEach(findings.add);
        progress.reach(range.upTo);
      });
      progress.end();
    }
    const reconciliation = new BankReconciliation(this.bank, this.transactions, pace, findings.add);
    if (settledSince) await this.reconcile(reconciliation, walker, settledSince, after);
    return reportOf(started, rows, settledSince && reconciliation.report, findings);
  }

  private async reconcile(
    reconciliation: BankReconciliation,
    walker: TableWalker,
    settledSince: Date,
    after: number,
  ): Promise<void> {
    const today = await todayAtBank(this.transactions);
    const days = await listDays(this.transactions, today, settledSince);
    for (const kind of ORDER_KINDS) {
      const walk = { table: tableOf(kind), key: 'movement_id', alsoUpTo: [] };
      const ids = { after, upTo: await walker.lastOf(walk) };
      const select = (reader: EntityManager, within: Within): Promise<Settled[]> =>
        selectSettled(reader, kind, `${within('movement_id')} AND settled_at >= ?`, [settledSince]);
      await walker.visit(walk, ids, select, async (orders) => {
        await reconciliation.compare(orders, today);
      });
      for (const day of days) await reconciliation.readStatement(kind, day, null);
    }
  }
}
