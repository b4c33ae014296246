/**
 * What a database error means for the transaction that met it. Numbers are MySQL's and MariaDB's server error codes;
 * https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
type DatabaseTrouble = 'deadlock' | 'lockWait' | 'interrupted' | 'connection' | 'busy';

const TROUBLE_BY_ERRNO: Readonly<Record<number, DatabaseTrouble>> = {
  1213: 'deadlock',
  1205: 'lockWait',
  3572: 'lockWait', // MySQL: NOWAIT met a lock
  1020: 'deadlock', // MariaDB: the row changed since the snapshot was taken
  1040: 'busy', // too many connections
  1203: 'busy', // this user has too many connections
  1226: 'busy', // this user has used up what it may
  1129: 'busy', // this host had too many failed connections
  1317: 'interrupted', // somebody killed the statement
  1969: 'interrupted', // MariaDB: max_statement_time
  3024: 'interrupted', // MySQL: max_execution_time
  1180: 'interrupted', // an error during COMMIT
  3100: 'connection', // MySQL: group replication refused the COMMIT, as a member does that has left the group
  3101: 'interrupted', // MySQL: a plugin rolled the transaction back
  1045: 'connection', // the password is not taken (any more)
  1044: 'connection', // nor the user for this database
  1047: 'connection', // MariaDB: this node of a cluster is not ready
  2003: 'connection', // a router: no server behind it
  3032: 'connection', // MySQL: offline_mode
  4094: 'connection', // MySQL: another member is being made the primary
  3797: 'connection', // MySQL: the group of servers changes its mode
  3798: 'connection',
  3799: 'connection',
  1053: 'connection', // the server is shutting down
  1077: 'connection',
  1158: 'connection',
  1159: 'connection',
  1160: 'connection',
  1161: 'connection',
  1290: 'connection', // read-only: this server was demoted, another one is the primary now
  1836: 'connection', // read-only mode
  1792: 'connection', // a read-only transaction
  1927: 'connection', // MariaDB: the connection was killed
  4031: 'connection', // MySQL: disconnected for inactivity
};

const DUPLICATE_KEY = 1062;

/** Codes of the driver and of Node for a connection that is gone, refused, or never came to be. */
const CONNECTION_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The connection is not usable any more, or was not answered within the deadline. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/**
 * COMMIT was sent and no answer came: the transaction may or may not be durable. Never report it as failed: find out
 * on a new connection, by inserting the same unique key again.
 */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

interface DriverError {
  readonly errno?: number;
  readonly code?: string;
  readonly fatal?: boolean;
  readonly sqlState?: string;
  readonly message?: string;
}

/** Numbers of an answer to COMMIT that say for certain that it was rolled back, or not begun. */
const NOT_COMMITTED = new Set([1213, 1205, 1290, 1792, 1836, 3100, 3101]);

/** True where an error is the server's own answer to a statement; a lost connection has none. */
export function isServersAnswer(error: unknown): boolean {
  const { errno, sqlState } = (error ?? {}) as DriverError;
  return errno !== undefined && errno > 0 && sqlState !== undefined;
}

/** True where the server's answer to COMMIT itself says that nothing was committed. */
export function refusesCommit(error: unknown): boolean {
  return isServersAnswer(error) && NOT_COMMITTED.has((error as DriverError).errno ?? 0);
}

/** What can be tried again, and why; null for everything else: a defect, or a decision of the caller's own. */
export function troubleOf(error: unknown): DatabaseTrouble | null {
  if (error instanceof ConnectionLost) return 'connection';
  if (!(error instanceof Error)) return null;
  const { errno, code, fatal, message } = error as Error & DriverError;
  const byNumber = errno === undefined ? undefined : TROUBLE_BY_ERRNO[errno];
  if (byNumber) return byNumber;
  if (fatal === true || (code !== undefined && CONNECTION_CODES.has(code))) return 'connection';
  // mysql2's pool rejects with plain errors that have no code.
  if (message === 'Queue limit reached.' || message === 'No connections available.') return 'busy';
  if (message === 'Pool is closed.' || message?.includes('connection is in closed state')) return 'connection';
  return null;
}

/**
 * True for a violated unique key (of this name, when one is given: MySQL puts the table before it, MariaDB does not).
 * The statement, not the transaction, was rolled back, so let the error out.
 */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  if (!(error instanceof Error) || (error as Error & DriverError).errno !== DUPLICATE_KEY) return false;
  return index === undefined || new RegExp(`['.]${index}'`).test(error.message);
}
