import type { PoolConnection } from 'mysql2';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { within } from '../clock/within.js';

/** How many times the lock's connection is used within the time after which the server would close it as idle. */
const SIGNS_OF_LIFE = 6;

/** The lock went with its connection, and another instance may have it by now. */
export class ServerLockLost extends Error {
  override readonly name = 'ServerLockLost';
}

interface Holder {
  /** The connection that holds the lock. */
  readonly runner: QueryRunner;
  readonly lock: string;
  /** After so many seconds without a word the server closes the connection. */
  readonly idleSeconds: number;
}

/**
 * Runs `work` on the very connection that holds a lock of the database server's, so that only one instance of many
 * does; returns false when somebody else holds it for longer than `waitSeconds`. The work can't outlive its lock: when
 * the connection breaks the next statement fails, and the server keeps the lock until the one under way has ended.
 */
export function onServerLock(
  dataSource: DataSource,
  name: string,
  waitSeconds: number,
  work: (holder: QueryRunner) => Promise<void>,
): Promise<boolean> {
  return holding(dataSource, name, waitSeconds, ({ runner }) => work(runner));
}

/**
 * The same for work that needs other connections. The lock's own is kept alive meanwhile. When it is lost all the same
 * the signal is aborted, and what the work returns is not believed. Until it heeds the signal two instances may be at
 * it, so it must be harmless when done twice.
 *
 * @throws ServerLockLost
 */
export function withServerLock(
  dataSource: DataSource,
  name: string,
  waitSeconds: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  return holding(dataSource, name, waitSeconds, async (holder) => {
    const lost = new AbortController();
    const over = new AbortController();
    const watching = watch(holder, over.signal).catch((error: unknown) => {
      lost.abort(new ServerLockLost(`the lock "${name}" was lost: ${(error as Error).message}`, { cause: error }));
    });
    try {
      await work(lost.signal);
    } catch (error) {
      lost.signal.throwIfAborted();
      throw error;
    } finally {
      over.abort();
      await watching;
    }
    lost.signal.throwIfAborted();
  });
}

async function holding(
  dataSource: DataSource,
  name: string,
  waitSeconds: number,
  work: (holder: Holder) => Promise<void>,
): Promise<boolean> {
  const runner = dataSource.createQueryRunner();
  try {
    // The names are the server's, which may hold several of our databases.
    const lock = `CONCAT('pay-practice.${name}.', LEFT(SHA2(DATABASE(), 256), 16))`;
    const [row] = (await runner.query(`SELECT GET_LOCK(${lock}, ?) AS got, @@wait_timeout AS idle`, [waitSeconds])) as {
      got: unknown;
      idle: unknown;
    }[];
    if (Number(row?.got) !== 1) return false;
    try {
      await work({ runner, lock, idleSeconds: Number(row?.idle) });
    } finally {
      // On a connection that is gone there is nothing to release, and what `work` threw says more than this would.
      await runner.query(`SELECT RELEASE_LOCK(${lock})`).catch(() => undefined);
    }
    return true;
  } finally {
    await runner.release();
  }
}

/** Ends when the work is over. @throws as soon as the lock is known, or must be thought, to be lost */
async function watch(holder: Holder, over: AbortSignal): Promise<void> {
  const connection = (await holder.runner.connect()) as PoolConnection;
  const ended = once(connection, 'end', { signal: over }).then(() => {
    throw new Error('its connection ended');
  });
  try {
    await Promise.race([ended, proveAgainAndAgain(holder, over)]);
  } catch (error) {
    if (over.aborted) return;
    connection.destroy(); // a silent one would keep whoever gets it next waiting
    throw error;
  }
}

async function proveAgainAndAgain({ runner, lock, idleSeconds }: Holder, over: AbortSignal): Promise<void> {
  const pauseMs = (idleSeconds * 1000) / SIGNS_OF_LIFE;
  for (;;) {
    await sleep(pauseMs, undefined, { signal: over });
    const answer = runner.query(`SELECT IS_USED_LOCK(${lock}) = CONNECTION_ID() AS ours`);
    const rows = await within(answer as Promise<{ ours: unknown }[]>, 2 * pauseMs);
    if (!rows) throw new Error('the database does not answer');
    if (Number(rows[0]?.ours) !== 1) throw new Error('it is not ours any more');
  }
}
