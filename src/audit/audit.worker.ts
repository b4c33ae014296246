import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { withServerLock } from '../platform/database/server-lock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { type AuditReport, describe } from './audit-report.js';
import { Auditor } from './auditor.js';
import { type Check, CHECKS } from './checks.js';
import { type LastAudit, LastAuditRepository, type StoredAudit } from './last-audit.repository.js';
import { BACKGROUND } from './pace.js';

const LOOK_EVERY_MS = 15_000;
/** A settlement is dated before it is committed: so far the next reconciliation goes back behind the last one. */
const SETTLED_OVERLAP_MS = 60_000;

/**
 * Audits the books in the background. Every instance runs it, one of them at a time does the work, and all of them show
 * in their metrics what was found last.
 */
@Injectable()
export class AuditWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));
  private readonly startedMs = performance.now();

  constructor(
    private readonly auditor: Auditor,
    private readonly lastAudit: LastAuditRepository,
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const { auditIntervalMs } = this.config;
    if (auditIntervalMs > 0) this.rounds.start(Math.min(LOOK_EVERY_MS, auditIntervalMs));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      if (!this.isDue(await this.look())) return;
      await withServerLock(this.dataSource, 'audit', 0, async () => {
        const last = await this.look();
        if (this.isDue(last)) await this.audit(last?.settledUntil ?? new Date(0), signal);
      });
    } catch (error) {
      if (!signal.aborted) this.logger.warn(`the audit is tried again: ${String(error)}`);
    }
  }

  /** What was found last, by whichever instance; shown in the metrics of this one. */
  private async look(): Promise<StoredAudit | null> {
    const last = await this.transactions.read('audit-last', (reader) => this.lastAudit.find(reader));
    if (last) this.show(last);
    return last;
  }

  /** A database that was never audited has the first one after a whole interval too. */
  private isDue(last: StoredAudit | null): boolean {
    const sinceMs = last ? last.ageMs : performance.now() - this.startedMs;
    return sinceMs >= this.config.auditIntervalMs;
  }

  private async audit(settledSince: Date, signal: AbortSignal): Promise<void> {
    const settledUntil = new Date(this.clock.now().getTime() - SETTLED_OVERLAP_MS);
    const report = await this.auditor.run({ speed: BACKGROUND, settledSince, signal });
    this.tell(report);
    const bankUnanswered = report.bank?.unanswered ?? 0;
    await this.transactions.run('audit-save', (tx) =>
      this.lastAudit.save(tx, {
        durationSeconds: report.durationSeconds,
        violations: Object.fromEntries(report.checks.map(({ check, violations }) => [check, violations])),
        bankUnanswered,
        settledUntil: bankUnanswered === 0 ? settledUntil : settledSince,
      }),
    );
    await this.look();
  }

  private tell(report: AuditReport): void {
    const { violations, durationSeconds, bank, rows } = report;
    if (violations === 0) {
      this.logger.log({ message: 'The books were audited and everything agrees', durationSeconds, rows, bank });
      return;
    }
    const wrong = report.checks.filter((result) => result.violations > 0);
    for (const { check, violations: count, first } of wrong) {
      const text = first[0] ? describe(first[0]) : '';
      this.logger.error({ message: `The audit found ${count} rows wrong, first ${text}`, check });
    }
  }

  private show({ endedAt, durationSeconds, violations, bankUnanswered }: LastAudit): void {
    for (const check of Object.keys(CHECKS) as Check[]) {
      this.metrics.auditViolations.set({ check }, violations[check] ?? 0);
    }
    this.metrics.auditLastRunSeconds.set(endedAt.getTime() / 1000);
    this.metrics.auditDurationSeconds.set(durationSeconds);
    this.metrics.auditUnanswered.set(bankUnanswered);
  }
}
