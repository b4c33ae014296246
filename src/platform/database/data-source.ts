import mysql2 from 'mysql2';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions.js';
import type { Config } from '../config/config.js';
import { migrations } from './migrations/index.js';

/** Callers that may wait for a connection; more than that is answered 503 rather than queued. */
const POOL_QUEUE_MAX = 256;
/** A connection that says nothing for so long is closed by the server, and with it the locks of a machine that vanished. */
const IDLE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 2_000;
/** One group is posted at a time; the others are for those whose COMMIT was lost. */
const BATCH_POOL_SIZE = 4;

type OnPool = (pool: Pool) => void;

/**
 * mysql2 as TypeORM's driver, with one addition: every new connection is set to READ COMMITTED, UTC, strict mode and a
 * short lock wait before anything else runs on it. (TypeORM's own `isolationLevel` costs a round trip per transaction.)
 */
function driverWithSession(lockWaitSeconds: number, onPool: OnPool, autocommit: 0 | 1): object {
  const statements = [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${lockWaitSeconds}, wait_timeout = ${IDLE_SECONDS}, ` +
      `autocommit = ${autocommit}, sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  ];
  return {
    ...mysql2,
    createPool(options: PoolOptions): Pool {
      const pool = mysql2.createPool(options);
      pool.on('connection', (connection: PoolConnection) => {
        // TypeORM asks for it with every query; mysql2 would look the module up and make a new one each time.
        const promised = connection.promise();
        connection.promise = () => promised;
        for (const statement of statements) {
          // A connection that is not set up must not be used: under REPEATABLE READ the locks would mean something else.
          connection.query(statement, (error) => error && connection.destroy());
        }
      });
      onPool(pool);
      return pool;
    },
  };
}

/** The one place that says how the database is reached. `onPool` is handed the pool, for its metrics. */
export function dataSourceOptions(config: Config, onPool: OnPool = () => undefined): DataSourceOptions {
  return optionsOf(config, driverWithSession(config.databaseLockWaitSeconds, onPool, 1), config.databasePoolSize);
}

/**
 * The connections of `BatchTransactions`. They alone take several statements in one message (and start a transaction by
 * themselves): what runs on them are the few statements of a posting, and never a search that somebody has worded.
 */
export function batchDataSourceOptions(config: Config, onPool: OnPool): DataSourceOptions {
  const driver = driverWithSession(config.databaseLockWaitSeconds, onPool, 0);
  return optionsOf(config, driver, BATCH_POOL_SIZE, { multipleStatements: true });
}

function optionsOf(config: Config, driver: object, poolSize: number, extra: object = {}): MysqlDataSourceOptions {
  return {
    type: 'mysql',
    driver,
    url: config.databaseUrl,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    // Every id and every amount is a safe integer; a number beyond would come as a string and fail its checks.
    bigNumberStrings: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Off: mysql2 would capture a stack for every query, in case it fails.
    trace: false,
    poolSize,
    extra: {
      queueLimit: POOL_QUEUE_MAX,
      idleTimeout: IDLE_SECONDS * 500,
      maxIdle: 2,
      waitForConnections: true,
      enableKeepAlive: true,
      // TypeORM sends text, so that there are none; a connection would keep half a megabyte for 16,000 of them.
      maxPreparedStatements: 1,
      ...extra,
    },
    migrations,
    migrationsTransactionMode: 'none',
    synchronize: false,
    logging: false,
  };
}
