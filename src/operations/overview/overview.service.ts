import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AuditState, LastAuditRepository } from '../../audit/index.js';
import { Payouts, Withdrawals } from '../../bank/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { SingleFlight } from '../../platform/clock/single-flight.js';
import { within } from '../../platform/clock/within.js';
import type { Backlog } from '../../platform/database/backlog.js';
import { TransactionRunner } from '../../platform/database/transaction-runner.js';
import { Refusal } from '../../platform/http/answers.js';
import { WebhookBacklog } from '../../webhooks/index.js';
import { InstanceReports } from './instance-reports.js';
import { type Picture, pictureOf } from './picture.js';

/** A database that takes longer is told of as unknown: whoever looks then needs the rest at once. */
const DATABASE_WITHIN_MS = 1_000;

interface Stored {
  readonly webhooks: { readonly waiting: Backlog; readonly undelivered: Backlog };
  readonly orders: { readonly withdrawals: Backlog; readonly payouts: Backlog };
  readonly audit: AuditState;
}

export interface Overview {
  readonly at: Date;
  /** Null while Redis is away. */
  readonly picture: Picture | null;
  /** Null while the database is away. */
  readonly stored: Stored | null;
}

/** How it goes, at a glance. What it costs does not depend on how much there is. */
@Injectable()
export class OverviewService {
  private readonly logger = new Logger(OverviewService.name);
  /** Of many who look at once, one reads. */
  private readonly looks = new SingleFlight<Overview>();
  /** A read that takes too long is not begun again beside itself: payments need the connections. */
  private readonly readings = new SingleFlight<Stored>();

  constructor(
    private readonly reports: InstanceReports,
    private readonly transactions: TransactionRunner,
    private readonly webhooks: WebhookBacklog,
    private readonly withdrawals: Withdrawals,
    private readonly payouts: Payouts,
    private readonly audits: LastAuditRepository,
    private readonly clock: Clock,
  ) {}

  /** Answers within little more than a second, whatever is away. */
  get(): Promise<Overview> {
    return this.looks.run('overview', async () => {
      const [heard, stored] = await Promise.all([this.reports.list(), this.findStored()]);
      // Instances count by the real time, which a sandbox's clock may be far from.
      return { at: this.clock.now(), picture: heard && pictureOf(heard, Date.now()), stored };
    });
  }

  private async findStored(): Promise<Stored | null> {
    const reading = this.readings.run('stored', () =>
      this.transactions.read('overview', (reader) => this.readStored(reader)),
    );
    try {
      return (await within(reading, DATABASE_WITHIN_MS)) ?? null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.logger.warn({ message: 'the overview does without the database', err: error });
      return null;
    }
  }

  private async readStored(reader: EntityManager): Promise<Stored> {
    return {
      webhooks: {
        waiting: await this.webhooks.waiting(reader),
        undelivered: await this.webhooks.undelivered(reader),
      },
      orders: {
        withdrawals: await this.withdrawals.backlog(reader),
        payouts: await this.payouts.backlog(reader),
      },
      audit: await this.audits.find(reader),
    };
  }
}
