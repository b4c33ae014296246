import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gathering } from '../platform/clock/gathering.js';
import { Config } from '../platform/config/config.js';
import { BatchTransactions } from '../platform/database/batch-transactions.js';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { Attempt, ResolutionAttempt } from './attempt.js';
import type { Resolution } from './movement.decision.js';
import type { MovementRequest } from './movement.declaration.js';
import { MovementsFlow } from './movements.flow.js';

const GROUP_MAX = 128;
/** So many at once are a crowd: then few large groups are faster than many small ones. */
const CROWD = 16;
/** Beyond this, callers are turned away at once rather than late. */
const QUEUE_MAX = 4_096;
/** How much of what the server takes at once a group may need. */
const MESSAGE_SHARE = 0.5;
/** What was locked by somebody else comes round again after a pause that doubles, up to the second one. */
const LOCKED_PAUSE_MS = 2;
const LOCKED_PAUSE_MAX_MS = 64;
/** A resolution has no caller who gives up; recovery comes round again. */
const SETTLE_WITHIN_MS = 10_000;

/**
 * Who waits to be posted. What waits at a moment is posted in one transaction, so that a busy account costs one lock
 * for many movements; one group is under way at a time, as two would only wait for each other's commits.
 */
@Injectable()
export class MovementsQueue {
  private readonly groups = new Gathering<Attempt | ResolutionAttempt>({
    take: (items) => this.take(items),
    waitsForMore: (count) => count >= CROWD && count < GROUP_MAX,
    handle: (group) => this.handle(group),
  });

  constructor(
    private readonly flow: MovementsFlow,
    private readonly transactions: BatchTransactions,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /**
   * The attempt's outcome rejects with Refusal TemporarilyUnavailable when the queue is full or the database is away.
   */
  post(request: MovementRequest): Attempt {
    const giveUpAt = performance.now() + this.config.answerWithinMs;
    const attempt = new Attempt(request, giveUpAt, request.claim.isContested === true);
    if (this.groups.length >= QUEUE_MAX) attempt.fail(new Refusal('TemporarilyUnavailable'));
    else this.groups.add(attempt);
    return attempt;
  }

  /** Never turned away: the bank's answer is worth more than a new request. */
  settle(resolution: Resolution): ResolutionAttempt {
    const attempt = new ResolutionAttempt(resolution, performance.now() + SETTLE_WITHIN_MS);
    this.groups.add(attempt);
    return attempt;
  }

  /** Calls an attempt off. False when it may be written by now: then nobody can say yet what becomes of it. */
  callOff(attempt: Attempt): boolean {
    if (attempt.isUnderWay || attempt.isLost) return false;
    attempt.isOver = true;
    return true;
  }

  /** How many of those that wait fit into one group. */
  private take(items: readonly (Attempt | ResolutionAttempt)[]): number {
    let left = this.transactions.messageBytesMax * MESSAGE_SHARE;
    let count = 0;
    for (; count < Math.min(items.length, GROUP_MAX); count++) {
      left -= (items[count] as Attempt).bytes;
      if (left < 0 && count > 0) break;
    }
    return count;
  }

  private async handle(items: readonly (Attempt | ResolutionAttempt)[]): Promise<void> {
    const group = items.filter(({ isOver }) => !isOver);
    this.metrics.queueLength.set(this.groups.length);
    if (group.length === 0) return;
    this.metrics.groupSize.observe(group.length);
    for (const item of await this.flow.post(group)) void this.comeAgain(item);
  }

  private async comeAgain(item: Attempt | ResolutionAttempt): Promise<void> {
    const pauseMs = Math.min(LOCKED_PAUSE_MAX_MS, LOCKED_PAUSE_MS * 2 ** item.timesLocked) * (0.5 + Math.random() / 2);
    item.timesLocked += 1;
    if (performance.now() + pauseMs > item.giveUpAt) return item.fail(new Refusal('TemporarilyUnavailable'));
    await sleep(pauseMs);
    this.groups.add(item);
  }
}
