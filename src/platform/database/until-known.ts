import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../clock/within.js';
import { Refusal } from '../http/answers.js';
import { CommitUnknown } from './database-errors.js';

/**
 * A caller waits so long at most when a COMMIT was lost, however long looking into it takes; then it is told that we
 * don't know. More than one attempt takes (`DATABASE_DEADLINE_MS`, 5 s by default), less than clients wait.
 */
const GIVE_UP_MS = 7_000;
const PAUSE_MS = 100;

/**
 * Repeats `attempt`, which inserts under a unique key, until its outcome is known. Once a COMMIT went unanswered
 * (`commitLost`), a duplicate may be our own, and "the database is away" no longer means that nothing was written. An
 * attempt that is under way when time is up goes on alone.
 *
 * @param options.lost where the caller has lost a COMMIT already
 * @throws CommitUnknown when the database does not come back in time
 */
export async function untilKnown<T extends object | number | null>(
  attempt: (commitLost: boolean) => Promise<T>,
  options: { readonly giveUpMs?: number; readonly lost?: CommitUnknown } = {},
): Promise<T> {
  const giveUpAt = performance.now() + (options.giveUpMs ?? GIVE_UP_MS);
  let { lost } = options;
  for (;;) {
    try {
      if (!lost) return await attempt(false);
      const known = await within(attempt(true), giveUpAt - performance.now());
      if (known === undefined) break;
      return known;
    } catch (error) {
      const isAway = error instanceof Refusal && error.answer === 'TemporarilyUnavailable';
      if (error instanceof CommitUnknown) lost = error;
      else if (!lost || !isAway) throw error;
      if (performance.now() >= giveUpAt) throw lost;
      await sleep(PAUSE_MS);
    }
  }
  throw lost;
}
