import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { Delivery } from './delivery.js';
import { FIRST_PACE, type Pace, paceAfter } from './pace.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookSender } from './webhook-sender.js';

/**
 * Endpoints served at a time: as many that answer well as others, so that the latter never take a place of the former.
 */
const LANES_MAX = 16;
const PACES_MAX = 100_000;
const COUNT_EVERY_MS = 15_000;
const COUNT_MAX = 100_000;
/** At a stop: how long requests in flight may still take. */
const FINISH_MS = 2_000;
const CONTENDED_PAUSE_MS = 20;

/**
 * Delivers events. Every instance runs it; `SKIP LOCKED` and a lease share the work out, and another instance goes on
 * where one died. Each endpoint has a lane of its own, so one that is dead or slow keeps only itself waiting.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly lanes = new Map<number, Promise<void>>();
  private readonly paces = new Map<number, Pace>();
  /** There are endpoints without a lane: those with one give it back after each batch. */
  private crowded = false;
  private countAgainAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private inRound: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly events: WebhookEventsRepository,
    private readonly delivery: Delivery,
    private readonly sender: WebhookSender,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(this.config.webhookIntervalMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const interruption = setTimeout(() => this.sender.interrupt(), FINISH_MS);
    await this.inRound;
    await Promise.all(this.lanes.values());
    clearTimeout(interruption);
  }

  private schedule(afterMs: number): void {
    if (this.stopped || this.inRound) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.inRound = this.round().finally(() => {
        this.inRound = undefined;
        this.schedule(this.config.webhookIntervalMs);
      });
    }, afterMs);
  }

  private async round(): Promise<void> {
    try {
      const due = await this.transactions.read('webhooks-due', (reader) => this.events.listDueEndpoints(reader));
      this.crowded = false;
      for (const endpointId of due) this.serve(endpointId);
      if (performance.now() < this.countAgainAt) return;
      const pending = await this.transactions.read('webhooks-count', (reader) =>
        this.events.countPending(reader, COUNT_MAX),
      );
      this.metrics.webhookPending.set(pending);
      this.countAgainAt = performance.now() + COUNT_EVERY_MS;
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
  }

  private serve(endpointId: number): void {
    if (this.stopped || this.lanes.has(endpointId)) return;
    const isWell = this.isWell(endpointId);
    const taken = [...this.lanes.keys()].filter((other) => this.isWell(other) === isWell).length;
    if (taken >= LANES_MAX) {
      this.crowded = true;
      return;
    }
    const lane = this.deliver(endpointId).finally(() => {
      this.lanes.delete(endpointId);
      if (this.crowded) this.schedule(0);
    });
    this.lanes.set(endpointId, lane);
  }

  /**
   * Batch after batch, until nothing is due, the endpoint belongs into other lanes, or others need the lane. Never
   * throws.
   */
  private async deliver(endpointId: number): Promise<void> {
    try {
      do {
        const pace = this.paceOf(endpointId);
        const batch = await this.delivery.deliver(endpointId, pace.batch, () => this.stopped);
        if (batch.found === 0) return;
        this.learn(endpointId, paceAfter(pace, batch));
        if (this.paceOf(endpointId).health !== pace.health || pace.health === 'failing') return;
        // Another instance was faster, and has its claim committed by then.
        if (batch.claimed === 0) await sleep(Math.random() * CONTENDED_PAUSE_MS);
      } while (!this.stopped && !this.crowded);
    } catch (error) {
      this.logger.warn({ message: `endpoint ${endpointId} is tried again in the next round`, err: error });
    }
  }

  private learn(endpointId: number, pace: Pace): void {
    if (this.paces.size >= PACES_MAX) this.paces.clear();
    this.paces.set(endpointId, pace);
  }

  private paceOf(endpointId: number): Pace {
    return this.paces.get(endpointId) ?? FIRST_PACE;
  }

  private isWell(endpointId: number): boolean {
    return this.paceOf(endpointId).health === 'well';
  }
}
