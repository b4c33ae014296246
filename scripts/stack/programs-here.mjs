// Which servers this machine has: programs on the PATH, a Docker engine, Debian's packages.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

// Debian keeps servers in sbin, which an ordinary user's PATH does not name.
const moreFolders = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];

/** The full path of the first of these programs: the PATH's order decides, then the order of the names. */
export function findProgram(names, firstFolders = []) {
  const folders = [...firstFolders, ...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...moreFolders];
  for (const folder of folders) {
    for (const name of names) {
      if (isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run
  }
}

/** What is to be known of the database server here: `{ path, product: 'MySQL' | 'MariaDB', version, wrapped, install? }`. */
export function findDatabase() {
  const path = findProgram(['mysqld', 'mariadbd']);
  if (!path) return undefined;
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''; // Debian's mysqld may well be MariaDB
  const version = /Ver (\d+\.\d+(?:\.\d+)?)/.exec(said)?.[1];
  if (!version) return undefined;
  const product = said.includes('MariaDB') ? 'MariaDB' : 'MySQL';
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

/** On Debian as root: installs a server's package, but does not let it start a server of the machine's own. True when it could. */
export function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !findProgram(['apt-get'])) return false;
  console.error(`Installing ${name} with apt-get ...`);
  const policy = '/usr/sbin/policy-rc.d'; // Debian asks this script whether a package may start its service: 101 means no
  const ownPolicy = !existsSync(policy);
  if (ownPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return runApt(['update']) && runApt(['install', '-y', '--no-install-recommends', name]);
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
