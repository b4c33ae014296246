import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Config } from '../config/config.js';
import { within } from '../clock/within.js';
import { Refusal } from '../http/answers.js';
import type { Metrics } from '../metrics/metrics.js';
import { CommitUnknown, ConnectionLost, refusesCommit, troubleOf } from './database-errors.js';

const BACKOFF_BASE_MS = 8;
const BACKOFF_MAX_MS = 250;

export type Stage = 'work' | 'commit';
/** What is done on one connection; it says when it begins to commit. */
export type Work<T> = (runner: QueryRunner, reach: (stage: Stage) => void) => Promise<T>;

export interface RunOptions {
  /** False: a lock wait that ran out comes out unchanged. */
  readonly retryLockWaits?: boolean;
  /** How long all tries together may take, where that is less than usual. */
  readonly withinMs?: number;
  /** Hears of each try that has definitely written nothing. */
  readonly onRolledBack?: () => void;
}

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
   * Deadlocks, lock waits, lost connections and servers that turn us away are tried again, jittered, until the
   * deadline; whatever else is thrown comes out unchanged.
   *
   * @throws Refusal TemporarilyUnavailable (its cause is the original error) when retries ran out: nothing was written
   * @throws CommitUnknown when the connection was lost in COMMIT: something may have been written
   */
  async run<T>(name: string, work: Work<T>, options: RunOptions = {}): Promise<T> {
    const { retryLockWaits = true, withinMs = Infinity, onRolledBack } = options;
    const giveUpAt = performance.now() + Math.min(withinMs, this.config.databaseDeadlineMs);
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const result = await this.onConnection(giveUpAt - startedAt, work);
        this.metrics.transactionSeconds.observe({ name }, (performance.now() - startedAt) / 1000);
        return result;
      } catch (error) {
        if (!(error instanceof CommitUnknown)) onRolledBack?.();
        const trouble = error instanceof CommitUnknown ? null : troubleOf(error);
        if (trouble === null) throw error;
        this.metrics.databaseRetriesTotal.inc({ reason: trouble });
        if (trouble === 'lockWait' && !retryLockWaits) throw error;
        const pauseMs = Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 10));
        if (performance.now() + pauseMs >= giveUpAt) {
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
    let over = false;
    const flow = async (): Promise<{ result: T }> => {
      const acquired: Destroyable = await runner.connect().catch(notConnected);
      if (over) {
        // The pool handed it out after we had given up: it goes straight back.
        await runner.release();
        throw new ConnectionLost('a connection came too late');
      }
      connection = acquired;
      return { result: await work(runner, (reached) => (stage = reached)) };
    };
    try {
      // When the deadline wins, the flow ends later, or never, on a connection that is closed below.
      const done = await within(flow(), Math.max(1, limitMs));
      over = true;
      if (!done) throw new ConnectionLost('the database did not answer within the deadline');
      await runner.release();
      return done.result;
    } catch (error) {
      const broken = troubleOf(error) === 'connection' || runner.isTransactionActive;
      if (broken) connection?.destroy();
      else if (connection) await runner.release();
      if (stage === 'commit' && !refusesCommit(error)) {
        throw new CommitUnknown('the answer to COMMIT was lost', { cause: error });
      }
      throw error;
    }
  }
}

/** Whatever keeps us from connecting is the database's trouble, not the request's. */
function notConnected(error: unknown): never {
  if (troubleOf(error) !== null) throw error;
  throw new ConnectionLost('no connection could be made', { cause: error });
}
