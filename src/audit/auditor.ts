import { Injectable } from '@nestjs/common';
import { BankClient } from '../bank/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { type AuditReport, Findings } from './audit-report.js';
import { BankReconciliation } from './bank-reconciliation.js';
import { Pace, type Speed } from './pace.js';
import { UNIQUE_KEYS, WALKS } from './probes/index.js';
import { TableWalker } from './table-walker.js';

export interface AuditOptions {
  readonly speed: Speed;
  /** The bank is asked about what was settled since then; null leaves it out. */
  readonly settledSince: Date | null;
  /** Ends the audit early, with an AbortError. */
  readonly signal?: AbortSignal;
}

/**
 * Checks the promises of the ledger against what is in the database, and the withdrawals against the bank. It only reads,
 * in short snapshots that lock nothing, so that it may run beside the traffic and against a copy alike.
 */
@Injectable()
export class Auditor {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly bank: BankClient,
  ) {}

  async run({ speed, settledSince, signal }: AuditOptions): Promise<AuditReport> {
    const startedAt = new Date();
    const startedMs = performance.now();
    const pace = new Pace(speed, signal);
    const walker = new TableWalker(this.transactions, pace);
    const findings = new Findings();
    const rows: Record<string, number> = {};
    (await walker.probeOnce(UNIQUE_KEYS)).forEach(findings.add);
    for (const walk of WALKS) rows[walk.table] = await walker.probe(walk, findings.add);
    const reconciliation = new BankReconciliation(this.bank, walker, pace, findings.add);
    if (settledSince) await reconciliation.run(settledSince);
    return {
      startedAt: startedAt.toISOString(),
      durationSeconds: (performance.now() - startedMs) / 1000,
      rows,
      bank: settledSince && { asked: reconciliation.asked, unanswered: reconciliation.unanswered },
      violations: findings.count,
      checks: findings.results,
    };
  }
}
