import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { Claims } from './claims.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { GroupWorker, type PostingItem, type PostingOutcome, type RequestItem } from './group-worker.js';
import type { MovementRequest, MovementView, Settlement } from './movement.js';

const GROUP_MAX = 128;
/** So many at once are a crowd: then few large groups are faster than many small ones. */
const CROWD = 16;
/** Beyond this, callers are turned away at once rather than late. */
const QUEUE_MAX = 4_096;

interface QueuedRequest extends RequestItem {
  readonly claims: readonly string[];
  /** Where its claims lie while it holds them; null for one that follows another, or has ended. */
  claimedIn: Map<string, QueuedRequest> | null;
  /** Later requests that claim the same: they learn what became of this one instead of being posted. */
  readonly followers: QueuedRequest[];
  leader: QueuedRequest | null;
  readonly resolve: (outcome: PostingOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A request on its way: its outcome, and whether the caller may still walk away from it. */
export interface Ticket {
  readonly outcome: Promise<PostingOutcome>;
  /**
   * Asks what can be said of a request that has taken too long: `withdrawn` (it was still waiting and now never
   * happens), `commitLost` (nobody knows yet) or `working` (the outcome will be there shortly).
   */
  giveUp(): 'withdrawn' | 'commitLost' | 'working';
}

/**
 * Group posting: what waits at a moment is posted in one transaction, so that a busy account costs one lock for many
 * movements. Nothing waits when the service is idle: the first movement goes at once, and what arrives meanwhile forms
 * the next group; a crowd waits for more as long as each turn of the event loop brings some. One group is under way at a
 * time: two would only wait for each other's locks and commits.
 */
@Injectable()
export class GroupPoster {
  private waiting: PostingItem[] = [];
  private readonly claims = new Claims<QueuedRequest>();
  private isPosting = false;

  constructor(
    private readonly worker: GroupWorker,
    private readonly duplicates: DuplicateFinder,
    private readonly metrics: Metrics,
  ) {}

  /** The outcome rejects with Refusal TemporarilyUnavailable when the queue is full or the database is away. */
  post(request: MovementRequest<unknown>): Ticket {
    let item!: QueuedRequest;
    const outcome = new Promise<PostingOutcome>((resolve, reject) => {
      item = this.queued(request, resolve, reject);
    });
    this.enqueue(item);
    return { outcome, giveUp: () => this.giveUp(item) };
  }

  /** Never turned away: the bank's answer is worth more than a new request. */
  settle(settlement: Settlement): Promise<MovementView> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ settlement, done: resolve, failed: reject });
      this.pump();
    });
  }

  private queued(
    request: MovementRequest<unknown>,
    resolve: QueuedRequest['resolve'],
    reject: QueuedRequest['reject'],
  ): QueuedRequest {
    const { claim, kind, details } = request;
    const exclusive = kind.exclusive?.(details);
    const item: QueuedRequest = {
      request,
      attemptId: randomBytes(16),
      claims: [`key ${claim.scope} ${claim.key}`, ...(exclusive === undefined ? [] : [`exclusive ${exclusive}`])],
      claimedIn: null,
      followers: [],
      leader: null,
      commitLost: false,
      resolve,
      reject,
      done: (outcome) => this.done(item, outcome),
      failed: (error) => this.failed(item, error),
    };
    return item;
  }

  private enqueue(item: QueuedRequest): void {
    if (this.waiting.length >= QUEUE_MAX) {
      item.reject(new Refusal('TemporarilyUnavailable'));
      return;
    }
    item.leader = this.claims.holderOf(item.claims) ?? null;
    if (item.leader) {
      item.leader.followers.push(item);
      return;
    }
    item.claimedIn = this.claims.hold(item.claims, item);
    this.waiting.push(item);
    this.pump();
  }

  private giveUp(item: QueuedRequest): 'withdrawn' | 'commitLost' | 'working' {
    const followed = item.leader?.followers.indexOf(item) ?? -1;
    if (item.leader && followed >= 0) {
      item.leader.followers.splice(followed, 1);
      item.resolve(this.duplicates.onGoing(item, item.leader));
      return 'working';
    }
    const place = this.waiting.indexOf(item);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.failed(item, new Refusal('TemporarilyUnavailable'));
      return 'withdrawn';
    }
    return item.commitLost ? 'commitLost' : 'working';
  }

  private pump(): void {
    if (this.isPosting || this.waiting.length === 0) return;
    this.isPosting = true;
    this.gather(0);
  }

  private gather(before: number): void {
    const { length } = this.waiting;
    if (length > before && length >= CROWD && length < GROUP_MAX) setImmediate(() => this.gather(length));
    else this.postNext();
  }

  private postNext(): void {
    const group = this.waiting.splice(0, GROUP_MAX);
    this.claims.turn();
    this.metrics.groupSize.observe(group.length);
    this.metrics.queueLength.set(this.waiting.length);
    void this.worker.post(group).finally(() => {
      this.isPosting = false;
      this.pump();
    });
  }

  private done(item: QueuedRequest, outcome: PostingOutcome): void {
    this.unclaim(item);
    item.resolve(outcome);
    for (const follower of item.followers.splice(0)) {
      const duplicate = this.duplicates.follow(follower, item, outcome);
      // A refused leader claims nothing any more: its followers are requests like any other.
      if (duplicate) follower.resolve(duplicate);
      else this.enqueue(follower);
    }
  }

  private failed(item: QueuedRequest, error: unknown): void {
    this.unclaim(item);
    item.reject(error);
    for (const follower of item.followers.splice(0)) follower.reject(error);
  }

  private unclaim(item: QueuedRequest): void {
    if (item.claimedIn) this.claims.release(item.claims, item.claimedIn);
    item.claimedIn = null;
  }
}
