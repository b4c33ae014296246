import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { WebhookAttemptsRepository } from './webhook-attempts.repository.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';

const EVERY_MS = 600_000;
/** Events that are deleted in one transaction. */
const BATCH_MAX = 500;
/** The rest after each batch, as a multiple of the time that it took: so it works a fifth of the time. */
const REST_FACTOR = 4;

/** Of each endpoint so many attempts are kept, if they are not too old. */
const ATTEMPTS_KEPT = 1_000;

/**
 * Deletes events once they were delivered, or skipped, for `WEBHOOK_RETENTION_DAYS`; what was given up stays. Of
 * attempts it leaves the last ones. Every instance runs it: of two that come upon the same rows, the second finds
 * nothing left.
 */
@Injectable()
export class PurgeWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PurgeWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly events: WebhookEventsRepository,
    private readonly attempts: WebhookAttemptsRepository,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(EVERY_MS, this.config.webhookIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      await this.purgeEvents(signal);
      await this.purgeAttempts(signal);
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'events are purged in the next round', err: error });
    }
  }

  private async purgeEvents(signal: AbortSignal): Promise<void> {
    const days = this.config.webhookRetentionDays;
    const purge = (tx: EntityManager, ids: readonly number[]) => this.events.purge(tx, ids, days);
    for (const old of await this.read((reader) => this.events.listToPurge(reader, days))) {
      const find = (reader: EntityManager) => this.events.findToPurge(reader, old, days, BATCH_MAX);
      const purged = await this.untilNoneIsLeft(find, purge, signal);
      const what = old.status === 'DELIVERED' ? 'had taken' : 'was disabled for';
      this.logger.log(`${purged} events that endpoint ${old.endpointId} ${what} ${days} days ago were deleted`);
    }
    await this.untilNoneIsLeft((reader) => this.events.findOwnToPurge(reader, days, BATCH_MAX), purge, signal);
  }

  private async purgeAttempts(signal: AbortSignal): Promise<void> {
    const rule = { kept: ATTEMPTS_KEPT, days: this.config.webhookRetentionDays, limit: BATCH_MAX };
    const purge = (tx: EntityManager, ids: readonly number[]) => this.attempts.purge(tx, ids);
    for (const endpointId of await this.read((reader) => this.attempts.listEndpoints(reader))) {
      await this.untilNoneIsLeft((reader) => this.attempts.findToPurge(reader, endpointId, rule), purge, signal);
    }
  }

  /** Batch after batch, with rests in between. Returns how many were deleted. */
  private async untilNoneIsLeft(
    find: (reader: EntityManager) => Promise<number[]>,
    purge: (tx: EntityManager, ids: readonly number[]) => Promise<number>,
    signal: AbortSignal,
  ): Promise<number> {
    let purged = 0;
    for (let found = BATCH_MAX; found === BATCH_MAX;) {
      const startedAt = performance.now();
      const ids = await this.read(find);
      found = ids.length;
      if (found > 0) purged += await this.transactions.run('webhooks-purge', (tx) => purge(tx, ids));
      await sleep((performance.now() - startedAt) * REST_FACTOR, undefined, { signal });
    }
    return purged;
  }

  private read<T>(work: (reader: EntityManager) => Promise<T>): Promise<T> {
    return this.transactions.read('webhooks-purge', work);
  }
}
