import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Rounds } from '../../platform/clock/rounds.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { countsOf } from './counts.js';
import { InstanceReports } from './instance-reports.js';
import { MinuteCounts } from './minute-counts.js';

const REPORT_EVERY_MS = 1_000;

/**
 * Tells all instances of this one, once a second. What it tells are metrics that are kept anyway: no request waits for
 * it, and while Redis is away it is told later. Its minutes are those of the real time, also where a sandbox's clock
 * was moved.
 */
@Injectable()
export class InstanceReporter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly id = randomBytes(6).toString('hex');
  private readonly startedAtMs = Date.now();
  private readonly minutes = new MinuteCounts();
  private readonly rounds = new Rounds(() => this.report(false));

  constructor(
    private readonly reports: InstanceReports,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(REPORT_EVERY_MS, 0);
  }

  /** No request is in work any more: what it says now is its last word. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
    await this.report(true);
  }

  private async report(isLeaving: boolean): Promise<void> {
    const { buildInfo, bankCircuitOpen } = this.metrics;
    this.minutes.take(await countsOf(this.metrics), Date.now());
    const { version = '', commit = '' } = (await buildInfo.get()).values[0]?.labels ?? {};
    const circuits = (await bankCircuitOpen.get()).values;
    await this.reports.write({
      id: this.id,
      version: String(version),
      ...(commit !== '' && { commit: String(commit) }),
      startedAtMs: this.startedAtMs,
      openCircuits: circuits.filter(({ value }) => value === 1).map(({ labels }) => String(labels.bank)),
      isLeaving,
      counted: this.minutes.byMinute,
    });
  }
}
