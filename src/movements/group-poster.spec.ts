import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { CommitUnknown } from '../platform/database/database-errors.js';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { GroupPoster } from './group-poster.js';
import { GroupWorker } from './group-worker.js';
import { type MovementRequest, userMovementKind } from './movement.js';
import type { MovementsRepository } from './movements.repository.js';
import type { Attempt, Posted, Posting } from './posting.js';

const KIND = userMovementKind('TRANSFER', true, () => ({}));

function request(key: string, hash = 'payload'): MovementRequest<unknown> {
  const claim = { scope: 'user:1:transfers', key, hash: Buffer.from(hash) };
  const counter = { id: 2, locked: true };
  return { kind: KIND, userId: 1, accountId: 1, counter, amount: 1, claim, details: undefined };
}

const completed = ({ request: of }: Attempt): Posted => {
  const movement = { id: 7, status: 'COMPLETED' } as Extract<Posted, { kind: 'completed' }>['movement'];
  return { kind: 'completed', movement, request: of };
};

const keyOf = ({ request: of }: Attempt) => of.claim.key;

/** A poster whose database does what `post` says; every group that reaches it is noted. */
function posterOver(post: (attempts: readonly Attempt[]) => Promise<Posted[]>) {
  const groups: string[][] = [];
  const posting = {
    post: async (attempts: readonly Attempt[]) => {
      groups.push(attempts.map(keyOf));
      return { posted: await post(attempts), settled: [] };
    },
  } as unknown as Posting;
  const nobody = { findKeyHolders: () => [], findViews: () => new Map() } as unknown as MovementsRepository;
  const metrics = new Metrics();
  const finder = new DuplicateFinder(nobody, metrics);
  const runner = { read: (_: string, work: (reader: null) => unknown) => work(null) } as unknown as TransactionRunner;
  return { groups, poster: new GroupPoster(new GroupWorker(posting, finder, runner), finder, metrics) };
}

/** A promise that a test lets go when it wants to. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('group posting', () => {
  it('lets the first movement go at once and takes together what arrives meanwhile', async () => {
    const first = gate();
    const { poster, groups } = posterOver(async (attempts) => {
      if (keyOf(attempts[0] as Attempt) === 'a') await first.opened;
      return attempts.map(completed);
    });
    const tickets = ['a', 'b', 'c', 'd'].map((key) => poster.post(request(key)));
    await turn();
    expect(groups).toEqual([['a']]);
    first.open();
    const outcomes = await Promise.all(tickets.map(({ outcome }) => outcome));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('lets a crowd wait for more as long as each turn brings some, and no longer', async () => {
    const first = gate();
    const { poster, groups } = posterOver(async (attempts) => {
      if (keyOf(attempts[0] as Attempt) === 'a') await first.opened;
      return attempts.map(completed);
    });
    const tickets = [poster.post(request('a'))];
    for (let n = 0; n < 16; n++) tickets.push(poster.post(request(`crowd ${n}`)));
    first.open();
    for (let n = 0; n < 5; n++) {
      await turn();
      tickets.push(poster.post(request(`late ${n}`)));
    }
    await Promise.all(tickets.map(({ outcome }) => outcome));
    expect(groups.map(({ length }) => length)).toEqual([1, 21]);
  });

  it('fails only the movement that is at fault, not its neighbours', async () => {
    const { poster, groups } = posterOver((attempts) => {
      if (attempts.map(keyOf).includes('poison')) return Promise.reject(new Error('Data too long'));
      return Promise.resolve(attempts.map(completed));
    });
    const tickets = ['a', 'b', 'poison', 'c'].map((key) => poster.post(request(key)).outcome);
    const settled = await Promise.allSettled(tickets);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([['a'], ['b', 'poison', 'c'], ['b'], ['poison'], ['c']]);
  });

  it('posts one of many requests with the same key, and tells the others what became of it', async () => {
    const { poster, groups } = posterOver((attempts) => Promise.resolve(attempts.map(completed)));
    const tickets = [request('k'), request('k'), request('k', 'another payload')].map(
      (one) => poster.post(one).outcome,
    );
    const [first, same, other] = await Promise.all(tickets);
    expect(groups).toEqual([['k']]);
    expect(first).toMatchObject({ kind: 'completed' });
    expect(same).toMatchObject({ kind: 'duplicate', sameRequest: true, movementId: 7 });
    expect(other).toMatchObject({ kind: 'duplicate', sameRequest: false });
  });

  it('gives the key of a refused request to the next one that waits for it', async () => {
    let calls = 0;
    const { poster, groups } = posterOver((attempts) =>
      Promise.resolve(
        attempts.map((attempt) =>
          calls++ === 0 ? { kind: 'refused', refusal: new Refusal('DailyLimitExceeded') } : completed(attempt),
        ),
      ),
    );
    const [first, second] = await Promise.all([poster.post(request('k')).outcome, poster.post(request('k')).outcome]);
    expect([first.kind, second.kind]).toEqual(['refused', 'completed']);
    expect(groups).toEqual([['k'], ['k']]);
  });

  it('turns callers away at once when too many wait, and lets one that has waited too long go', async () => {
    const first = gate();
    const { poster } = posterOver(async (attempts) => {
      await first.opened;
      return attempts.map(completed);
    });
    const tickets = Array.from({ length: 4_098 }, (_, index) => poster.post(request(`k${index}`)));
    await expect(tickets.at(-1)?.outcome).rejects.toMatchObject({ answer: 'TemporarilyUnavailable' });
    expect(tickets[0]?.giveUp()).toBe('working');
    expect(tickets[1]?.giveUp()).toBe('withdrawn');
    await expect(tickets[1]?.outcome).rejects.toMatchObject({ answer: 'TemporarilyUnavailable' });
    first.open();
    await expect(tickets[2]?.outcome).resolves.toMatchObject({ kind: 'completed' });
  });

  it('does not call a movement failed whose COMMIT was not answered, and keeps nobody else waiting for it', async () => {
    const back = gate();
    let lost = false;
    const { poster } = posterOver(async (attempts) => {
      if (keyOf(attempts[0] as Attempt) !== 'lost') return attempts.map(completed);
      if (!lost) {
        lost = true;
        throw new CommitUnknown('the answer to COMMIT was lost');
      }
      await back.opened;
      return attempts.map(completed);
    });
    const ticket = poster.post(request('lost'));
    await expect(poster.post(request('other')).outcome).resolves.toMatchObject({ kind: 'completed' });
    expect(ticket.giveUp()).toBe('commitLost');
    back.open();
    await expect(ticket.outcome).resolves.toMatchObject({ kind: 'completed' });
  });
});
