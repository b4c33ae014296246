// The database and Redis that `npm start` and `npm test` stand on. `node scripts/stack.mjs` alone brings up a fresh
// pair, prints their addresses, and keeps them until it is stopped.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseContainer, databaseImage, redisContainer, redisImage } from './stack/containers.mjs';
import { DatabaseServer } from './stack/database.mjs';
import { claimFolder, makeEphemeralFolder } from './stack/folders.mjs';
import { tellGuard } from './stack/guard.mjs';
import { freePort } from './stack/ports.mjs';
import {
  configuredHome,
  homeOf,
  moveOldRecord,
  refuseOther,
  rememberHome,
  requiredHome,
  withOneHost,
} from './stack/kept-data.mjs';
import {
  adviceFor,
  announceFetch,
  dockerVersion,
  findDatabase,
  findDatabases,
  findRedis,
  installDebianPackage,
} from './stack/programs-here.mjs';
import { RedisServer } from './stack/redis.mjs';

/** Of one version: another one would have to upgrade the data files. */
const dockerHome = `docker-${databaseImage.replace(':', '-')}`;

/**
 * Brings up a database and a Redis, each from the first of: what is configured (DATABASE_URL; REDIS_URL, Sentinels or
 * a cluster); Docker; a server program of this machine, run privately; on Debian as root, such a program from apt-get.
 * But where a database of earlier starts is, it is that one or none. Throws with what to do when one of them can't be
 * had.
 *
 * The data stays in `dataFolder` for the next start (which `release`s it at the end, when it was claimed before); an
 * `ephemeral` stack has a folder of its own in there, removed at the end. `database` and `redis` have `start()`,
 * `stop()`, `restart()` and `kill(signal)`, always on the same port and data (and `pid` where it is a program of this
 * machine); a configured one has none of these. In `bankFolder` is what belongs to this database alone.
 */
export async function startStack({ dataFolder, ephemeral = false, release: claimed }) {
  mkdirSync(dataFolder, { recursive: true });
  const folder = ephemeral ? await makeEphemeralFolder(dataFolder) : dataFolder;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const release = ephemeral ? remove : (claimed ?? (await claimFolder(folder)));
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
    if (!dockerVersion()) installMissing();
    const redis = configuredRedis() ?? (await redisFrom({ folder, bringUp }));
    const database = configured('DATABASE_URL') ?? (await databaseFrom({ folder, runFolder, ephemeral, bringUp }));
    const bankFolder = join(folder, database.home ?? configuredHome(database.url));
    mkdirSync(bankFolder, { recursive: true });
    moveOldRecord(folder, basename(bankFolder));
    if (database.home) rememberHome(folder, database.home);
    const describe = [`Database   ${database.description}`, `Redis      ${redis.description}`];
    return { databaseUrl: database.url, redisUrl: redis.url, database, redis, describe, folder, bankFolder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configured(variable) {
  const url = process.env[variable];
  if (!url) return undefined;
  const parsed = URL.parse(withOneHost(url));
  if (!parsed?.host) throw new Error(`${variable} must be a URL with a host.`);
  return { url, description: `${parsed.host}${parsed.pathname} (configured by ${variable})` };
}

/** Of Sentinels and of a cluster there is no URL: the service reads the variables itself. */
function configuredRedis() {
  const variable = ['REDIS_SENTINELS', 'REDIS_CLUSTER'].find((name) => process.env[name]);
  if (!variable) return configured('REDIS_URL');
  return { description: `${process.env[variable]} (configured by ${variable})` };
}

/**
 * Without Docker each server must be a program of this machine. All that are missing are installed, or named, at once.
 */
function installMissing() {
  const find = { database: findDatabase, redis: findRedis };
  const isConfigured = { database: () => configured('DATABASE_URL'), redis: configuredRedis };
  const debian = { database: 'mariadb-server', redis: 'redis-server' };
  const missing = () => Object.keys(find).filter((server) => !isConfigured[server]() && !find[server]());
  for (const server of missing()) installDebianPackage(debian[server]);
  if (missing().length > 0) throw new Error(adviceFor(missing()));
}

async function databaseFrom({ folder, runFolder, ephemeral, bringUp }) {
  const required = ephemeral ? undefined : requiredHome(folder);
  if (!required || required === dockerHome) {
    const home = join(folder, dockerHome);
    const make = () => databaseContainer({ folder: ephemeral ? undefined : home, password: passwordIn(home) });
    const container = await inDocker(
      databaseImage,
      async () => bringUp(await make()),
      (reason) => {
        if (required) throw refuseOther(folder, required, reason);
      },
    );
    if (container) return Object.assign(container, { home: dockerHome });
  }
  const databases = findDatabases();
  const found = required ? databases.find((it) => homeOf(it) === required) : databases[0];
  if (!found && required) {
    const others = databases.map(({ product, version }) => `${product} ${version}`).join(', ') || 'no database server';
    throw refuseOther(folder, required, `this machine has ${others}, which does not open it`);
  }
  if (!found) throw new Error(adviceFor(['database']));
  if (found !== databases[0]) {
    console.error(
      `${found.product} ${found.version} is used, not ${databases[0].path}: its data is in ${join(folder, required)}.`,
    );
  }
  const home = homeOf(found);
  const password = passwordIn(join(folder, home));
  const server = new DatabaseServer({ found, folder: join(folder, home), runFolder, port: await freePort(), password });
  return Object.assign(await bringUp(server), { home });
}

async function redisFrom({ folder, bringUp }) {
  const container = await inDocker(redisImage, async () => bringUp(await redisContainer()));
  if (container) return container;
  const found = findRedis();
  if (!found) throw new Error(adviceFor(['redis']));
  return bringUp(new RedisServer({ found, folder: join(folder, 'redis'), port: await freePort() }));
}

/**
 * An engine that answers may still be unable to fetch an image: then this machine's own programs are the next best,
 * unless `otherwise`, which is told why it did not work, throws.
 */
async function inDocker(image, start, otherwise = () => {}) {
  const version = dockerVersion();
  if (!version) return void otherwise('no Docker engine answers');
  try {
    announceFetch(image);
    return await start();
  } catch (error) {
    const reason = `Docker ${version} answers, but ${image} does not start there (${error.message})`;
    otherwise(reason);
    console.error(`${reason}; looking for a program instead.`);
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
