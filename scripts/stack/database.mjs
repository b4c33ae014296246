import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { firstAnswer } from './ports.mjs';
import { Program } from './program.mjs';

/**
 * Safe on a crash of the program and of the machine, as money must be; the session's zone and character set are ours,
 * not the machine's.
 */
export const durableSettings = [
  '--innodb-flush-log-at-trx-commit=1',
  '--sync-binlog=1',
  '--log-bin=binlog',
  '--server-id=1',
  '--binlog-expire-logs-seconds=86400',
  '--max-binlog-size=128M',
  `--innodb-buffer-pool-size=${bufferPoolMb()}M`,
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  '--max-connections=200',
  '--skip-name-resolve',
];

/**
 * A twelfth of the machine, at most 2 GB: with millions of payments, indexes in random order that don't fit cost half
 * the speed.
 */
function bufferPoolMb() {
  const limited = process.constrainedMemory() || Infinity; // of a container; 0 when nothing says so
  return Math.max(128, Math.min(2048, Math.floor(Math.min(totalmem(), limited) / 12 / 2 ** 20)));
}

/**
 * With a redo log of 256 MB p99 more than doubled within minutes of payments: when it is full, commits wait for pages
 * to be written. MySQL would write pages 50 times as eagerly as MariaDB does, which on few cores takes the time from
 * commits. And it would remember ten million changed rows for replicas that replay in parallel, in a table that holds
 * COMMIT up for some 45 ms when it grows: this is what MySQL 8.0 remembers.
 */
export const mysqlSettings = [
  '--innodb-redo-log-capacity=1G',
  '--innodb-io-capacity=400',
  '--innodb-io-capacity-max=2000',
  '--binlog-transaction-dependency-history-size=25000',
];

const productSettings = {
  MySQL: [...mysqlSettings, '--loose-mysqlx=OFF', '--secure-file-priv=NULL'],
  MariaDB: ['--innodb-log-file-size=1G', '--binlog-format=ROW'],
};

/**
 * A private MySQL or MariaDB on loopback. `folder` holds its data, `runFolder` (a short path: sockets allow 107
 * characters) its socket. `settings` come after the usual ones, and `initSql` is run at every start.
 */
export class DatabaseServer extends Program {
  constructor({ found, folder, runFolder, port, password, host = '127.0.0.1', settings = [], initSql }) {
    const dataFolder = join(folder, 'data');
    // A MariaDB that starts clears this folder, also of what another server that shares it has there.
    const tmpdir = join(folder, 'tmp');
    const initFile = join(runFolder, 'init.sql');
    super({
      name: `${found.product} ${found.version}`,
      launch: {
        command: found.path,
        args: [
          ...firstOptions(found),
          `--datadir=${dataFolder}`,
          `--tmpdir=${tmpdir}`,
          `--port=${port}`,
          `--bind-address=${host}`,
          `--socket=${join(runFolder, 'db.sock')}`,
          `--pid-file=${join(runFolder, 'db.pid')}`,
          `--init-file=${initFile}`,
          ...durableSettings,
          ...productSettings[found.product],
          ...settings,
        ],
      },
      folder,
      ready: async () => (await firstAnswer(port, undefined, host))?.[4] === 10, // the version of the greeting: it comes once the init file was run
      startWithinMs: 120_000, // a start after a crash recovers first
      stopWithinMs: 60_000,
    });
    Object.assign(this, { found, dataFolder, tmpdir, initFile, host, port, initSql: initSql ?? accountSql(password) });
    this.url = `mysql://pay:${password}@${host}:${port}/pay`;
    this.description = `${this.name} (${found.path}, private, ${host}:${port})`;
  }

  async start() {
    this.prepare();
    writeFileSync(this.initFile, this.initSql, { mode: 0o600 });
    await super.start();
  }

  /** Makes its data folder where there is none yet. */
  prepare() {
    mkdirSync(this.tmpdir, { recursive: true });
    if (!existsSync(this.dataFolder)) this.#initialise();
  }

  /**
   * Makes an empty database in a folder beside, and renames it when complete: a crash on the way leaves nothing half
   * made.
   */
  #initialise() {
    const unfinished = `${this.dataFolder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    const { path, product, install } = this.found;
    let command = path;
    let args = [
      ...firstOptions(this.found),
      '--initialize-insecure',
      `--datadir=${unfinished}`,
      `--tmpdir=${this.tmpdir}`,
      ...productSettings.MySQL,
    ];
    if (product === 'MariaDB') {
      if (!install)
        throw new Error(`${path} is MariaDB, but mariadb-install-db is missing: install the whole server package.`);
      mkdirSync(unfinished);
      command = install;
      args = [
        '--no-defaults',
        `--datadir=${unfinished}`,
        `--tmpdir=${this.tmpdir}`,
        ...asUser(),
        '--auth-root-authentication-method=socket',
        '--skip-test-db',
      ];
    }
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} could not make a database:\n${error ?? (stdout + stderr).trimEnd()}`);
    renameSync(unfinished, this.dataFolder);
  }
}

/** --no-defaults keeps the machine's own configuration out and must come first. */
function firstOptions({ wrapped }) {
  return wrapped ? [] : ['--no-defaults', ...asUser()];
}

function asUser() {
  return process.getuid?.() === 0 ? ['--user=root'] : []; // both servers refuse to run as root unless told so
}

/** Databases that tests make beside the service's own, for what can't be tried there. */
export const testDatabasesSql = "GRANT ALL ON `pay\\_%`.* TO 'pay'@'%';";

/**
 * The service's user has all rights on its own database and those of tests, and none elsewhere. One statement a line,
 * as --init-file wants it.
 */
export function accountSql(password) {
  return [
    'CREATE DATABASE IF NOT EXISTS pay CHARACTER SET utf8mb4;',
    `CREATE USER IF NOT EXISTS 'pay'@'%' IDENTIFIED BY '${password}';`,
    "GRANT ALL ON pay.* TO 'pay'@'%';",
    testDatabasesSql,
    '',
  ].join('\n');
}
