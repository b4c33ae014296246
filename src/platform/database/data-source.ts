import mysql2 from 'mysql2';
import type { ConnectionOptions, Pool, PoolConnection, PoolOptions, SslOptions } from 'mysql2';
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions.js';
import type { Config } from '../config/config.js';
import { migrations } from './migrations/index.js';
import { Primary } from './primary.js';

/** Callers that may wait for a connection; more than that is answered 503 rather than queued. */
const POOL_QUEUE_MAX = 256;
/**
 * A connection that says nothing for so long is closed by the server, and with it the locks of a machine that vanished.
 */
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
          // A connection that is not set up must not be used: under REPEATABLE READ the locks would mean something
          // else.
          connection.query(statement, (error) => error && connection.destroy());
        }
        if (autocommit === 0) settings.set(connection, readSettings(connection));
      });
      onPool(pool);
      return pool;
    },
  };
}

/** What a session goes by for as long as it lives, whatever becomes of the server's own settings meanwhile. */
export interface SessionSettings {
  /** From one AUTO_INCREMENT id to the next. */
  readonly idStep: number;
  /** bytes of one message that the server takes */
  readonly messageBytesMax: number;
}

const settings = new WeakMap<object, Promise<SessionSettings>>();

/** The settings of a connection of `BatchTransactions`, read when it was opened. */
export function settingsOf(connection: object): Promise<SessionSettings> {
  const read = settings.get(connection);
  if (!read) throw new Error('not a connection of the posting pool');
  return read;
}

function readSettings(connection: PoolConnection): Promise<SessionSettings> {
  const read = new Promise<SessionSettings>((resolve, reject) => {
    const sql = 'SELECT @@auto_increment_increment AS idStep, @@max_allowed_packet AS messageBytesMax';
    connection.query(sql, (error, rows) => {
      if (error) {
        // It would be handed out again and again, and never be of use.
        connection.destroy();
        return reject(error);
      }
      const [row] = rows as Record<keyof SessionSettings, unknown>[];
      resolve({ idStep: Number(row?.idStep), messageBytesMax: Number(row?.messageBytesMax) });
    });
  });
  // Whoever uses the connection meets the error; one that nobody uses must not end the process.
  read.catch(() => undefined);
  return read;
}

/** The one place that says how the database is reached. `onPool` is handed the pool, for its metrics. */
export function dataSourceOptions(config: Config, onPool: OnPool = () => undefined): MysqlDataSourceOptions {
  return optionsOf(config, driverWithSession(config.databaseLockWaitSeconds, onPool, 1), config.databasePoolSize);
}

/**
 * The connections of `BatchTransactions`. They alone take several statements in one message (and start a transaction by
 * themselves): what runs on them are the few statements of a posting, and never a search that somebody has worded.
 */
export function batchDataSourceOptions(config: Config, onPool: OnPool): MysqlDataSourceOptions {
  const driver = driverWithSession(config.databaseLockWaitSeconds, onPool, 0);
  return optionsOf(config, driver, BATCH_POOL_SIZE, { multipleStatements: true });
}

function optionsOf(config: Config, driver: object, poolSize: number, extra: object = {}): MysqlDataSourceOptions {
  return {
    type: 'mysql',
    driver,
    ...loginOf(config),
    ...(serversOf(config)[0] as Server),
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
      ...primaryStreamOf(config),
      ...extra,
    },
    migrations,
    // TypeORM hands a migration nothing else: see `migrations/sealing.ts`.
    ...{ dataKeys: config.dataKeys },
    migrationsTransactionMode: 'none',
    synchronize: false,
    // What TypeORM would print of a migration is no line of our log; `migrate` says what was done.
    logger: 'debug',
    logging: false,
  };
}

/** Where a server is, and its name in messages. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

export function serversOf(config: Config): readonly Server[] {
  // Read here, since TypeORM takes an IPv6 address apart at its colons.
  return config.databaseUrls.map((url) => {
    const { hostname, port } = new URL(url);
    return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 3306) };
  });
}

/** As whom, and how, each of the servers is entered. */
function loginOf(config: Config): Pick<MysqlDataSourceOptions, 'username' | 'password' | 'database' | 'ssl'> {
  const { username, password, pathname } = new URL(config.databaseUrls[0] as string);
  return {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(config.databaseTls === 'off' ? {} : { ssl: tlsOf(config) }),
  };
}

function tlsOf({ databaseTls, databaseTlsCa: ca }: Config): SslOptions {
  if (databaseTls === 'required') return { rejectUnauthorized: false };
  return { ...(ca && { ca }), verifyIdentity: databaseTls === 'verify' };
}

const primaries = new WeakMap<Config, Primary>();

/** With several servers the socket of a connection is one to their primary, which both pools share. */
function primaryStreamOf(config: Config): Pick<PoolOptions, 'stream'> {
  const servers = serversOf(config);
  if (servers.length === 1) return {};
  const { username: user, ...login } = loginOf(config);
  const primary = primaries.get(config) ?? new Primary(servers, { user, ...login } as ConnectionOptions);
  primaries.set(config, primary);
  return { stream: primary.stream };
}
