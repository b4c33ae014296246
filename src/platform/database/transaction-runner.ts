import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { Attempts, type RunOptions, type Stage, type Work } from './attempts.js';
import { troubleOf } from './database-errors.js';

/**
 * The way to the database (group posting has its own, see `BatchTransactions`). Every transaction runs at READ
 * COMMITTED (set when a connection opens), is never nested, and is retried as a whole, from outside, when the server
 * rolled it back or never saw its COMMIT.
 */
@Injectable()
export class TransactionRunner {
  private readonly attempts: Attempts;

  constructor(dataSource: DataSource, config: Config, metrics: Metrics) {
    this.attempts = new Attempts(dataSource, config, metrics);
  }

  /**
   * Runs `work` in one transaction and commits it. Whatever `work` throws rolls back and comes out unchanged, except
   * for deadlocks, lock waits and lost connections: these are tried again within the deadline, capped and jittered.
   * `work` may therefore run several times and must have no effect outside of `tx`.
   *
   * @throws Refusal TemporarilyUnavailable (its cause is the original error) when retries ran out: nothing was written
   * @throws CommitUnknown when the connection was lost in COMMIT: something may have been written
   */
  run<T>(name: string, work: (tx: EntityManager) => Promise<T>, options?: RunOptions): Promise<T> {
    return this.attempts.run(name, (runner, reach) => this.transaction(runner, reach, work), options);
  }

  /**
   * Runs reads outside a transaction, with the same deadline and retries. Never decide about money on what they say.
   */
  read<T>(name: string, work: (reader: EntityManager) => Promise<T>): Promise<T> {
    return this.attempts.run(name, (runner) => work(runner.manager));
  }

  /**
   * Reads with one consistent view: every statement of `work` sees what was committed when it began, whatever is
   * written meanwhile, and nothing is locked. Keep it short: the server keeps each older version of a row for as long.
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
    return this.attempts.run(name, once);
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
}
