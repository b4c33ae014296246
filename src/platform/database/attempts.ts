import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Config } from '../config/config.js';
import { Refusal } from '../http/answers.js';
import type { Metrics } from '../metrics/metrics.js';
import { CommitUnknown, ConnectionLost, troubleOf } from './database-errors.js';

const ATTEMPTS_MAX = 8;
const BACKOFF_BASE_MS = 8;
const BACKOFF_MAX_MS = 250;

export type Stage = 'work' | 'commit';
/** What is done on one connection; it says when it begins to commit. */
export type Work<T> = (runner: QueryRunner, reach: (stage: Stage) => void) => Promise<T>;

interface Destroyable {
  destroy(): void;
}

/** Runs work on connections of one pool, again where that can help, within the deadline. */
export class Attempts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Deadlocks, lock waits and lost connections are tried again, capped and jittered; whatever else is thrown comes out
   * unchanged. With `retryLockWaits` false a lock wait that ran out does, too.
   *
   * @throws Refusal TemporarilyUnavailable (its cause is the original error) when retries ran out: nothing was written
   * @throws CommitUnknown when the connection was lost in COMMIT: something may have been written
   */
  async run<T>(name: string, work: Work<T>, { retryLockWaits = true } = {}): Promise<T> {
    const giveUpAt = performance.now() + this.config.databaseDeadlineMs;
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const result = await this.onConnection(giveUpAt - startedAt, work);
        this.metrics.transactionSeconds.observe({ name }, (performance.now() - startedAt) / 1000);
        return result;
      } catch (error) {
        const trouble = error instanceof CommitUnknown ? null : troubleOf(error);
        if (trouble === null) throw error;
        this.metrics.databaseRetriesTotal.inc({ reason: trouble });
        if (trouble === 'lockWait' && !retryLockWaits) throw error;
        const pauseMs = Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** attempt);
        if (attempt >= ATTEMPTS_MAX || performance.now() + pauseMs >= giveUpAt) {
          throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
        }
        await sleep(pauseMs);
      }
    }
  }

  /** Runs `work` on one connection; gives up, and closes the connection for good, once `limitMs` are over. */
  private async onConnection<T>(limitMs: number, work: Work<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let stage = 'work' as Stage;
    let connection: Destroyable | undefined;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => {
          over = true;
          reject(new ConnectionLost('the database did not answer within the deadline'));
        },
        Math.max(1, limitMs),
      );
    });
    const flow = async (): Promise<T> => {
      const acquired: Destroyable = await runner.connect();
      // The pool handed it out after we had given up: it goes straight back.
      if (over) await runner.release();
      connection = acquired;
      return work(runner, (reached) => (stage = reached));
    };
    const flowing = flow();
    // When the deadline wins, the flow ends later, or never, on a connection that is closed below: nobody waits for it.
    flowing.catch(() => undefined);
    try {
      const result = await Promise.race([flowing, deadline]);
      await runner.release();
      return result;
    } catch (error) {
      const broken = troubleOf(error) === 'connection' || runner.isTransactionActive;
      if (broken) connection?.destroy();
      else if (connection) await runner.release();
      const definite = ['deadlock', 'lockWait'].includes(troubleOf(error) ?? '');
      if (stage === 'commit' && !definite) {
        throw new CommitUnknown('the answer to COMMIT was lost', { cause: error });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
