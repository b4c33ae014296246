// Which servers this machine has: programs on the PATH, a Docker engine, Debian's packages.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

// Debian keeps servers in sbin, which an ordinary user's PATH does not name.
const moreFolders = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];

/** The full path of the first of these programs: the PATH's order decides, then the order of the names. */
export function findProgram(names, firstFolders = []) {
  return findPrograms(names, firstFolders)[0];
}

function findPrograms(names, firstFolders = []) {
  const folders = [...firstFolders, ...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...moreFolders];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run
  }
}

/**
 * What is to be known of the database server here: `{ path, product: 'MySQL' | 'MariaDB', version, wrapped, install?
 * }`.
 */
export function findDatabase() {
  return findDatabases()[0];
}

/** One of each product and version, in the order of the PATH. */
export function findDatabases() {
  const found = new Map();
  for (const path of new Set(findPrograms(['mysqld', 'mariadbd']))) {
    const database = databaseAt(path);
    const name = database && `${database.product} ${database.version}`;
    if (name && !found.has(name)) found.set(name, database);
  }
  return [...found.values()];
}

/** The first of these programs that comes with this very product: MariaDB installs its own under MySQL's names, too. */
export function findToolOf({ path, product }, names) {
  // Some of MariaDB's say nothing of it but by the name of their file.
  const said = (tool) => realpathSync(tool).replace('mariadb', 'MariaDB') + versionText(tool);
  return findPrograms(names, [dirname(path)]).find((tool) => productOf(said(tool)) === product);
}

const versionText = (path) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
const productOf = (said) => (said.includes('MariaDB') ? 'MariaDB' : 'MySQL');

function databaseAt(path) {
  const said = versionText(path);
  const version = /Ver (\d+\.\d+(?:\.\d+)?)/.exec(said)?.[1];
  if (!version) return undefined;
  const product = productOf(said); // Debian's mysqld may well be MariaDB
  const folders = [dirname(path), join(dirname(path), '../bin'), join(dirname(path), '../scripts')];
  const install = product === 'MariaDB' ? findProgram(['mariadb-install-db', 'mysql_install_db'], folders) : undefined;
  return { path, product, version, wrapped: wrapsDefaults(path), install };
}

/** A wrapper script that passes --no-defaults itself: the option must come first and only once. */
function wrapsDefaults(path) {
  const text = statSync(path).size < 65_536 ? readFileSync(path, 'utf8') : '';
  return text.startsWith('#!') && text.includes('--no-defaults');
}

/** `{ path, product, version }` of the Redis server here. */
export function findRedis() {
  const path = findProgram(['redis-server', 'valkey-server']);
  if (!path) return undefined;
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return {
    path,
    product: /valkey/i.test(said) ? 'Valkey' : 'Redis',
    version: /v=([\d.]+)/.exec(said)?.[1] ?? 'of unknown version',
  };
}

/** Whether a Docker engine answers; the client alone, which many machines have, is not enough. */
export function dockerVersion() {
  const answer = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 3000,
  });
  return answer.status === 0 ? answer.stdout.trim() || undefined : undefined;
}

/** Says so when an image must be fetched first, which takes a while. */
export function announceFetch(image) {
  const isThere = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0;
  if (!isThere) console.error(`Fetching ${image} ...`);
}

/** How servers are installed where this program is found, and what they are called there. */
const packageManagers = {
  'apt-get': ['sudo apt-get install -y --no-install-recommends', { database: 'mariadb-server', redis: 'redis-server' }],
  dnf: ['sudo dnf install -y', { database: 'mariadb-server', redis: 'redis' }],
  zypper: ['sudo zypper install -y', { database: 'mariadb', redis: 'redis' }],
  pacman: ['sudo pacman -S --noconfirm', { database: 'mariadb', redis: 'valkey' }],
  apk: ['sudo apk add', { database: 'mariadb', redis: 'redis' }],
  brew: ['brew install', { database: 'mysql', redis: 'redis' }],
};
const products = { database: 'MySQL 8.4+ or MariaDB 10.11+', redis: 'Redis 7+ or Valkey' };
const variables = { database: 'DATABASE_URL', redis: 'REDIS_URL' };

/** What to do about servers (`database`, `redis`) that are missing, all of them at once, with the line to type. */
export function adviceFor(missing, manager = Object.keys(packageManagers).find((name) => findProgram([name]))) {
  const [command, names] = packageManagers[manager] ?? [];
  const install = command && `\n\n  ${command} ${missing.map((server) => names[server]).join(' ')}\n\n`;
  return (
    `Missing here: ${missing.map((server) => products[server]).join(', and ')}. ` +
    (install ? `Install what is missing:${install}or ` : 'Install what is missing so that it is on the PATH, ') +
    `start a Docker engine, or set ${missing.map((server) => variables[server]).join(' and ')}.`
  );
}

/**
 * On Debian as root: installs packages, but does not let it start a server of the machine's own. True when it
 * could.
 */
export function installDebianPackage(...names) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !findProgram(['apt-get'])) return false;
  console.error(`Installing ${names.join(' and ')} with apt-get ...`);
  const policy = '/usr/sbin/policy-rc.d'; // Debian asks this script whether a package may start its service: 101 means no
  const ownPolicy = !existsSync(policy);
  if (ownPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return runApt(['update']) && runApt(['install', '-y', '--no-install-recommends', ...names]);
  } finally {
    if (ownPolicy) rmSync(policy, { force: true });
  }
}

function runApt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300']; // another clone may be installing too
  const { status, stdout, stderr } = spawnSync('apt-get', [...options, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  if (status !== 0) console.error(`apt-get failed:\n${(stdout + stderr).trimEnd().split('\n').slice(-10).join('\n')}`);
  return status === 0;
}
