import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { Pool, PoolOptions } from 'mysql2';
import { loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { onServerLock, withServerLock } from '../../../src/platform/database/server-lock.js';
import { CuttableProxy } from '../../support/cuttable-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';

/** As short as the server allows for: it closes a connection that says nothing for so long. */
const IDLE_SECONDS = 2;

/** The service's own way to the database, on connections that the server closes sooner. */
async function connect(databaseUrl: string): Promise<DataSource> {
  const options = dataSourceOptions(loadConfig({ DATABASE_URL: databaseUrl }));
  const driver = options.driver as { createPool(options: PoolOptions): Pool };
  const createPool = (poolOptions: PoolOptions) => {
    const pool = driver.createPool(poolOptions);
    pool.on('connection', (connection) => connection.query(`SET SESSION wait_timeout = ${IDLE_SECONDS}`));
    return pool;
  };
  return new DataSource({ ...options, driver: { ...driver, createPool } }).initialize();
}

const nothing = () => Promise.resolve();

describeWith(['databaseUrl'], "a lock of the database server's", () => {
  let proxy: CuttableProxy;
  let first: DataSource;
  let second: DataSource;
  beforeAll(async () => {
    proxy = await CuttableProxy.to(stackPart('databaseUrl'));
    first = await connect(proxy.url);
    second = await connect(stackPart('databaseUrl'));
  });
  afterAll(async () => {
    await Promise.all([first.destroy(), second.destroy()]);
    await proxy.close();
  });

  it('is kept for as long as the work takes, and free afterwards', async () => {
    const hadByAnother: boolean[] = [];
    const done = await withServerLock(first, 'test-kept', 0, async (signal) => {
      for (let half = 0; half < 4 * IDLE_SECONDS; half += 1) {
        await sleep(500);
        hadByAnother.push(await withServerLock(second, 'test-kept', 0, nothing));
      }
      expect(signal.aborted).toBe(false);
    });
    expect([done, new Set(hadByAnother)]).toEqual([true, new Set([false])]);
    expect(await withServerLock(second, 'test-kept', 0, nothing)).toBe(true);
  });

  it.each([
    ['was ended by the server', (connectionId: number) => second.query(`KILL ${connectionId}`)],
    ['broke', () => proxy.close()],
    ['became silent', () => Promise.resolve(proxy.hang())],
  ])('stops the work when its connection %s', async (_how, lose) => {
    let stopped = false;
    const holding = withServerLock(first, 'test-lost', 0, async (signal) => {
      const [row] = await second.query<{ id: number }[]>(
        "SELECT IS_USED_LOCK(CONCAT('pay-practice.test-lost.', LEFT(SHA2(DATABASE(), 256), 16))) AS id",
      );
      await lose(Number(row?.id));
      await sleep(60_000, undefined, { signal }).catch(() => (stopped = true));
    });
    await expect(holding).rejects.toThrow('the lock "test-lost" was lost');
    expect(stopped).toBe(true);
    await proxy.open();
  });

  it('ends with what the work throws', async () => {
    const fails = () => Promise.reject(new Error('no work'));
    await expect(withServerLock(first, 'test-fails', 0, fails)).rejects.toThrow('no work');
    expect(await withServerLock(second, 'test-fails', 0, nothing)).toBe(true);
  });

  it('is not free before the last statement of work on its own connection has ended', async () => {
    const alteration = 'ALTER TABLE test_lock ADD COLUMN more INT';
    await second.query('CREATE TABLE IF NOT EXISTS test_lock (id INT)');
    const reader = second.createQueryRunner();
    await reader.query('START TRANSACTION');
    await reader.query('SELECT id FROM test_lock'); // whoever would alter the table waits for the end of this
    const holding = onServerLock(first, 'test-own', 0, async (holder) => void (await holder.query(alteration)));
    holding.catch(() => undefined);
    const running = async () =>
      (await second.query<unknown[]>('SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO = ?', [alteration]))
        .length;
    while ((await running()) === 0) await sleep(50);
    await proxy.close();
    await expect(holding).rejects.toThrow();
    const next = onServerLock(second, 'test-own', 60, async () => expect(await running()).toBe(0));
    await sleep(300);
    await reader.query('COMMIT');
    await reader.release();
    expect(await next).toBe(true);
    await second.query('DROP TABLE test_lock');
    await proxy.open();
  });
});
