// A whole system to measure, with what it holds at the start: the embedded stack, the bank simulator, and the service
// as in production.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { dataFolder } from '../scripts/prepare.mjs';
import { makeEphemeralFolder } from '../scripts/stack/folders.mjs';
import { MysqlGroup } from '../scripts/stack/mysql-group.mjs';
import { freePort } from '../scripts/stack/ports.mjs';
import { findDatabases } from '../scripts/stack/programs-here.mjs';
import { payService, startSystem } from '../scripts/system.mjs';
import { population } from './cases.mjs';
import { startPlainPeer } from './plain-peer.mjs';
import { chargeAll, dataKey, idsOf, makeKeys, seed } from './seed.mjs';

const settleMaxMs = 60_000;

/** All that is on in production is on; where its defaults are a limit on purpose, they are out of reach. */
const serviceSettings = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  AUTH: 'required',
  RATE_LIMIT_PER_SECOND: '10000', // of a key; by default 1,000, which one merchant (d) is to exceed
  BANK_CONCURRENCY: '256', // by default 32, which is 640 top-ups per second of a bank that takes 50 ms
  PAYMENT_AGREEMENTS: 'optional', // read and held to all the same; required, only (j) would be approved
  BANK_CLIENT_SECRET: 'bench-secret',
  DATA_KEYS: dataKey,
};

/**
 * Returns the running system with its `services`, `database` (a connection), `ids`, `keys`, and `stop()`; the plain
 * `peer` beside it when `withPeer`.
 */
export async function startSite({ processes = 1, extra = {}, withPeer = false, people = population } = {}) {
  const settings = { ...serviceSettings, ...extra };
  // Nobody can have a key before the tables are there.
  const system = await startSystem({ ephemeral: true, env: { ...settings, AUTH: 'optional' } });
  const services = [system.service];
  let peer;
  const stopAll = async () => {
    await peer?.stop();
    for (const service of services.slice(1)) await service.stop();
    await system.stop();
  };
  try {
    const database = await mysql.createConnection({ uri: system.stack.databaseUrl, timezone: 'Z', trace: false });
    const ids = idsOf(people);
    await seed(database, ids);
    await chargeAll(system.baseUrl, ids);
    const keys = await makeKeys(database, ids);
    const { env } = system.service.launch;
    env.AUTH = settings.AUTH;
    await system.service.restart();
    while (services.length < processes) {
      const folder = join(system.stack.folder, `service-${services.length + 1}`);
      const other = payService({ folder, port: await freePort(), env });
      await other.start();
      services.push(other);
    }
    if (withPeer) peer = await startPlainPeer({ ...system, ids });
    const stop = async () => {
      database.destroy();
      await stopAll();
    };
    return { ...system, settings, services, peer, database, ids, keys, stop };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The same on a group of three database servers; only its primary counts as the database's CPU. */
export async function startGroupSite() {
  const found = findDatabases().find(({ product }) => product === 'MySQL');
  if (!found) throw new Error('(r) needs MySQL on the PATH: MariaDB has no such groups.');
  const folder = await makeEphemeralFolder(dataFolder);
  const runFolder = mkdtempSync(join(tmpdir(), 'pay-')); // a short path: the name of a socket may have 107 characters
  const removeAll = () => [folder, runFolder].forEach((made) => rmSync(made, { recursive: true, force: true }));
  const group = await MysqlGroup.start({ found, folder, runFolder, network: null });
  const discard = () => group.discard().finally(removeAll);
  try {
    const primary = await group.getPrimary();
    process.env.DATABASE_URL = primary.url; // what is configured is taken as it is
    const site = await startSite({ extra: { DATABASE_URL: group.url } });
    site.stack.database.pid = primary.pid;
    return { ...site, stop: () => site.stop().finally(discard) };
  } catch (error) {
    await discard();
    throw error;
  } finally {
    delete process.env.DATABASE_URL;
  }
}

export const portOf = (service) => Number(new URL(service.url).port);

export const setBankLatency = (site, ms) => tellBank(site, 'latency', { ms });

/** Whether every call of the bank is left without an answer. */
export const setBankHanging = (site, isHanging) =>
  tellBank(site, 'rules', { rules: isHanging ? [{ fault: 'hang', on: 'all' }] : [] });

/**
 * Commands that Redis has failed so far, of all processes: after each of them a process goes without it for half a
 * second.
 */
export async function redisFailures({ services, keys }) {
  const counts = services.map(async ({ url }) => {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${keys.operator}` } });
    const count = /^redis_errors_total (\d+)$/m.exec(await response.text())?.[1];
    if (count === undefined) throw new Error(`the metrics of ${url} could not be read: ${response.status}`);
    return Number(count);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function tellBank({ simulatorUrl }, what, body) {
  const response = await fetch(`${simulatorUrl}/simulator/${what}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the simulator would not take its ${what}: ${await response.text()}`);
}

/** Until no withdrawal is open any more; returns how long that took, in ms. */
export async function untilSettled({ database }) {
  for (const startedAt = performance.now(); ; await sleep(200)) {
    const [[{ open }]] = await database.query(`SELECT COUNT(*) AS open FROM withdrawals WHERE status = 'PENDING'`);
    const tookMs = performance.now() - startedAt;
    if (open === 0) return tookMs;
    if (tookMs > settleMaxMs)
      throw new Error(`${open} withdrawals are still open ${tookMs} ms after the bank was back`);
  }
}
