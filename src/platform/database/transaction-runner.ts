import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Config } from '../config/config.js';
import { Refusal } from '../http/answers.js';
import { Metrics } from '../metrics/metrics.js';
import { CommitUnknown, ConnectionLost, troubleOf } from './database-errors.js';

const ATTEMPTS_MAX = 8;
const BACKOFF_BASE_MS = 8;
const BACKOFF_MAX_MS = 250;

type Stage = 'work' | 'commit';
type Work<T> = (runner: QueryRunner, reach: (stage: Stage) => void) => Promise<T>;

interface Destroyable {
  destroy(): void;
}

/**
 * The only way to the database. Every transaction runs at READ COMMITTED (set when a connection opens), is never
 * nested, and is retried as a whole, from outside, when the server rolled it back or never saw its COMMIT.
 */
@Injectable()
export class TransactionRunner {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Runs `work` in one transaction and commits it. Whatever `work` throws rolls back and comes out unchanged, except
   * for deadlocks, lock waits and lost connections: these are tried again within the deadline, capped and jittered.
   * `work` may therefore run several times and must have no effect outside of `tx`.
   *
   * With `retryLockWaits: false` a lock wait that ran out comes out unchanged too.
   *
   * @throws Refusal TemporarilyUnavailable (its cause is the original error) when retries ran out: nothing was written
   * @throws CommitUnknown when the connection was lost in COMMIT: something may have been written
   */
  run<T>(
    name: string,
    work: (tx: EntityManager) => Promise<T>,
    { retryLockWaits = true }: { retryLockWaits?: boolean } = {},
  ): Promise<T> {
    const once: Work<T> = (runner, reach) => this.transaction(runner, reach, work);
    return this.retrying(name, once, retryLockWaits);
  }

  /** Runs reads outside a transaction, with the same deadline and retries. Never decide about money on what they say. */
  read<T>(name: string, work: (reader: EntityManager) => Promise<T>): Promise<T> {
    return this.retrying(name, (runner) => work(runner.manager), true);
  }

  /**
   * Reads with one consistent view: every statement of `work` sees what was committed when it began, whatever is written
   * meanwhile, and nothing is locked. Keep it short: the server keeps each older version of a row for as long.
   */
  snapshot<T>(name: string, work: (reader: EntityManager) => Promise<T>): Promise<T> {
    const once: Work<T> = async (runner) => {
      // At READ COMMITTED, the level of the session, each statement would see a newer state.
      await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
      try {
        return await work(runner.manager);
      } finally {
        await runner.query('COMMIT');
      }
    };
    return this.retrying(name, once, true);
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.read('ping', (reader) => reader.query('SELECT 1'));
  }

  private async transaction<T>(
    runner: QueryRunner,
    reach: (stage: Stage) => void,
    work: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    await runner.startTransaction();
    try {
      const result = await work(runner.manager);
      reach('commit');
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // A broken connection is thrown away by the caller; the server rolls back by itself.
      if (troubleOf(error) !== 'connection' && runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    }
  }

  private async retrying<T>(name: string, work: Work<T>, retryLockWaits: boolean): Promise<T> {
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
