import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../http/answers.js';
import { CommitUnknown } from './database-errors.js';

/** A caller waits so long for a lost COMMIT to be looked into; then it is told that we don't know. */
const GIVE_UP_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Repeats `attempt`, which inserts under a unique key, until its outcome is known. Once a COMMIT went unanswered
 * (`commitLost`), a duplicate may be our own, and "the database is away" no longer means that nothing was written.
 *
 * @throws CommitUnknown when the database does not come back in time
 */
export async function untilKnown<T>(attempt: (commitLost: boolean) => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  let lost: CommitUnknown | undefined;
  for (;;) {
    try {
      return await attempt(lost !== undefined);
    } catch (error) {
      const isAway = error instanceof Refusal && error.answer === 'TemporarilyUnavailable';
      if (error instanceof CommitUnknown) lost = error;
      else if (!lost || !isAway) throw error;
      if (performance.now() >= giveUpAt) throw lost;
      await sleep(PAUSE_MS);
    }
  }
}
