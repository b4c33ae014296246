import { Redis } from 'ioredis';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolder, projectFolder } from '../prepare.mjs';
import { findDatabase } from '../stack/programs-here.mjs';
import { audit } from './audit.mjs';
import { dump, findTools, replayLogs, restore, runGenerated } from './backup.mjs';
import { DrillLoad } from './load.mjs';
import { asRoot, DrillServers } from './servers.mjs';

/** What is still open is resolved within that, or never. */
const RESOLVED_WITHIN_MS = 60_000;
/** Payments of the lost ones that are sent again. */
const REPEATED_MAX = 20;
const problems = [];

/** Runs the drill and prints its figures. @returns what did not hold */
export async function drill(seconds) {
  const found = findDatabase();
  if (!found) throw new Error('The drill needs a MySQL or MariaDB server program on the PATH.');
  const tools = findTools(found);
  const servers = await DrillServers.in(dataFolder, found);
  try {
    console.log(`${found.product} ${found.version}, ${seconds} s of load before the backup and after it`);
    const { backup, told } = await loseDatabase(servers, tools, seconds);
    await servers.start(servers.second);
    await restoreEverything(servers, tools, backup, told);
    await restoreBackupAlone(servers, tools, backup, told);
  } finally {
    await servers.stop();
  }
  return problems;
}

/** A system under load, a backup of it, more load; then its database is killed, and the service with it. */
async function loseDatabase(servers, tools, seconds) {
  await Promise.all([servers.start(servers.first), servers.start(servers.redis), servers.start(servers.bank)]);
  // Some outcomes are unknown for seconds, so that the backup holds withdrawals that are open.
  await askBank(servers, 'PUT', '/simulator/rules', { rules: [{ fault: 'inProgressThenDone', rate: 0.3 }] });
  const service = await servers.startService('service-first', servers.first);
  const load = new DrillLoad(service.url);
  await load.begin();
  await sleep(seconds * 1000);
  const [backup, backupSeconds] = await timed(() => dump(servers.first, tools, join(servers.folder, 'backup.sql')));
  const backupEndedMs = Date.now();
  await sleep(seconds * 1000);
  await servers.first.kill('SIGKILL');
  await service.kill('SIGKILL');
  await load.end();
  const successes = load.told.filter(isSuccess).length;
  say('backup', `${backupSeconds.toFixed(1)} s, ${(backup.bytes / 2 ** 20).toFixed(1)} MB, while the load went on`);
  say('load', `${load.told.length} requests, ${successes} told Success`);
  const since = load.told.filter((told) => isSuccess(told) && told.askedAtMs > backupEndedMs).length;
  if (since === 0) problems.push('nothing was asked after the backup: there was nothing to lose');
  return { backup, told: load.told };
}

/** The backup and the binary logs: every Success is there, and the bank and we agree. */
async function restoreEverything(servers, tools, backup, told) {
  const [, restoreSeconds] = await timed(() => restore(servers.second, tools, backup));
  const [, replaySeconds] = await timed(() => replayLogs(servers.second, tools, backup, servers.first));
  await withService(servers, 'service-replayed', () => resolved(servers));
  const lost = await lostOf(servers, told);
  const report = await audit(servers.environmentOf(servers.second));
  say('restore', `${restoreSeconds.toFixed(1)} s for the backup, ${replaySeconds.toFixed(1)} s for the binary logs`);
  say('rows', rowsOf(report));
  say('audit', `${report.seconds.toFixed(1)} s, exit code ${report.exitCode}`);
  say('lost', `${lost.length} of what was told Success`);
  if (lost.length > 0) problems.push(`${lost.length} movements are lost although the binary logs were replayed`);
  if (report.exitCode !== 0) problems.push(`the audit finds ${report.violations.length} rows wrong after the replay`);
}

/** The logs are gone, too: what is lost is lost, but it is told truly, and nothing is doubled. */
async function restoreBackupAlone(servers, tools, backup, told) {
  console.log('And without the binary logs:');
  const [, restoreSeconds] = await timed(() => restore(servers.second, tools, backup));
  await runGenerated(servers.second, tools, join(projectFolder, 'deploy/after-restore.sql'));
  const lost = await lostOf(servers, told);
  const takenBefore = await takingsOf(servers);
  const open = await idsOf(servers, "WHERE status = 'PENDING'");
  // Recovery alone: what was open in the backup is resolved, under the ids that the bank knows.
  await withService(servers, 'service-recovering', () => resolved(servers));
  const takings = await takingsOf(servers);
  const unknown = await unknownTakings(servers, takings);
  const report = await audit(servers.environmentOf(servers.second));
  say('restore', `${restoreSeconds.toFixed(1)} s`);
  say('audit', `${report.seconds.toFixed(1)} s, ${rowsOf(report)}`);
  say('open', `${open.size} withdrawals in the backup, which the bank was asked about`);
  say('lost', `${lost.length} of what was told Success since the backup`);
  const won = unknown.reduce((sum, { amount }) => sum + amount, 0);
  say('the bank', `took ${won.toLocaleString('en')} won in ${unknown.length} withdrawals that are gone here`);
  const wrongElsewhere = report.violations.filter(({ check }) => check !== 'bank');
  if (wrongElsewhere.length > 0) problems.push(`the books are wrong: ${JSON.stringify(wrongElsewhere.slice(0, 3))}`);
  const ids = unknown.map(({ bankTranId }) => bankTranId).sort();
  if (JSON.stringify(report.unknownToUs) !== JSON.stringify(ids))
    problems.push(`the audit names ${report.unknownToUs.length} withdrawals that are gone, there are ${ids.length}`);
  if (report.violations.length !== ids.length) problems.push('the audit says more of the bank than what is gone');
  const doubled = doubledBy(takenBefore, takings, open);
  if (doubled.length > 0) problems.push(`recovery took money again: ${JSON.stringify(doubled.slice(0, 3))}`);
  await repeatLost(servers, lost);
}

/** Redis remembers what the database has lost, until it is told to forget; then the same keys pay once more, once. */
async function repeatLost(servers, lost) {
  const payments = lost.filter(({ path }) => path === '/payments').slice(-REPEATED_MAX);
  const idsBefore = new Set(payments.map(({ detail }) => detail.paymentId));
  await withService(servers, 'service-again', async (service) => {
    const load = new DrillLoad(service.url);
    const { length: remembered } = (await each(payments, load)).filter(({ status }) => status === 409);
    await forgetInRedis(servers);
    const left = payments.filter(({ key }) => !load.told.some((told) => told.key === key && isSuccess(told)));
    const paid = await each(left, load);
    const repeated = await each(payments, load);
    say('Redis', `called ${remembered} of ${payments.length} lost payments done; after FLUSHDB they were paid, once`);
    if (!paid.every(isSuccess)) problems.push(`a lost payment can't be paid again: ${JSON.stringify(paid.find((it) => !isSuccess(it)))}`); // prettier-ignore
    if (!repeated.every(({ status }) => status === 409)) problems.push('a payment that was made anew was made twice');
    if (load.told.some((it) => isSuccess(it) && idsBefore.has(it.detail.paymentId)))
      problems.push('the number of a lost payment was given again');
  });
}

async function each(requests, load) {
  const told = [];
  for (const { method, path, body, key } of requests) told.push(await load.send({ method, path, body, key }));
  return told;
}

/** The service on the restored database, for as long as `work` takes. */
async function withService(servers, name, work) {
  const service = await servers.startService(name, servers.second);
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}

/** Waits until nothing is open. */
async function resolved(servers) {
  for (const giveUpAtMs = Date.now() + RESOLVED_WITHIN_MS; ; await sleep(250)) {
    const [{ open }] = await query(servers, "SELECT COUNT(*) AS open FROM movements WHERE status = 'PENDING'");
    if (open === 0) return;
    if (Date.now() > giveUpAtMs) return void problems.push(`${open} movements are still open after a minute`);
  }
}

/** What was told Success and is not in the restored database. */
async function lostOf(servers, told) {
  const rows = await query(servers, "SELECT idempotency_key AS `key` FROM movements WHERE status = 'COMPLETED'");
  const keys = new Set(rows.map(({ key }) => key));
  return told.filter((it) => it.path !== '/users' && isSuccess(it) && !keys.has(it.key));
}

/** What the bank has taken, by its own record, of which the restored database has no row. */
async function unknownTakings(servers, takings) {
  const ours = await idsOf(servers);
  return takings.filter(({ bankTranId }) => !ours.has(bankTranId));
}

/** What the bank took twice, or took lately of what was not open in the backup. */
function doubledBy(before, after, open) {
  const counts = Map.groupBy(after, ({ bankTranId }) => bankTranId);
  const known = new Set(before.map(({ bankTranId }) => bankTranId));
  return [...counts].filter(([id, { length }]) => length > 1 || (!known.has(id) && !open.has(id))).map(([id]) => id);
}

async function idsOf(servers, where = '') {
  const rows = await query(servers, `SELECT bank_tran_id AS id FROM withdrawals ${where}`);
  return new Set(rows.map(({ id }) => id));
}

async function takingsOf(servers) {
  const takings = [];
  for (let after = 0; after !== undefined;) {
    const page = await askBank(servers, 'GET', `/simulator/withdrawals?after=${after}`);
    takings.push(...page.items);
    after = page.nextAfter;
  }
  return takings;
}

async function askBank(servers, method, path, body) {
  const headers = body && { 'content-type': 'application/json' };
  const response = await fetch(servers.bank.url + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`The bank simulator answers ${response.status} to ${path}.`);
  return response.json();
}

function query(servers, statement) {
  return asRoot(servers.second, statement, 'pay');
}

async function forgetInRedis(servers) {
  const redis = new Redis(servers.redis.url);
  await redis.flushdb();
  redis.disconnect();
}

async function timed(work) {
  const startedMs = performance.now();
  const result = await work();
  return [result, (performance.now() - startedMs) / 1000];
}

const isSuccess = ({ code }) => code === 'Success';
const rowsOf = ({ rows }) => Object.entries(rows).map(([table, count]) => `${count} ${table}`).join(', '); // prettier-ignore
const say = (what, words) => console.log(`  ${what.padEnd(9)} ${words}`);
