// A whole system to measure, with what it holds at the start: the embedded stack, the bank simulator, and the service as in production.
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePort } from '../scripts/stack/ports.mjs';
import { payService, startSystem } from '../scripts/system.mjs';
import { population } from './cases.mjs';
import { chargeAll, idsOf, makeKeys, seed } from './seed.mjs';

/** All that is on in production is on; where its defaults are a limit on purpose, they are out of reach. */
const serviceSettings = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  AUTH: 'required',
  RATE_LIMIT_PER_SECOND: '10000', // of a key; by default 1,000, which one merchant (d) is to exceed
  BANK_CONCURRENCY: '256', // by default 32, which is 640 top-ups per second of a bank that takes 50 ms
  BANK_CLIENT_SECRET: 'sandbox-secret',
  WEBHOOK_SECRET_KEY: '5'.repeat(64),
};

/** Returns the running system with its `services`, `database` (a connection), `ids`, `keys`, and `stop()`. */
export async function startSite({ processes = 1, extra = {} } = {}) {
  const settings = { ...serviceSettings, ...extra };
  // Nobody can have a key before the tables are there.
  const system = await startSystem({ ephemeral: true, env: { ...settings, AUTH: 'optional' } });
  const services = [system.service];
  const stopAll = async () => {
    for (const service of services.slice(1)) await service.stop();
    await system.stop();
  };
  try {
    const database = await mysql.createConnection({ uri: system.stack.databaseUrl, timezone: 'Z', trace: false });
    const ids = idsOf(population);
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
    const stop = async () => {
      database.destroy();
      await stopAll();
    };
    return { ...system, settings, services, database, ids, keys, stop };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

export const portOf = (service) => Number(new URL(service.url).port);

export async function setBankLatency({ simulatorUrl }, ms) {
  const response = await fetch(`${simulatorUrl}/simulator/latency`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ms }),
  });
  if (!response.ok) throw new Error(`the simulator would not take a latency: ${await response.text()}`);
}
