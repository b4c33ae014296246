import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { withServerLock } from '../platform/database/server-lock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { AuditMemory } from './audit-memory.js';
import { type AuditReport, describe } from './audit-report.js';
import { type Check, CHECKS } from './checks.js';
import { type AuditState, LastAuditRepository } from './last-audit.repository.js';
import type { ProgressNow } from './progress.js';
import { RollingAudit } from './rolling-audit.js';

const LOOK_EVERY_MS = 15_000;
const TELL_EVERY_MS = 5_000;

/**
 * Audits the books in the background. Every instance runs it, one of them at a time does the work, and all of them show
 * in their metrics what was found last, and how far the one under way is.
 */
@Injectable()
export class AuditWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));
  private readonly startedMs = performance.now();
  private toldAtMs = -Infinity;

  constructor(
    private readonly audit: RollingAudit,
    private readonly memory: AuditMemory,
    private readonly lastAudit: LastAuditRepository,
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const { auditIntervalMs } = this.config;
    if (auditIntervalMs > 0) this.rounds.start(Math.min(LOOK_EVERY_MS, auditIntervalMs));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(stopping: AbortSignal): Promise<void> {
    try {
      await this.audit.mark();
      if (!this.isDue(await this.look())) return;
      await withServerLock(this.dataSource, 'audit', 0, async (lost) => {
        if (this.isDue(await this.look())) await this.run(AbortSignal.any([stopping, lost]));
      });
    } catch (error) {
      if (!stopping.aborted) this.logger.warn({ message: 'the audit goes on later', err: error });
    }
  }

  /** What was found last, by whichever instance; shown in the metrics of this one. */
  private async look(): Promise<AuditState> {
    const state = await this.transactions.read('audit-last', (reader) => this.lastAudit.find(reader));
    this.show(state);
    return state;
  }

  /**
   * One that was interrupted goes on at once; a database that was never audited has the first one after a whole
   * interval too.
   */
  private isDue({ last, isBegun }: AuditState): boolean {
    if (isBegun) return true;
    const sinceMs = last ? last.ageMs : performance.now() - this.startedMs;
    return sinceMs >= this.config.auditIntervalMs;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const report = await this.audit.run({ signal, onProgress: (progress) => this.tellProgress(progress) });
    this.tell(report);
    const { unanswered = 0, statementsUnread = 0 } = report.bank ?? {};
    const violations = Object.fromEntries(report.checks.map(({ check, violations: count }) => [check, count]));
    signal.throwIfAborted();
    const findings = report.checks.flatMap(({ first }) => first);
    await this.memory.end({ violations, bankUnanswered: unanswered + statementsUnread, findings });
    await this.look();
  }

  /** For those who watch: an audit, which may have ended meanwhile, does not fail for want of it. */
  private async tellProgress(progress: ProgressNow): Promise<void> {
    this.showProgress(progress);
    if (performance.now() - this.toldAtMs < TELL_EVERY_MS) return;
    this.toldAtMs = performance.now();
    try {
      await this.memory.tellProgress(progress);
    } catch (error) {
      this.logger.warn({ message: 'how far the audit is could not be told', err: error });
    }
  }

  private tell(report: AuditReport): void {
    const { violations, durationSeconds, bank, rows, unchecked } = report;
    if (unchecked.length > 0) {
      this.logger.warn({ message: `The audit could not check everything: ${unchecked.join('; ')}`, bank });
    } else if (violations === 0) {
      this.logger.log({ message: 'The books were audited and everything agrees', durationSeconds, rows, bank });
    }
    const wrong = report.checks.filter((result) => result.violations > 0);
    for (const { check, violations: count, first } of wrong) {
      const text = first[0] ? describe(first[0]) : '';
      this.logger.error({ message: `The audit found ${count} rows wrong, first ${text}`, check });
    }
  }

  private show({ last, isBegun, progress, sealed }: AuditState): void {
    for (const { name, sealedUpTo, againEndedAt } of sealed) {
      this.metrics.auditSealed.set({ walk: name }, sealedUpTo);
      if (againEndedAt) this.metrics.auditSeenAgain.set({ walk: name }, againEndedAt.getTime() / 1000);
    }
    if (!isBegun) this.showProgress({ ratio: 1, secondsLeft: 0 });
    else if (progress) this.showProgress(progress);
    if (!last) return;
    for (const check of Object.keys(CHECKS) as Check[]) {
      this.metrics.auditViolations.set({ check }, last.violations[check] ?? 0);
    }
    this.metrics.auditLastRunSeconds.set(last.endedAt.getTime() / 1000);
    this.metrics.auditDurationSeconds.set(last.durationSeconds);
    this.metrics.auditUnanswered.set(last.bankUnanswered);
  }

  private showProgress({ ratio, secondsLeft }: Pick<ProgressNow, 'ratio' | 'secondsLeft'>): void {
    this.metrics.auditProgress.set(ratio);
    if (secondsLeft !== null) this.metrics.auditSecondsLeft.set(secondsLeft);
  }
}
