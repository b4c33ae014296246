import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findToolOf } from '../stack/programs-here.mjs';
import { asRoot } from './servers.mjs';

/** Names of MariaDB first: it answers to MySQL's, too, and says that it shouldn't be called so. */
const TOOLS = {
  dump: ['mariadb-dump', 'mysqldump'],
  client: ['mariadb', 'mysql'],
  binlog: ['mariadb-binlog', 'mysqlbinlog'],
};
/** What the two call the option that writes the position in the binary log into the dump. */
const POSITION_OPTION = { MySQL: '--source-data=2', MariaDB: '--master-data=2' };
const POSITION = /(?:SOURCE|MASTER)_LOG_FILE='([^']+)', (?:SOURCE|MASTER)_LOG_POS=(\d+)/;
const HEAD_BYTES = 16_384;

/** The database's own programs; throws with the names of those that are missing. */
export function findTools(found) {
  const tools = Object.entries(TOOLS).map(([tool, names]) => [tool, findToolOf(found, names)]);
  const missing = tools.filter(([, path]) => !path).map(([tool]) => TOOLS[tool].at(-1));
  if (missing.length > 0)
    throw new Error(`The drill needs ${missing.join(', ')} of ${found.product} ${found.version} on the PATH.`);
  return Object.fromEntries(tools);
}

/** A consistent copy while the service goes on, and the place in the binary log that it is of. */
export async function dump(server, tools, file) {
  const options = ['--single-transaction', POSITION_OPTION[server.found.product], '--hex-blob', '--no-tablespaces'];
  if (server.found.product === 'MySQL') options.push('--set-gtid-purged=OFF');
  const child = run(tools.dump, [...loginOf(server), ...options, 'pay'], ['ignore', 'pipe', 'pipe']);
  await Promise.all([pipeline(child.stdout, createWriteStream(file)), child.ended]);
  const [, log, position] = POSITION.exec(headOf(file)) ?? [];
  if (!log) throw new Error('The dump does not say where in the binary log it was taken.');
  return { file, bytes: statSync(file).size, log, position };
}

/** Replaces whatever the server has by what is in the dump. */
export async function restore(server, tools, { file }) {
  await asRoot(server, 'DROP DATABASE pay');
  await asRoot(server, 'CREATE DATABASE pay CHARACTER SET utf8mb4');
  const child = run(tools.client, [...loginOf(server), 'pay'], ['pipe', 'ignore', 'pipe']);
  await Promise.all([pipeline(createReadStream(file), child.stdin), child.ended]);
}

/** Everything that the lost server committed after the backup, from its binary logs. */
export async function replayLogs(server, tools, { log, position }, lost) {
  const logs = readdirSync(lost.dataFolder)
    .filter((name) => /^binlog\.\d+$/.test(name) && name >= log)
    .sort();
  const files = logs.map((name) => join(lost.dataFolder, name));
  const reader = run(
    tools.binlog,
    ['--no-defaults', '--disable-log-bin', `--start-position=${position}`, '--database=pay', ...files],
    ['ignore', 'pipe', 'pipe'],
  );
  const writer = run(tools.client, [...loginOf(server), '--binary-mode', 'pay'], ['pipe', 'ignore', 'pipe']);
  await Promise.all([pipeline(reader.stdout, writer.stdin), reader.ended, writer.ended]);
}

/** Runs a file of statements that writes statements, and then those: `mysql pay < file | mysql pay`. */
export async function runGenerated(server, tools, file) {
  const login = [...loginOf(server), '--skip-column-names', 'pay'];
  const first = run(tools.client, login, ['pipe', 'pipe', 'pipe']);
  const second = run(tools.client, login, ['pipe', 'ignore', 'pipe']);
  await Promise.all([
    pipeline(createReadStream(file), first.stdin),
    pipeline(first.stdout, second.stdin),
    first.ended,
    second.ended,
  ]);
}

const loginOf = ({ socket }) => ['--no-defaults', '--user=root', `--socket=${socket}`];

function run(command, args, stdio) {
  const child = spawn(command, args, { stdio });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.trim().split('\n').slice(-5).join('\n')}`);
  });
  return Object.assign(child, { ended });
}

function headOf(file) {
  const head = Buffer.alloc(HEAD_BYTES);
  return head.toString('utf8', 0, readSync(openSync(file, 'r'), head, 0, HEAD_BYTES, 0));
}
