import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';

const EVERY_MS = 600_000;
/** Events that are deleted in one transaction. */
const BATCH_MAX = 500;
/** The rest after each batch, as a multiple of the time that it took: so it works a fifth of the time. */
const REST_FACTOR = 4;

/**
 * Deletes events once they were delivered for `WEBHOOK_RETENTION_DAYS`; what was not delivered stays. Every instance
 * runs it: of two that come upon the same events, the second finds nothing left.
 */
@Injectable()
export class PurgeWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PurgeWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly events: WebhookEventsRepository,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(EVERY_MS, this.config.webhookIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    const days = this.config.webhookRetentionDays;
    try {
      const endpoints = await this.transactions.read('webhooks-purge', (reader) =>
        this.events.listEndpointsToPurge(reader, days),
      );
      for (const endpointId of endpoints) await this.purge(endpointId, days, signal);
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ message: 'events are purged in the next round', err: error });
    }
  }

  private async purge(endpointId: number, days: number, signal: AbortSignal): Promise<void> {
    let purged = 0;
    for (let found = BATCH_MAX; found === BATCH_MAX;) {
      const startedAt = performance.now();
      const ids = await this.transactions.read('webhooks-purge', (reader) =>
        this.events.findToPurge(reader, endpointId, days, BATCH_MAX),
      );
      found = ids.length;
      if (found > 0) purged += await this.transactions.run('webhooks-purge', (tx) => this.events.purge(tx, ids, days));
      await sleep((performance.now() - startedAt) * REST_FACTOR, undefined, { signal });
    }
    this.logger.log(`${purged} events that endpoint ${endpointId} had taken ${days} days ago were deleted`);
  }
}
