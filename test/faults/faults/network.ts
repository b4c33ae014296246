import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolConnection, RowDataPacket } from 'mysql2/promise';
import type { Cut, DatabaseProxy } from '../../support/database-proxy.js';
import type { Scene } from '../nemesis.js';

/** How long a cut waits for a statement to come by. */
const AMBUSH_MS = 1_500;
const COMMIT = /(^|; )COMMIT$/;
/** What is told goes with COMMIT, and the movements it is of went before: their numbers have to be known. */
const TOLD_COMMIT = /^INSERT INTO webhook_events .*; COMMIT$/s;
/** Whatever else a transaction is made of; several may be one message. */
const STATEMENTS = [
  /^START TRANSACTION/,
  /^SELECT .* FOR UPDATE/s,
  /^INSERT INTO movements/,
  /(^|; )INSERT INTO payments/,
  /(^|; )INSERT INTO withdrawals/,
  /(^|; )INSERT INTO payouts/,
  /(^|; )INSERT INTO entries/,
  /(^|; )UPDATE accounts/,
  /(^|; )UPDATE withdrawals/,
  /(^|; )UPDATE payouts/,
  /(^|; )UPDATE movements/,
  /^INSERT INTO users/,
  /(^|; )INSERT INTO webhook_events/,
  /^UPDATE webhook_events/,
];

/** Cuts the connection at one of the next statements of the kind; null when none came by. */
async function cutAt(
  { random }: Scene,
  proxy: DatabaseProxy,
  statement: RegExp,
  cut: Cut,
  skippedMax = 3, // not always the first one: the first after a pause is often the same
): Promise<string | null> {
  let left = random.integer(0, skippedMax);
  const hit = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), AMBUSH_MS);
    proxy.watch = (sql, hasWritten) => {
      // Most COMMITs only end a read.
      const isMeant = statement.test(sql) && (statement !== COMMIT || hasWritten);
      if (!isMeant || left-- > 0) return null;
      proxy.watch = () => null;
      clearTimeout(timer);
      resolve(sql.slice(0, 40).replace(/\s+/g, ' '));
      return cut;
    };
  });
  proxy.watch = () => null;
  return hit;
}

const anyProxy = ({ system, random }: Scene): DatabaseProxy => random.pick(system.proxies);
const atCommit = (cut: Cut) => (scene: Scene) => cutAt(scene, anyProxy(scene), COMMIT, cut);
const atStatement = (scene: Scene, cuts: readonly Cut[]) =>
  cutAt(scene, anyProxy(scene), scene.random.pick(STATEMENTS), scene.random.pick(cuts));

/** Rows of busy accounts, locked by somebody else for a while. */
async function withAccounts(
  { system, random }: Scene,
  count: number,
  work: (connection: PoolConnection, ids: readonly number[]) => Promise<void>,
): Promise<string | null> {
  try {
    const connection = await system.database.getConnection();
    try {
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT id FROM accounts WHERE kind = 'MAIN' ORDER BY id LIMIT 12`,
      );
      const ids = [...new Set(Array.from({ length: count }, () => random.pick(rows)['id'] as number))];
      await connection.query('START TRANSACTION');
      await work(
        connection,
        ids.sort((a, b) => a - b),
      );
      await connection.query('ROLLBACK');
      return `${ids.length} accounts`;
    } finally {
      connection.destroy(); // ends what is left of it, too
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // We were chosen as the deadlock's victim, or the database was killed meanwhile.
    return code === 'ER_LOCK_DEADLOCK' ? 'the other side won' : null;
  }
}

const lock = (connection: PoolConnection, id: number) =>
  connection.query('SELECT id FROM accounts WHERE id = ? FOR UPDATE', [id]);

export const NETWORK_FAULTS = {
  commitDropped: atCommit('dropBefore'),
  commitAnswerDropped: atCommit('dropAfter'),
  commitHung: atCommit('hangBefore'),
  commitAnswerHung: atCommit('hangAfter'),
  commitStalled: atCommit('stallBefore'),
  /** A COMMIT behind movements that stand in the database already; where nobody listens, there is none. */
  toldCommitStalled: (scene: Scene) => cutAt(scene, anyProxy(scene), TOLD_COMMIT, 'stallBefore', 0),
  statementDropped: (scene: Scene) => atStatement(scene, ['dropBefore', 'dropAfter']),
  statementHung: (scene: Scene) => atStatement(scene, ['hangBefore', 'hangAfter', 'stallBefore']),

  connectionsCut(scene: Scene): Promise<string | null> {
    const count = anyProxy(scene).cutAll();
    return Promise.resolve(count === 0 ? null : `${count} connections`);
  },

  async databaseUnreachable(scene: Scene): Promise<string> {
    const proxy = anyProxy(scene);
    const ms = scene.random.integer(200, 3_500);
    proxy.mode = 'refuse';
    proxy.cutAll();
    await sleep(ms);
    proxy.mode = 'open';
    return `for ${ms} ms`;
  },

  async databaseSilent(scene: Scene): Promise<string> {
    const proxy = anyProxy(scene);
    const ms = scene.random.integer(200, 3_500);
    proxy.mode = 'hang';
    await sleep(ms);
    proxy.cutAll(); // what was swallowed is lost: nothing can go on from here
    proxy.mode = 'open';
    return `for ${ms} ms`;
  },

  /** Longer than a lock wait lasts, at times. */
  rowsLocked(scene: Scene): Promise<string | null> {
    return withAccounts(scene, 4, async (connection, ids) => {
      for (const id of ids) await lock(connection, id);
      await sleep(scene.random.integer(300, 2_500));
    });
  },

  /** Locks against the service's order. */
  deadlock(scene: Scene): Promise<string | null> {
    return withAccounts(scene, 5, async (connection, ids) => {
      for (const id of [...ids].reverse()) {
        await lock(connection, id);
        await sleep(scene.random.integer(5, 60));
      }
    });
  },
};
