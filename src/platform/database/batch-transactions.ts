import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Connection, Pool } from 'mysql2';
import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { Attempts, type RunOptions, type Stage } from './attempts.js';
import { batchDataSourceOptions, type SessionSettings, settingsOf } from './data-source.js';
import { ConnectionLost, isServersAnswer, troubleOf } from './database-errors.js';
import { poolCountsOf } from './pool-counts.js';

/** The server stops at the first statement of a message that fails. */
const SEPARATOR = '; ';

/**
 * The id of a row that is about to be inserted. As a value of a later statement of the same transaction it is what the
 * server will know it by; the number is there once the row was sent.
 */
export class NewId {
  private id: number | null = null;

  /** `place`: how many ids after the first one of its INSERT, which the server keeps in the variable `first`. */
  constructor(
    private readonly first: string,
    private readonly place: number,
  ) {}

  /** @throws Error before the row was sent: a defect of the caller's */
  get value(): number {
    if (this.id === null) throw new Error('the row was not sent yet, so its id is not known');
    return this.id;
  }

  get isKnown(): boolean {
    return this.id !== null;
  }

  /** The server has said which id is the first one. */
  learn(firstId: number): void {
    this.id = firstId + this.place;
  }

  /** The driver writes it so, unquoted. */
  toSqlString(): string {
    return `${this.first} + ${this.place}`;
  }
}

/** A statement with the values of its placeholders. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A row's id, for a statement that may have to wait for it. */
export type RowId = number | NewId;

/**
 * The entity manager of a transaction that sends writes together. What is not put off goes to the server at once,
 * before them.
 */
export class BatchTransaction extends EntityManager {
  private statements: string[] = [];
  private values: unknown[] = [];
  /** The ids that the statement at this place will have made. */
  private newIds = new Map<number, readonly NewId[]>();
  private insertsCount = 0;

  constructor(
    dataSource: DataSource,
    queryRunner: QueryRunner,
    private readonly session: SessionSettings,
  ) {
    super(dataSource, queryRunner);
  }

  /** From one id of an INSERT of several rows to the next. */
  get idStep(): number {
    return this.session.idStep;
  }

  /**
   * Puts a write off whose answer nobody needs: all of them go to the server in one message with COMMIT, in this order.
   */
  writeLater(sql: string, values: readonly unknown[]): void {
    this.statements.push(sql);
    this.values.push(...values);
  }

  /**
   * Puts an INSERT of these rows (at least one) off, and says their ids in the same order. Ids of one INSERT … VALUES
   * follow each other in steps of the session's `auto_increment_increment`, in every innodb_autoinc_lock_mode
   * (https://dev.mysql.com/doc/refman/8.4/en/innodb-auto-increment-handling.html, "simple inserts"). The session was
   * asked for its step when it was opened, and nobody but the session itself can change that.
   */
  insertLater(sql: string, rows: readonly (readonly unknown[])[]): NewId[] {
    const first = `@new_id_${this.insertsCount++}`;
    const ids = rows.map((_, index) => new NewId(first, index * this.idStep));
    this.newIds.set(this.statements.length, ids);
    this.writeLater(sql, [rows]);
    this.writeLater(`SET ${first} = LAST_INSERT_ID()`, []);
    return ids;
  }

  /** Sends these reads in one message; returns the rows of each. Each sees what those before it have waited for. */
  async readAll(reads: readonly Statement[]): Promise<unknown[][]> {
    const values = reads.flatMap((read) => read.values);
    const results: unknown[] = await this.query(reads.map(({ sql }) => sql).join(SEPARATOR), values);
    return reads.length === 1 ? [results] : (results as unknown[][]);
  }

  /** Sends what was put off, for a read that must see it, or for the numbers of new ids. */
  async flush(): Promise<void> {
    if (this.statements.length === 0) return;
    const { statements, values, newIds } = this;
    this.statements = [];
    this.values = [];
    this.newIds = new Map();
    const results: unknown = await this.query(statements.join(SEPARATOR), values);
    for (const [place, ids] of newIds) learn(ids, (results as unknown[])[place]);
  }

  /** Sends what was put off, unless these numbers are known already. */
  async learnIds(ids: readonly NewId[]): Promise<void> {
    if (ids.some(({ isKnown }) => !isKnown)) await this.flush();
  }

  /**
   * Sends what was put off, and COMMIT behind it. An error of COMMIT's own, or of the connection, leaves open what has
   * happened: it is thrown at stage `commit`. When an earlier statement fails, COMMIT is not reached.
   */
  async commit(connection: Connection, reach: (stage: Stage) => void): Promise<void> {
    const { statements, values, newIds } = this;
    reach('commit');
    await new Promise<void>((resolve, reject) => {
      let done = 0;
      // Not through TypeORM, which would not say how many of them were done.
      const sent = connection.query([...statements, 'COMMIT'].join(SEPARATOR), values, (error) => {
        if (error === null) return resolve();
        // The server stops at the first statement that fails: when it has refused one before COMMIT, that was not
        // reached.
        if (done < statements.length && isServersAnswer(error)) reach('work');
        reject(error);
      });
      sent.on('result', (result: unknown) => {
        learn(newIds.get(done) ?? [], result);
        done += 1;
      });
    });
  }
}

/** The server names the first id of an INSERT. */
function learn(ids: readonly NewId[], result: unknown): void {
  for (const id of ids) id.learn((result as { insertId: number }).insertId);
}

/**
 * Transactions under whose locks every round trip counts: they need no START, and their writes go with COMMIT. They
 * have connections of their own, so that nothing else can take the last one from them. Otherwise as
 * `TransactionRunner`.
 */
@Injectable()
export class BatchTransactions implements OnModuleInit, OnApplicationShutdown {
  /** bytes of one message, all its statements together, that the server takes (`max_allowed_packet`) */
  messageBytesMax = Number.MAX_SAFE_INTEGER;
  private readonly dataSource: DataSource;
  private readonly attempts: Attempts;

  constructor(
    @Inject(DataSource) private readonly main: DataSource,
    config: Config,
    metrics: Metrics,
  ) {
    const onPool = (pool: Pool) => metrics.observePool('posting', () => poolCountsOf(pool));
    this.dataSource = new DataSource(batchDataSourceOptions(config, onPool));
    this.attempts = new Attempts(this.dataSource, config, metrics);
  }

  async onModuleInit(): Promise<void> {
    this.dataSource.setOptions({ entities: this.main.entityMetadatas.map(({ target }) => target) });
    await this.dataSource.initialize();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy(); // a start may fail before
  }

  /**
   * Runs `work` in one transaction and commits it, as `TransactionRunner.run` does.
   *
   * @throws Refusal TemporarilyUnavailable (its cause is the original error) when retries ran out: nothing was written
   * @throws CommitUnknown when the connection was lost in COMMIT: something may have been written
   */
  run<T>(name: string, work: (tx: BatchTransaction) => Promise<T>, options?: RunOptions): Promise<T> {
    return this.attempts.run(name, (runner, reach) => this.transaction(runner, reach, work), options);
  }

  private async transaction<T>(
    runner: QueryRunner,
    reach: (stage: Stage) => void,
    work: (tx: BatchTransaction) => Promise<T>,
  ): Promise<T> {
    const connection = (await runner.connect()) as Connection;
    const session = await settingsOf(connection);
    this.messageBytesMax = Math.min(this.messageBytesMax, session.messageBytesMax);
    const tx = new BatchTransaction(this.dataSource, runner, session);
    try {
      const result = await work(tx);
      await tx.commit(connection, reach);
      return result;
    } catch (error) {
      if (troubleOf(error) !== 'connection') await rollBack(runner);
      throw error;
    }
  }
}

/** A connection that can't be rolled back must not be used again: it may still hold locks. */
async function rollBack(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    throw new ConnectionLost('the answer to ROLLBACK was lost', { cause: error });
  }
}
