import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { LockedAccount } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { loadConfig } from '../platform/config/config.js';
import { type BatchTransactions, NewId } from '../platform/database/batch-transactions.js';
import { CommitUnknown } from '../platform/database/database-errors.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { Attempt } from './attempt.js';
import type { decide } from './movement.decision.js';
import { declareMovement, type MovementRequest } from './movement.declaration.js';
import { MovementTypes } from './movement-types.js';
import { MovementsFlow } from './movements.flow.js';
import { MovementsQueue } from './movements.queue.js';
import type { MovementsRepository } from './movements.repository.js';
import type { PostingRepository, WrittenMovement } from './posting.repository.js';

const DEPOSIT = declareMovement<unknown>({
  type: 'DEPOSIT',
  name: 'deposit',
  topUp: 'missing',
  counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
});

function request(key: string, payload = 'payload', accountId = 1): MovementRequest {
  const claim = { scope: 'user:1', key, hash: Buffer.from(payload), payloadLength: payload.length };
  return {
    declaration: DEPOSIT,
    userId: 1,
    accounts: { main: accountId, counter: 9 },
    amount: 1,
    claim,
    details: null,
  };
}

type Decided = ReturnType<typeof decide>;
/** A transaction: what it has written. */
type Tx = { id: number; attempt: Attempt }[];

/** A database that a test can make fail: `commit` is told of the keys of each group that is about to be committed. */
class FakeDatabase {
  readonly groups: string[][] = [];
  /** Account 1 and all others, but for those that somebody else has locked. */
  readonly lockedByOthers = new Set<number>();
  /** What a group waits for before it has its locks. */
  locking: Promise<void> | undefined;
  private readonly rows = new Map<string, { id: number; attempt: Attempt }>();
  private nextId = 7;

  constructor(private readonly commit: (keys: readonly string[]) => Promise<void> | void = () => undefined) {}

  queue(): MovementsQueue {
    const transactions = { messageBytesMax: 1_000_000, run: (_: string, work: (tx: Tx) => unknown) => this.run(work) };
    const repository: unknown = this.repository();
    const flow = new MovementsFlow(
      transactions as unknown as BatchTransactions,
      repository as PostingRepository,
      repository as MovementsRepository,
      new MovementTypes([]),
      new Clock(),
    );
    const config = loadConfig({ ANSWER_WITHIN_MS: '300' });
    return new MovementsQueue(flow, transactions as unknown as BatchTransactions, config, new Metrics());
  }

  private async run(work: (tx: Tx) => unknown): Promise<unknown> {
    const tx: Tx = [];
    const result = await work(tx);
    const keys = tx.map(({ attempt }) => attempt.request.claim.key);
    this.groups.push(keys);
    await this.commit(keys);
    for (const row of tx) this.rows.set(row.attempt.request.claim.key, row);
    return result;
  }

  private repository(): object {
    return {
      lock: async (
        _: Tx,
        requests: readonly Pick<MovementRequest, 'accounts'>[],
        resolutions: readonly Pick<MovementRequest, 'accounts'>[],
      ) => {
        await this.locking;
        const ids = [...new Set([...requests, ...resolutions].map(({ accounts }) => accounts.main))];
        const free = ids.filter((id) => !this.lockedByOthers.has(id));
        const accounts = free.map((id): LockedAccount => ({
          id,
          balance: 1_000_000,
          held: 0,
          lastSeq: 0,
          isClosed: 0,
          isFrozen: 0,
        }));
        return { accounts, frozen: new Set(), rooms: () => new Map() };
      },
      findViews: () => new Map(),
      readRooms: () => new Map(),
      readOpen: () => new Map(),
      findClosed: () => new Map(),
      readLinks: () => new Map(),
      readHolders: (_: Tx, attempts: readonly Attempt[]) => new Map(attempts.map((it) => this.holderOf(it))),
      write: (tx: Tx, { attempts }: { attempts: Attempt[] }, decided: Decided) =>
        decided.requests.map(({ kind }, place) =>
          kind === 'complete' ? this.insert(tx, attempts[place] as Attempt) : null,
        ),
    };
  }

  private holderOf(attempt: Attempt): [MovementRequest, object | null] {
    const row = this.rows.get(attempt.request.claim.key);
    if (!row) return [attempt.request, null];
    const sameRequest = row.attempt.request.claim.hash.equals(attempt.request.claim.hash);
    const isOwn = row.attempt.attemptId.equals(attempt.attemptId);
    return [attempt.request, { movementId: row.id, byKey: true, sameRequest, isOwn }];
  }

  private insert(tx: Tx, attempt: Attempt): WrittenMovement {
    if (this.rows.has(attempt.request.claim.key)) {
      throw Object.assign(new Error("Duplicate entry for key 'uq_movements_key'"), { errno: 1062, sqlState: '23000' });
    }
    const id = this.nextId++;
    tx.push({ id, attempt });
    const made = new NewId('@new_id_0', 0);
    made.learn(id);
    return { id: made, order: null };
  }
}

/** A promise that a test lets go when it wants to. */
function gate(): { open: () => void; opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

const outcomesOf = (attempts: readonly Attempt[]) => Promise.all(attempts.map(({ outcome }) => outcome));

describe('the queue', () => {
  it('takes together what comes in one turn, and what arrives while a group is under way', async () => {
    const first = gate();
    const database = new FakeDatabase((keys) => (keys.includes('a') ? first.opened : undefined));
    const queue = database.queue();
    const attempts = ['a', 'b'].map((key) => queue.post(request(key)));
    await turn();
    await turn();
    attempts.push(...['c', 'd', 'e'].map((key) => queue.post(request(key))));
    await turn();
    first.open();
    const outcomes = await outcomesOf(attempts);
    expect(outcomes.map(({ decision }) => decision.kind)).toEqual(Array(5).fill('complete'));
    expect(database.groups).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('lets a crowd wait for more as long as each turn brings some, and no longer', async () => {
    const first = gate();
    const database = new FakeDatabase((keys) => (keys.includes('a') ? first.opened : undefined));
    const queue = database.queue();
    const attempts = [queue.post(request('a'))];
    await turn();
    await turn();
    for (let n = 0; n < 16; n++) attempts.push(queue.post(request(`crowd ${n}`)));
    first.open();
    for (let n = 0; n < 5; n++) {
      await turn();
      attempts.push(queue.post(request(`late ${n}`)));
    }
    await outcomesOf(attempts);
    expect(database.groups.map(({ length }) => length)).toEqual([1, 21]);
  });

  it('bounds a group by the bytes that the server takes at once', async () => {
    const database = new FakeDatabase();
    const queue = database.queue();
    const large = 'x'.repeat(60_000);
    const attempts = Array.from({ length: 9 }, (_, n) => queue.post(request(`large ${n}`, large)));
    await outcomesOf(attempts);
    expect(database.groups.map(({ length }) => length)).toEqual([2, 2, 2, 2, 1]);
  });

  it('turns callers away at once when too many wait, and calls off what has not begun', async () => {
    const first = gate();
    const database = new FakeDatabase(() => first.opened);
    const queue = database.queue();
    const begun = queue.post(request('begun'));
    await turn();
    await turn();
    const attempts = Array.from({ length: 4_097 }, (_, index) => queue.post(request(`k${index}`)));
    await expect(attempts.at(-1)?.outcome).rejects.toMatchObject({ answer: 'TemporarilyUnavailable' });
    expect(queue.callOff(begun)).toBe(false);
    expect(queue.callOff(attempts[0] as Attempt)).toBe(true);
    first.open();
    await attempts[1]?.outcome;
    expect(database.groups.flat()).not.toContain('k0');
  });

  it('calls off what was taken up, as long as it is not decided, and never writes it', async () => {
    const database = new FakeDatabase();
    const { open, opened } = gate();
    database.locking = opened;
    const queue = database.queue();
    const [called, other] = [queue.post(request('called off')), queue.post(request('other'))];
    await turn();
    await turn();
    expect(queue.callOff(called)).toBe(true);
    open();
    await expect(other.outcome).resolves.toMatchObject({ decision: { kind: 'complete' } });
    expect(database.groups).toEqual([['other']]);
    expect(queue.callOff(other)).toBe(false);
  });

  it('does not keep others waiting for an account that somebody else has locked', async () => {
    const database = new FakeDatabase();
    database.lockedByOthers.add(2);
    const queue = database.queue();
    const waiting = queue.post(request('locked', 'payload', 2));
    for (let n = 0; n < 5; n++) await queue.post(request(`free ${n}`)).outcome;
    expect(database.groups.flat()).toEqual(['free 0', 'free 1', 'free 2', 'free 3', 'free 4']);
    database.lockedByOthers.clear();
    await expect(waiting.outcome).resolves.toMatchObject({ decision: { kind: 'complete' } });
  });

  it('gives up on a locked account in time', async () => {
    const database = new FakeDatabase();
    database.lockedByOthers.add(2);
    const { outcome } = database.queue().post(request('locked', 'payload', 2));
    await expect(outcome).rejects.toMatchObject({ answer: 'TemporarilyUnavailable' });
  });
});

describe('the flow', () => {
  it('fails only the movement that is at fault, not its neighbours', async () => {
    const database = new FakeDatabase((keys) => {
      if (keys.includes('poison')) throw new Error('Data too long');
    });
    const queue = database.queue();
    const attempts = ['a', 'poison', 'b'].map((key) => queue.post(request(key)).outcome);
    const settled = await Promise.allSettled(attempts);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(database.groups[0]).toEqual(['a', 'poison', 'b']);
    expect(database.groups.slice(1).every(({ length }) => length === 1)).toBe(true);
  });

  it('posts one of many requests with the same key, and tells the others what became of it', async () => {
    const database = new FakeDatabase();
    const queue = database.queue();
    const attempts = [request('k'), request('k'), request('k', 'another payload')].map((one) => queue.post(one));
    const [first, same, other] = await outcomesOf(attempts);
    expect(database.groups).toEqual([['k']]);
    expect(first).toMatchObject({ decision: { kind: 'complete' }, movementId: 7 });
    expect(same).toMatchObject({ decision: { kind: 'follow', sameRequest: true }, movementId: 7 });
    expect(other).toMatchObject({ decision: { kind: 'follow', sameRequest: false }, movementId: 7 });
  });

  it('redoes a group with a duplicate once, and looks before it decides for a while after that', async () => {
    const database = new FakeDatabase();
    const queue = database.queue();
    await queue.post(request('used')).outcome;
    const tried = [request('used'), request('new')].map((one) => queue.post(one));
    expect(await outcomesOf(tried)).toMatchObject([
      { decision: { kind: 'duplicate' }, movementId: 7 },
      { decision: { kind: 'complete' } },
    ]);
    const again = [request('used'), request('newer')].map((one) => queue.post(one));
    expect(await outcomesOf(again)).toMatchObject([
      { decision: { kind: 'duplicate' }, movementId: 7 },
      { decision: { kind: 'complete' } },
    ]);
    expect(database.groups).toEqual([['used'], ['new'], ['newer']]);
  });

  it('does not call a movement failed whose COMMIT was not answered, and keeps nobody else waiting for it', async () => {
    const back = gate();
    let times = 0;
    const database = new FakeDatabase((keys) => {
      if (!keys.includes('lost')) return;
      if (++times === 1) throw new CommitUnknown('the answer to COMMIT was lost');
      return back.opened;
    });
    const queue = database.queue();
    const lost = queue.post(request('lost'));
    await turn();
    await turn();
    await expect(queue.post(request('other')).outcome).resolves.toMatchObject({ decision: { kind: 'complete' } });
    expect(queue.callOff(lost)).toBe(false);
    back.open();
    await expect(lost.outcome).resolves.toMatchObject({ decision: { kind: 'complete' } });
  });

  it('can not be called off once its COMMIT was lost, also while its account is locked', async () => {
    let times = 0;
    const database = new FakeDatabase(() => {
      if (++times > 1) return;
      database.lockedByOthers.add(1);
      throw new CommitUnknown('the answer to COMMIT was lost');
    });
    const queue = database.queue();
    const lost = queue.post(request('lost'));
    await sleep(50);
    expect(queue.callOff(lost)).toBe(false);
    database.lockedByOthers.clear();
    await expect(lost.outcome).resolves.toMatchObject({ decision: { kind: 'complete' } });
  });

  it('knows its own movement again when the COMMIT had been done', async () => {
    let isLost = true;
    const database = new FakeDatabase();
    const commit = (database as unknown as { run: (work: (tx: Tx) => unknown) => Promise<unknown> }).run;
    Object.assign(database, {
      run: async (work: (tx: Tx) => unknown) => {
        const result = await commit.call(database, work);
        if (!isLost) return result;
        isLost = false;
        throw new CommitUnknown('the answer to COMMIT was lost');
      },
    });
    const told = await database.queue().post(request('lost')).outcome;
    expect(told).toMatchObject({ decision: { kind: 'duplicate', holder: { isOwn: true } }, movementId: 7 });
    expect(database.groups).toEqual([['lost'], []]);
  });

  it('knows its own movement again although another one of its lost group fails', async () => {
    let isLost = true;
    let hasWaited = false;
    const database = new FakeDatabase((keys) => {
      if (!keys.includes('z') || hasWaited) return;
      hasWaited = true;
      throw Object.assign(new Error('Lock wait timeout exceeded'), { errno: 1205, sqlState: 'HY000' });
    });
    const commit = (database as unknown as { run: (work: (tx: Tx) => unknown) => Promise<unknown> }).run;
    Object.assign(database, {
      run: async (work: (tx: Tx) => unknown) => {
        const result = await commit.call(database, work);
        if (!isLost) return result;
        isLost = false;
        database.lockedByOthers.clear();
        throw new CommitUnknown('the answer to COMMIT was lost');
      },
    });
    database.lockedByOthers.add(2);
    const queue = database.queue();
    const [x, z] = [queue.post(request('x')), queue.post(request('z', 'payload', 2))];
    expect(await x.outcome).toMatchObject({ decision: { kind: 'duplicate', holder: { isOwn: true } } });
    expect(await z.outcome).toMatchObject({ decision: { kind: 'complete' } });
    expect(hasWaited).toBe(true);
  });
});
