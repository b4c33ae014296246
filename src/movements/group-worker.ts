import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommitUnknown, isDuplicateKey, troubleOf } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { type Duplicate, DuplicateFinder } from './duplicate-finder.js';
import type { MovementView, Settlement } from './movement.js';
import { type Attempt, type Posted, Posting } from './posting.js';

export type PostingOutcome = Posted | Duplicate;

export interface RequestItem extends Attempt {
  /** COMMIT was sent for it and no answer came. */
  commitLost: boolean;
  done(outcome: PostingOutcome): void;
  failed(error: unknown): void;
}
export interface SettlementItem {
  readonly settlement: Settlement;
  /** The movement as it stands now, whoever settled it. */
  done(movement: MovementView): void;
  failed(error: unknown): void;
}
export type PostingItem = RequestItem | SettlementItem;

/** How long a lost COMMIT is looked into; its callers have been answered 202 long before. */
const RESOLVE_COMMIT_MS = 60_000;
const RESOLVE_PAUSE_MS = 200;
const DUPLICATE_ROUNDS_MAX = 5;

/** Sees a group through whatever happens to it: in the end each item is done or has failed, on its own account. */
@Injectable()
export class GroupWorker implements OnApplicationShutdown {
  private readonly logger = new Logger(GroupWorker.name);
  private stopped = false;

  constructor(
    private readonly posting: Posting,
    private readonly duplicates: DuplicateFinder,
    private readonly transactions: TransactionRunner,
  ) {}

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  /**
   * Posts a group. Duplicates are told so and taken out; accounts that somebody else keeps locked are left out; when one
   * item is at fault each is tried alone. Returns once the next group may go; a lost COMMIT is looked into after that, and
   * so is what refused requests are told.
   */
  async post(items: readonly PostingItem[]): Promise<void> {
    let open = items;
    let skipLocked = false;
    for (let rounds = 0; open.length > 0; rounds++) {
      try {
        await this.postOnce(open, skipLocked);
        return;
      } catch (error) {
        const isLast = rounds >= DUPLICATE_ROUNDS_MAX;
        if (error instanceof CommitUnknown) {
          void this.resolveLostCommit(open);
          return;
        } else if (isDuplicateKey(error) && !isLast) {
          open = await this.withoutDuplicates(open);
        } else if (troubleOf(error) === 'lockWait' && !skipLocked) {
          skipLocked = true;
        } else if (open.length > 1 && isOneItemsFault(error)) {
          for (const item of open) await this.post([item]);
          return;
        } else {
          const defect = troubleOf(error) === null && !isDuplicateKey(error);
          this.failAll(open, defect ? error : unavailable(error));
          return;
        }
      }
    }
  }

  /**
   * Nobody knows whether these were written: insert them again on a new connection. What was written is our own
   * duplicate then; what was not is written now. Row locks of the lost transaction make it wait for its end.
   */
  private async resolveLostCommit(items: readonly PostingItem[]): Promise<void> {
    for (const item of items) if ('request' in item) item.commitLost = true;
    const until = performance.now() + RESOLVE_COMMIT_MS;
    for (let open = items; open.length > 0;) {
      try {
        await this.postOnce(open, false);
        return;
      } catch (error) {
        if (isDuplicateKey(error)) open = await this.withoutDuplicates(open);
        if (performance.now() > until || this.stopped) {
          this.logger.error({ message: `a COMMIT of ${open.length} movements stays unknown`, err: error });
          this.failAll(open, unavailable(error));
          return;
        }
        if (!isDuplicateKey(error)) await sleep(RESOLVE_PAUSE_MS);
      }
    }
  }

  private async postOnce(items: readonly PostingItem[], skipLocked: boolean): Promise<void> {
    const requests = items.filter((item) => 'request' in item);
    const settlements = items.filter((item) => 'settlement' in item);
    const { posted, settled } = await this.posting.post(
      requests,
      settlements.map(({ settlement }) => settlement),
      skipLocked,
    );
    // Once the next group has gone: telling takes this process longer than that needs for its first statement.
    setImmediate(() => this.tell(requests, posted, settlements, settled));
  }

  private tell(
    requests: readonly RequestItem[],
    posted: readonly Posted[],
    settlements: readonly SettlementItem[],
    settled: readonly (MovementView | null)[],
  ): void {
    const refused = new Map<RequestItem, Posted>();
    requests.forEach((item, index) => {
      const outcome = posted[index] as Posted;
      if (outcome.kind === 'refused') refused.set(item, outcome);
      else item.done(outcome);
    });
    settlements.forEach((item, index) => {
      const outcome = settled[index];
      if (outcome) item.done(outcome);
      else item.failed(new Refusal('TemporarilyUnavailable'));
    });
    // Beside the next group, which must not wait for what moves nothing.
    if (refused.size > 0) void this.tellRefused(refused);
  }

  /**
   * A duplicate is told so whatever would be said of it today: a key that has paid must not be answered that there is
   * not enough money. The accounts were locked when these were refused, so an earlier request has committed by now.
   */
  private async tellRefused(refused: ReadonlyMap<RequestItem, Posted>): Promise<void> {
    const items = [...refused.keys()];
    try {
      const found = await this.transactions.read('find-duplicates', (reader) => this.duplicates.find(reader, items));
      for (const [item, outcome] of refused) item.done(found.get(item) ?? outcome);
    } catch (error) {
      const [lost, others] = [items.filter((item) => item.commitLost), items.filter((item) => !item.commitLost)];
      this.failAll(others, error);
      // What was refused now may have been done by the COMMIT that was lost.
      if (lost.length > 0) await this.resolveLostCommit(lost);
    }
  }

  /** Tells those whose claims somebody else holds, or we ourselves since a lost COMMIT; returns the others. */
  private async withoutDuplicates(items: readonly PostingItem[]): Promise<readonly PostingItem[]> {
    const requests = items.filter((item) => 'request' in item);
    try {
      const found = await this.transactions.read('find-duplicates', (reader) => this.duplicates.find(reader, requests));
      for (const [item, outcome] of found) item.done(outcome);
      return items.filter((item) => !('request' in item && found.has(item)));
    } catch (error) {
      // The database is away just now: the whole group is tried again, which finds out the same way.
      this.logger.warn({ message: 'duplicates could not be looked up', err: error });
      await sleep(RESOLVE_PAUSE_MS);
      return items;
    }
  }

  private failAll(items: readonly PostingItem[], error: unknown): void {
    for (const item of items) item.failed(error);
  }
}

/** Not the database's fault as a whole: each item is tried alone, so that only the one that causes it fails. */
function isOneItemsFault(error: unknown): boolean {
  const trouble = troubleOf(error instanceof Refusal ? error.cause : error);
  return trouble !== 'connection' && trouble !== 'busy';
}

function unavailable(cause: unknown): Refusal {
  return cause instanceof Refusal ? cause : new Refusal('TemporarilyUnavailable', undefined, undefined, { cause });
}
