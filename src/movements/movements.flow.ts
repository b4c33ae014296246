import { Injectable, Logger } from '@nestjs/common';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { type BatchTransaction, BatchTransactions } from '../platform/database/batch-transactions.js';
import { CommitUnknown, isDuplicateKey, troubleOf } from '../platform/database/database-errors.js';
import { untilKnown } from '../platform/database/until-known.js';
import { Refusal } from '../platform/http/answers.js';
import { Attempt, ResolutionAttempt } from './attempt.js';
import { decide, type Decision, type Resolution, type Snapshot } from './movement.decision.js';
import { lockedAccounts, type MovementRequest } from './movement.declaration.js';
import type { MovementView } from './movement.entity.js';
import { completedView, settledView } from './movement.views.js';
import { MovementTypes } from './movement-types.js';
import { MovementsRepository } from './movements.repository.js';
import { PostingRepository, type WrittenMovement } from './posting.repository.js';

/** How long a lost COMMIT is looked into; its callers have been answered 202 long before. */
const RESOLVE_COMMIT_MS = 60_000;
/** Duplicates seldom come alone: for so long after one, all claims are looked up before they are decided. */
const LOOK_FOR_MS = 5_000;
/** So often a group is decided anew because somebody took a claim between our look and our write. */
const DUPLICATE_ROUNDS_MAX = 5;
/** Of a group that failed for one item's sake, so many are tried at once, each alone. */
const ALONE_AT_ONCE = 2;

type Item = Attempt | ResolutionAttempt;

/** Decisions that write something of the request's own; of the others it is certain that nothing moved. */
const WRITTEN = new Set<Decision['kind'] | undefined>(['complete', 'reserve']);

/** A group after its phases, before its COMMIT: what was decided of each, and what it has written. */
interface Written {
  readonly attempts: readonly Attempt[];
  readonly resolutions: readonly ResolutionAttempt[];
  readonly decided: ReturnType<typeof decide>;
  readonly written: readonly (WrittenMovement | null)[];
  readonly views: ReadonlyMap<number, MovementView>;
  readonly at: Date;
}

/**
 * A group's way through the database: lock, read, decide, write and commit, tell. See this room's README for the table
 * of phases, the one lock order, and who answers a duplicate.
 */
@Injectable()
export class MovementsFlow {
  private readonly logger = new Logger(MovementsFlow.name);
  private looksUntil = 0;

  constructor(
    private readonly transactions: BatchTransactions,
    private readonly posting: PostingRepository,
    private readonly movements: MovementsRepository,
    private readonly types: MovementTypes,
    private readonly clock: Clock,
  ) {}

  /**
   * Sees a group through: in the end each item is told its outcome or has failed, on its own account, but for those
   * returned, whose accounts somebody else has locked. Resolves once the next group may go; a lost COMMIT is looked
   * into after that, and so are items of a group that failed for the sake of one.
   */
  async post(items: readonly Item[]): Promise<readonly Item[]> {
    for (let round = 1; ; round++) {
      try {
        return await this.run(items);
      } catch (error) {
        if (error instanceof CommitUnknown) {
          void this.resolveLostCommit(items, error);
          return [];
        }
        if (isDuplicateKey(error) && round < DUPLICATE_ROUNDS_MAX) {
          this.looksUntil = performance.now() + LOOK_FOR_MS;
        } else if (items.length > 1 && isOneItemsFault(error)) {
          void eachAlone(items, (item) => this.postAlone(item));
          return [];
        } else {
          failAll(items, troubleOf(error) === null ? error : unavailable(error));
          return [];
        }
      }
    }
  }

  /** The phases, in one transaction; then the outcomes. Returns the items that are locked. */
  private async run(items: readonly Item[]): Promise<readonly Item[]> {
    const attempts = items.filter((item) => item instanceof Attempt);
    const resolutions = items.filter((item) => item instanceof ResolutionAttempt);
    const phases = (tx: BatchTransaction) => this.phases(tx, attempts, resolutions);
    const onRolledBack = () => setUnderWay(items, false);
    const options = { retryLockWaits: items.length === 1, onRolledBack };
    const written = await this.transactions.run('posting', phases, options);
    const locked = [
      ...written.attempts.filter((_, place) => written.decided.requests[place]?.kind === 'locked'),
      ...resolutions.filter((_, place) => written.decided.resolutions[place]?.kind === 'locked'),
    ];
    // Once the next group has gone: telling takes this process longer than that needs for its first statement.
    setImmediate(() => this.tell(written));
    return locked;
  }

  private async phases(
    tx: BatchTransaction,
    group: readonly Attempt[],
    resolving: readonly ResolutionAttempt[],
  ): Promise<Written> {
    let attempts = group.filter(({ isOver }) => !isOver);
    let requests = attempts.map(({ request }) => request);
    const resolutions = resolving.map(({ resolution }) => resolution);
    const locked = await this.posting.lock(tx, requests, resolutions);
    const at = this.clock.now();
    const views = await this.movements.findViews(
      tx,
      resolutions.map(({ movementId }) => movementId),
    );
    let snapshot = await this.read(tx, locked, attempts, resolutions);
    snapshot = { ...snapshot, rooms: new Map([...locked.rooms(at), ...snapshot.rooms]) };
    let decided: Written['decided'];
    for (;;) {
      // Without those that were called off meanwhile: their callers were told that nothing moved.
      attempts = attempts.filter(({ isOver }) => !isOver);
      requests = attempts.map(({ request }) => request);
      decided = decide(snapshot, requests, resolutions);
      const unread = unreadOf(decided.requests, attempts);
      if (unread === null) break;
      const holders = await this.posting.readHolders(tx, unread.holders);
      const links = await this.posting.readLinks(tx, unread.userIds, seoulDate(at));
      const payees = await this.posting.readPayees(tx, unread.payouts);
      snapshot = {
        ...snapshot,
        holders: new Map([...snapshot.holders, ...holders]),
        links: new Map([...snapshot.links, ...links]),
        payees: new Map([...snapshot.payees, ...payees]),
      };
    }
    const isWritten = (_: unknown, place: number) => WRITTEN.has(decided.requests[place]?.kind);
    setUnderWay(attempts.filter(isWritten), true);
    const written = await this.posting.write(tx, { attempts, resolutions }, decided, at);
    const posted = { attempts, resolutions: resolving, decided, written, views, at };
    await this.tellEnds(tx, posted);
    return posted;
  }

  /** Tells the listener what ends in this group. Costs a message where new numbers are not known yet. */
  private async tellEnds(tx: BatchTransaction, { resolutions, decided, written, views, at }: Written): Promise<void> {
    const completed = decided.requests.flatMap((decision, place) => {
      const id = written[place]?.id;
      return decision.kind === 'complete' && id ? [{ decision, id }] : [];
    });
    const settled = decided.resolutions.flatMap((decision, place) => {
      const view = views.get((resolutions[place] as ResolutionAttempt).resolution.movementId);
      return (decision.kind === 'settle' || decision.kind === 'fail') && view ? [settledView(view, decision, at)] : [];
    });
    const { listener } = this.types;
    if (!listener) return;
    const told = completed.length > 0 && (await listener.isListening(tx)) ? completed : [];
    if (told.length + settled.length === 0) return;
    await tx.learnIds(told.map(({ id }) => id));
    await listener.ended(tx, [...told.map(({ decision, id }) => completedView(decision, id.value, at)), ...settled]);
  }

  /** What is known to be needed; the rest is read when a decision asks for it. */
  private async read(
    tx: BatchTransaction,
    { accounts, frozen }: Pick<Snapshot, 'accounts' | 'frozen'>,
    attempts: readonly Attempt[],
    resolutions: readonly Resolution[],
  ): Promise<Snapshot> {
    const locked = new Set(accounts.map(({ id }) => id));
    const isLocked = ({ declaration, accounts: of }: Pick<MovementRequest, 'declaration' | 'accounts'>) =>
      lockedAccounts(declaration, of).every((id) => locked.has(id));
    const looksAtAll = performance.now() < this.looksUntil;
    return {
      accounts,
      frozen,
      links: this.posting.findClosed(attempts.map(({ request }) => request.userId)),
      payees: new Map(),
      holders: await this.posting.readHolders(tx, looksAtAll ? attempts : attempts.filter((one) => one.mustLook)),
      rooms: await this.posting.readRooms(tx, attempts.map(({ request }) => request).filter(isLocked)),
      open: await this.posting.readOpen(tx, resolutions.filter(isLocked)),
    };
  }

  /**
   * Nobody knows whether these were written: decide them again on a new connection, with a look at who holds their
   * claims under their locks. Row locks of the lost transaction, if it still runs, make that wait for its end; our own
   * row then says what became of it, also when somebody has failed it since.
   */
  private async resolveLostCommit(items: readonly Item[], lost: CommitUnknown): Promise<void> {
    let open = items;
    for (const item of items) {
      item.isLost = true;
      if (item instanceof Attempt) item.mustLook = true;
    }
    const attempt = async () => {
      try {
        open = await this.run(open);
      } catch (error) {
        if (error instanceof CommitUnknown) throw error;
        // What one of them fails of says nothing of the others, which may be written: each is looked into alone.
        if (open.length > 1 && !isDuplicateKey(error) && isOneItemsFault(error)) {
          void eachAlone(open, (item) => this.resolveLostCommit([item], lost));
          return [];
        }
        // Whatever it is, it says nothing of what was written: look again.
        if (!isDuplicateKey(error)) throw unavailable(error);
      }
      if (open.length > 0) throw new Refusal('TemporarilyUnavailable');
      return open;
    };
    try {
      await untilKnown(attempt, { giveUpMs: RESOLVE_COMMIT_MS, lost });
    } catch (error) {
      this.logger.error({ message: `a COMMIT of ${open.length} movements stays unknown`, err: error });
      failAll(open, unavailable(error));
    }
  }

  private async postAlone(item: Item): Promise<void> {
    const [locked] = await this.post([item]);
    locked?.fail(new Refusal('TemporarilyUnavailable'));
  }

  private tell({ attempts, resolutions, decided, written, views, at }: Written): void {
    decided.requests.forEach((decision, place) => {
      const attempt = attempts[place] as Attempt;
      if (decision.kind === 'locked') return;
      const { id, order } = written[decision.kind === 'follow' ? decision.place : place] ?? { id: null, order: null };
      const movementId = decision.kind === 'duplicate' ? decision.holder.movementId : (id?.value ?? 0);
      attempt.end({ decision, movementId, order, at });
    });
    decided.resolutions.forEach((decision, place) => {
      if (decision.kind === 'locked') return;
      const attempt = resolutions[place] as ResolutionAttempt;
      const settled = decision.kind === 'follow' ? (decided.resolutions[decision.place] as Decision) : decision;
      const { movementId } = attempt.resolution;
      const view = views.get(movementId);
      if (view) attempt.end(settledView(view, settled, at));
      else attempt.fail(new Error(`movement ${movementId} does not exist`));
    });
  }
}

/** Each item in a transaction of its own, beside the next groups, so that only the one at fault fails. */
async function eachAlone(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: ALONE_AT_ONCE }, worker));
}

/** What decisions need that was not read yet; null: nothing. */
function unreadOf(
  decisions: readonly Decision[],
  attempts: readonly Attempt[],
): { holders: Attempt[]; userIds: number[]; payouts: MovementRequest[] } | null {
  const holders: Attempt[] = [];
  const userIds = new Set<number>();
  const payouts: MovementRequest[] = [];
  decisions.forEach((decision, place) => {
    if (decision.kind !== 'unread') return;
    const attempt = attempts[place] as Attempt;
    if (decision.what === 'holder') holders.push(attempt);
    else if (decision.what === 'link') userIds.add(attempt.request.userId);
    else payouts.push(attempt.request);
  });
  if (holders.length === 0 && userIds.size === 0 && payouts.length === 0) return null;
  return { holders, userIds: [...userIds], payouts };
}

/** Not the database's fault as a whole: each item is tried alone, so that only the one that causes it fails. */
function isOneItemsFault(error: unknown): boolean {
  const trouble = troubleOf(error instanceof Refusal ? error.cause : error);
  return trouble !== 'connection' && trouble !== 'busy';
}

function unavailable(cause: unknown): Refusal {
  return cause instanceof Refusal ? cause : new Refusal('TemporarilyUnavailable', undefined, undefined, { cause });
}

function setUnderWay(items: readonly Item[], isUnderWay: boolean): void {
  for (const item of items) item.isUnderWay = isUnderWay;
}

function failAll(items: readonly Item[], error: unknown): void {
  for (const item of items) item.fail(error);
}
