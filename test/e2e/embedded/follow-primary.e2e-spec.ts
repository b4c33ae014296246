import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type Config, loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { openDatabase } from '../../../src/platform/database/open-database.js';
import { TransactionRunner } from '../../../src/platform/database/transaction-runner.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { atOnce } from '../../support/builders.js';
import { describeIf } from '../../support/describe-if.js';
import { hasDatabaseProgram, OwnDatabaseServer } from '../../support/own-database-server.js';

/** The promise is a second from the engine's recovery on; a busy machine takes longer for everything. */
const WITHIN_MS = 1_500;

describeIf(hasDatabaseProgram, 'a database program', 'of two servers in DATABASE_URL', () => {
  const servers: OwnDatabaseServer[] = [];
  const roots: Connection[] = [];
  let config: Config;
  let dataSource: DataSource;
  let transactions: TransactionRunner;

  beforeAll(async () => {
    servers.push(await OwnDatabaseServer.make(), await OwnDatabaseServer.make());
    await Promise.all(servers.map((server) => server.start()));
    roots.push(...(await Promise.all(servers.map((server) => server.root()))));
    for (const root of roots) await root.query('CREATE TABLE pay.written (n INT PRIMARY KEY)');
    await demote(1);
    config = loadConfig({ DATABASE_URL: urlOf('secret') });
    dataSource = await new DataSource(dataSourceOptions(config)).initialize();
    transactions = new TransactionRunner(dataSource, config, new Metrics());
  });
  afterAll(async () => {
    await dataSource.destroy();
    for (const root of roots) await root.end();
    for (const server of servers) await server.remove();
  });
  beforeEach(async () => {
    for (const root of roots) await root.query('TRUNCATE pay.written');
  });

  const urlOf = (password: string) => {
    const hosts = servers.map(({ url }) => new URL(url).host);
    return `mysql://pay:${password}@${hosts.join(',')}/pay`;
  };
  const setReadOnly = (server: number, value: 0 | 1) => roots[server]?.query(`SET GLOBAL read_only = ${value}`);
  const demote = (server: number) => setReadOnly(server, 1);
  const promote = (server: number) => setReadOnly(server, 0);
  const write = (n: number) => transactions.run('write', (tx) => tx.query('INSERT INTO written VALUES (?)', [n]));
  const countsOf = async (statement: string) => {
    const counts: number[] = [];
    for (const root of roots) counts.push(Number((await root.query<RowDataPacket[]>(statement))[0][0]?.['count']));
    return counts;
  };
  const written = () => countsOf('SELECT COUNT(*) AS count FROM pay.written');
  /** How many a server has, with the one on which it is asked whether it takes writes, while there is any. */
  const connections = () => countsOf(`SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE USER = 'pay'`);

  it('the one that takes writes is connected to, and no other', async () => {
    await atOnce(8, (n) => write(n));
    expect(await written()).toEqual([8, 0]);
    const [first, second] = await connections();
    expect(first).toBeGreaterThan(1);
    expect(second).toBe(1);
  });

  it('one that is demoted has no connections any more at once, and the new primary all of them', async () => {
    await atOnce(8, (n) => write(n));
    await demote(0);
    await sleep(WITHIN_MS);
    expect(await connections()).toEqual([0, 0]);
    const waiting = atOnce(8, (n) => write(10 + n));
    await sleep(500);
    const promotedAt = performance.now();
    await promote(1);
    await waiting;
    expect(performance.now() - promotedAt).toBeLessThan(WITHIN_MS);
    expect(await written()).toEqual([8, 8]);
    expect((await connections())[0]).toBe(1);
  });

  it('one that is demoted while the other is promoted already is left within a second', async () => {
    await atOnce(8, (n) => write(n));
    await promote(0);
    await demote(1);
    const demotedAt = performance.now();
    await atOnce(8, (n) => write(10 + n));
    expect(performance.now() - demotedAt).toBeLessThan(WITHIN_MS);
    expect(await written()).toEqual([8, 8]);
  });

  it('one in use is kept while another takes writes as well', async () => {
    await promote(1);
    await sleep(WITHIN_MS);
    await atOnce(8, (n) => write(n));
    expect(await written()).toEqual([8, 0]);
  });

  it('none is chosen by who uses neither, where both take writes', async () => {
    const other = loadConfig({ DATABASE_URL: urlOf('secret'), DATABASE_START_WAIT_SECONDS: '3' });
    await expect(openDatabase({ ...dataSourceOptions(other), config: other })).rejects.toThrow(
      /^DATABASE_URL: nothing to work with at 127.0.0.1:\d+, 127.0.0.1:\d+ within 3 s/,
    );
    await demote(1);
  });

  it('one that was killed is left for the other once that is promoted', async () => {
    await write(1);
    await roots[0]?.end();
    await servers[0]?.kill();
    const waiting = write(2);
    await sleep(500);
    const promotedAt = performance.now();
    await promote(1);
    await waiting;
    expect(performance.now() - promotedAt).toBeLessThan(WITHIN_MS);
    roots.shift();
    expect(await written()).toEqual([1]);
  });

  it('a wrong password is told at once', async () => {
    const other = loadConfig({ DATABASE_URL: urlOf('wrong') });
    await expect(openDatabase({ ...dataSourceOptions(other), config: other })).rejects.toThrow(
      'DATABASE_URL: the server refuses the user or the password',
    );
  });
});
