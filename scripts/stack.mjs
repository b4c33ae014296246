// The database and Redis that `npm start` and `npm test` stand on. `node scripts/stack.mjs` alone brings up a fresh pair, prints
// their addresses, and keeps them until it is stopped.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseContainer, redisContainer } from './stack/containers.mjs';
import { DatabaseServer } from './stack/database.mjs';
import { claimFolder, makeEphemeralFolder } from './stack/folders.mjs';
import { tellGuard } from './stack/guard.mjs';
import { freePort } from './stack/ports.mjs';
import { dockerVersion, findDatabase, findRedis, installDebianPackage } from './stack/programs-here.mjs';
import { RedisServer } from './stack/redis.mjs';

/**
 * Brings up a database and a Redis, each from the first of: its configured URL (DATABASE_URL, REDIS_URL); Docker; a server program
 * of this machine, run privately; on Debian as root, such a program from apt-get. Throws one clear line when there is none.
 *
 * The data stays in `dataFolder` for the next start; an `ephemeral` stack has a folder of its own in there, removed at the end.
 * `database` and `redis` have `start()`, `stop()`, `restart()` and `kill(signal)`, always on the same port and data (and `pid` where it
 * is a program of this machine); a configured one has none of these.
 */
export async function startStack({ dataFolder, ephemeral = false }) {
  mkdirSync(dataFolder, { recursive: true });
  const folder = ephemeral ? await makeEphemeralFolder(dataFolder) : dataFolder;
  const release = ephemeral ? () => rmSync(folder, { recursive: true, force: true }) : await claimFolder(folder);
  const runFolder = mkdtempSync(join(tmpdir(), 'pay-')); // a short path: the name of a socket may have 107 characters
  tellGuard({ remove: runFolder });
  const started = [];
  const stop = async () => {
    for (const server of started.splice(0).reverse()) await (ephemeral ? server.discard() : server.stop());
    rmSync(runFolder, { recursive: true, force: true });
    release();
  };
  const bringUp = async (server) => {
    started.push(server);
    await server.start();
    return server;
  };
  try {
    const redis = configured('REDIS_URL') ?? (await redisFrom({ folder, bringUp }));
    const database = configured('DATABASE_URL') ?? (await databaseFrom({ folder, runFolder, ephemeral, bringUp }));
    const describe = [`Database   ${database.description}`, `Redis      ${redis.description}`];
    return { databaseUrl: database.url, redisUrl: redis.url, database, redis, describe, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configured(variable) {
  const url = process.env[variable];
  if (!url) return undefined;
  const { host, pathname } = new URL(url);
  return { url, description: `${host}${pathname} (configured by ${variable})` };
}

async function databaseFrom({ folder, runFolder, ephemeral, bringUp }) {
  const container = await inDocker('mysql:8.4', async () => {
    const home = join(folder, 'docker-mysql-8.4');
    return bringUp(await databaseContainer({ folder: ephemeral ? undefined : home, password: passwordIn(home) }));
  });
  if (container) return container;
  const found = findDatabase() ?? (installDebianPackage('mariadb-server') ? findDatabase() : undefined);
  if (!found) throw new Error(`No database: ${advice('MySQL 8.4+ or MariaDB 10.11+', 'DATABASE_URL')}`);
  // A folder per product and version, so that another PATH never opens the files of another server.
  const home = join(folder, `${found.product.toLowerCase()}-${found.version.split('.').slice(0, 2).join('.')}`);
  const port = await freePort();
  return bringUp(new DatabaseServer({ found, folder: home, runFolder, port, password: passwordIn(home) }));
}

async function redisFrom({ folder, bringUp }) {
  const container = await inDocker('redis:8', async () => bringUp(await redisContainer()));
  if (container) return container;
  const found = findRedis() ?? (installDebianPackage('redis-server') ? findRedis() : undefined);
  if (!found) throw new Error(`No Redis: ${advice('Redis 7+ or Valkey', 'REDIS_URL')}`);
  return bringUp(new RedisServer({ found, folder: join(folder, 'redis'), port: await freePort() }));
}

const advice = (product, variable) =>
  `install ${product} so that it is on the PATH, start a Docker engine, or set ${variable}.`;

/** An engine that answers may still be unable to fetch an image: then this machine's own programs are the next best. */
async function inDocker(image, start) {
  const version = dockerVersion();
  if (!version) return undefined;
  try {
    return await start();
  } catch (error) {
    console.error(
      `Docker ${version} answers, but ${image} does not start there (${error.message}); looking for a program instead.`,
    );
    return undefined;
  }
}

/** The password of the service's database user: made once for each set of data files, which remember it. */
function passwordIn(home) {
  const file = join(home, 'password');
  mkdirSync(home, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

const file = fileURLToPath(import.meta.url);
if (process.argv[1] === file) {
  const stack = await startStack({ dataFolder: join(dirname(file), '../.data'), ephemeral: true });
  for (const line of stack.describe) console.error(line);
  console.log(`DATABASE_URL=${stack.databaseUrl}\nREDIS_URL=${stack.redisUrl}`);
  const alive = setInterval(() => {}, 60_000);
  const end = () => stack.stop().finally(() => clearInterval(alive));
  process.once('SIGTERM', end).once('SIGINT', end);
}
