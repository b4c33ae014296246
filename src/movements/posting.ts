import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  BankClient,
  dailyLimitUse,
  LinkedAccounts,
  type LockedLink,
  type NewWithdrawal,
  type WithdrawalOrder,
  Withdrawals,
} from '../bank/index.js';
import { type AccountBook, Ledger } from '../ledger/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { type BatchTransaction, BatchTransactions, type NewId } from '../platform/database/batch-transactions.js';
import { Refusal } from '../platform/http/answers.js';
import type { MovementRequest, MovementView, Settlement } from './movement.js';
import { type NewMovement, MovementsRepository } from './movements.repository.js';
import { accountsOf, isLocked, journalOf, usersLikelyShort, viewOf } from './posting-rules.js';
import { Settling } from './settling.js';

/** A request with the id of our attempt at it. */
export interface Attempt {
  readonly request: MovementRequest<unknown>;
  readonly attemptId: Buffer;
}

/** What became of one request. `reserved`: the bank may now be asked, and must be. */
export type Posted =
  | { readonly kind: 'completed'; readonly movement: MovementView; readonly request: MovementRequest<unknown> }
  | { readonly kind: 'reserved'; readonly movementId: number; readonly order: WithdrawalOrder }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * What will be said of a request once it is committed: a completed movement has its number only then. Data, not functions: one that is
 * assigned to a property is allocated as old by V8, and takes all that it holds there with it (bench/README.md).
 */
type Outcome =
  | Exclude<Posted, { kind: 'completed' }>
  | {
      readonly kind: 'completed';
      readonly id: NewId;
      readonly view: Omit<MovementView, 'id'>;
      readonly request: MovementRequest<unknown>;
    };

interface Decision extends NewMovement {
  readonly index: number;
  readonly withdrawal: { readonly link: LockedLink; readonly amount: number; readonly heldAmount: number } | null;
}

/** The state of one group while it is decided and written. */
class Group {
  readonly decisions: Decision[] = [];
  readonly refusals = new Map<number, Refusal>();

  constructor(
    readonly tx: BatchTransaction,
    readonly book: AccountBook,
    /** Null while the bank would not be asked. */
    readonly links: Map<number, LockedLink> | null,
    readonly at: Date,
  ) {}
}

/**
 * Moves money: any number of movements in one transaction, each with an outcome of its own. Locks, in this order: users'
 * ledger accounts ascending; linked accounts ascending, where a top-up is needed; open withdrawals ascending, where one
 * is settled. Everything is written with one multi-row statement per table.
 */
@Injectable()
export class Posting {
  constructor(
    private readonly transactions: BatchTransactions,
    private readonly ledger: Ledger,
    private readonly movements: MovementsRepository,
    private readonly settling: Settling,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly withdrawals: Withdrawals,
    private readonly bank: BankClient,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides and writes a group. With `skipLocked`, accounts that somebody else keeps locked are not waited for: their
   * requests are refused TemporarilyUnavailable and their settlements are null, to be tried again later.
   *
   * @throws a duplicate-key error when one of the claims is held already: nothing was written
   * @throws CommitUnknown when everything, or nothing, was written
   */
  async post(
    attempts: readonly Attempt[],
    settlements: readonly Settlement[],
    skipLocked = false,
  ): Promise<{ posted: Posted[]; settled: (MovementView | null)[] }> {
    const work = async (tx: BatchTransaction) => {
      const touched = accountsOf([...attempts.map(({ request }) => request), ...settlements]);
      const book = await this.ledger.lockAccounts(tx, touched, skipLocked);
      const at = this.clock.now();
      await this.settling.settle(tx, book, settlements, at);
      const examined = await this.examine(tx, attempts, book);
      // A bank that would not be asked is no reason to lock anything, and to keep the others of the group waiting.
      const links = this.bank.available
        ? await this.linkedAccounts.lock(tx, usersLikelyShort(examined, book), seoulDate(at))
        : null;
      const group = new Group(tx, book, links, at);
      examined.forEach((request, index) => {
        if (request instanceof Refusal) group.refusals.set(index, request);
        else this.decide(group, request, (attempts[index] as Attempt).attemptId, index);
      });
      const outcomes = await this.write(group, attempts.length);
      this.ledger.write(tx, book, at);
      return { outcomes, settled: await this.settling.outcomes(tx, book, settlements) };
    };
    // One locked account must not keep a whole group waiting again and again: what then is decided by the caller.
    const retryLockWaits = attempts.length + settlements.length === 1;
    const { outcomes, settled } = await this.transactions.run('posting', work, { retryLockWaits });
    return { posted: outcomes.map(postedOf), settled };
  }

  /** Lets each room look at its own requests under the locks; most have nothing to add. */
  private async examine(
    tx: EntityManager,
    attempts: readonly Attempt[],
    book: AccountBook,
  ): Promise<(MovementRequest<unknown> | Refusal)[]> {
    const examined = attempts.map(({ request }): MovementRequest<unknown> | Refusal =>
      isLocked(book, request) ? request : new Refusal('TemporarilyUnavailable'),
    );
    for (const kind of new Set(attempts.map(({ request }) => request.kind))) {
      if (!kind.examine) continue;
      const places = examined.flatMap((request, index) =>
        !(request instanceof Refusal) && request.kind === kind ? [index] : [],
      );
      if (places.length === 0) continue;
      const requests = places.map((index) => (attempts[index] as Attempt).request);
      const results = await kind.examine(tx, requests);
      places.forEach((index, position) => (examined[index] = results[position] as MovementRequest<unknown> | Refusal));
    }
    return examined;
  }

  private decide(group: Group, request: MovementRequest<unknown>, attemptId: Buffer, index: number): void {
    const { book, at } = group;
    const isIncoming = request.kind.direction === 'in';
    const isCharge = request.counter === null;
    const available = isCharge ? 0 : book.available(request.accountId);
    const missing = isIncoming ? 0 : Math.max(0, request.amount - available);
    const decision = { index, request, attemptId, at, toppedUpAmount: missing };
    if (missing === 0) {
      // The journal is posted once the movement has its id; its effect on the balance must count for the next one now.
      if (!isIncoming) book.hold(request.accountId, request.amount);
      group.decisions.push({ ...decision, status: 'COMPLETED', withdrawal: null });
      return;
    }
    const link = linkFor(group, request.userId, missing);
    if (link instanceof Refusal) {
      group.refusals.set(index, link);
      return;
    }
    link.usedToday += missing;
    const heldAmount = request.amount - missing;
    if (heldAmount > 0) book.hold(request.accountId, heldAmount);
    group.decisions.push({ ...decision, status: 'PENDING', withdrawal: { link, amount: missing, heldAmount } });
  }

  private async write(group: Group, count: number): Promise<Outcome[]> {
    const { tx, book, decisions, at } = group;
    const outcomes = new Array<Outcome>(count);
    for (const [index, refusal] of group.refusals) outcomes[index] = { kind: 'refused', refusal };
    if (decisions.length === 0) return outcomes;
    const ids = this.movements.insert(tx, decisions);
    await this.record(tx, decisions, ids);
    // The bank will know a withdrawal by its movement's number.
    if (decisions.some(({ withdrawal }) => withdrawal !== null)) await tx.flush();
    const withdrawals: NewWithdrawal[] = [];
    decisions.forEach(({ index, request, withdrawal }, position) => {
      const id = ids[position] as NewId;
      if (withdrawal) {
        const row = { movementId: id.value, ...withdrawal, at };
        withdrawals.push(row);
        const order = this.withdrawals.orderOf(row);
        outcomes[index] = { kind: 'reserved', movementId: id.value, order };
        return;
      }
      if (request.kind.direction !== 'in') book.release(request.accountId, request.amount);
      book.post(journalOf(id, request, request.amount, null));
      outcomes[index] = { kind: 'completed', id, view: viewOf(request, at, book), request };
    });
    this.withdrawals.insert(tx, withdrawals);
    return outcomes;
  }

  /** Each room writes its own rows, all of a kind at once. */
  private async record(tx: BatchTransaction, decisions: readonly Decision[], ids: readonly NewId[]): Promise<void> {
    for (const kind of new Set(decisions.map(({ request }) => request.kind))) {
      const rows = decisions.flatMap(({ request, status, at }, position) =>
        request.kind === kind ? [{ movementId: ids[position] as NewId, request, status, at }] : [],
      );
      await kind.record?.(tx, rows);
    }
  }
}

function postedOf(outcome: Outcome): Posted {
  if (outcome.kind !== 'completed') return outcome;
  const { kind, id, view, request } = outcome;
  return { kind, movement: { id: id.value, ...view }, request };
}

/** The linked account that `requested` won can be taken from, or why they can't. */
function linkFor({ links }: Group, userId: number, requested: number): LockedLink | Refusal {
  if (!links) return new Refusal('BankMaintenance');
  const link = links.get(userId);
  if (!link) throw new Error('a user without a linked account');
  const use = dailyLimitUse(link.usedToday);
  return requested > use.remainingToday ? new Refusal('DailyLimitExceeded', { ...use, requested }) : link;
}
