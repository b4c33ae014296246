// What the numbers were measured on, and what the processes use of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

const settings = [
  ...['version', 'version_comment', 'innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'binlog_format'],
  ...['innodb_doublewrite', 'innodb_buffer_pool_size', 'innodb_flush_method', 'transaction_isolation'],
];

export async function describeMachine(database, stack) {
  const [rows] = await database.query(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)`, [settings]);
  const [{ model } = {}] = cpus();
  return {
    cpu: `${cpus().length} × ${model?.trim()}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    servers: stack.describe,
    databaseSettings: Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value])),
  };
}

const evenness = { forMs: 5_000, steps: 30_000, slowFrom: 1.7, apartMs: 20 };

/**
 * How evenly the machine runs a program that is alone on it and does nothing but touch memory, in slices of half a
 * millisecond: the share of the time in which they take 1.7 times as long as usual, and the longest such stretch. What
 * runs on it cannot be more even than that.
 */
export function evennessAlone() {
  const numbers = new Float64Array(2 ** 22); // 32 MB: more than a processor keeps for itself
  const slices = [];
  let place = 0;
  for (const startedAt = performance.now(); performance.now() - startedAt < evenness.forMs;) {
    const from = performance.now();
    for (let step = 0; step < evenness.steps; step += 1) {
      place = (Math.imul(place, 1_103_515_245) + 12_345) & (numbers.length - 1);
      numbers[place] += 1;
    }
    slices.push({ from, ms: performance.now() - from });
  }
  const usual = slices.map(({ ms }) => ms).sort((a, b) => a - b)[slices.length >> 1];
  const stretches = [];
  for (const { from, ms } of slices.filter((slice) => slice.ms > evenness.slowFrom * usual)) {
    const last = stretches.at(-1);
    if (last && from - last.until < evenness.apartMs) last.until = from + ms;
    else stretches.push({ from, until: from + ms });
  }
  const lengths = stretches.map(({ from, until }) => until - from);
  return { slowShare: sum(lengths) / evenness.forMs, longestMs: Math.max(0, ...lengths) };
}

/**
 * CPU time that a process has used so far, in ms; null where the system does not say (it is not Linux, or the process
 * is in a container).
 */
export function cpuTimeMs(pid) {
  const file = `/proc/${pid}/stat`;
  if (pid === undefined || !existsSync(file)) return null;
  const [userTicks, systemTicks] = readFileSync(file, 'utf8').split(') ').at(-1).split(' ').slice(11, 13);
  return (Number(userTicks) + Number(systemTicks)) * 10; // a tick is 1/100 s on every Linux
}

/** The same of the process' first thread alone, and to the microsecond: the one that runs JavaScript. */
export function mainThreadTimeMs(pid) {
  const file = `/proc/${pid}/task/${pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : null;
}

/** Resident memory of a process, in MB. */
export function residentMb(pid) {
  return Math.round(Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024);
}

/**
 * CPU time that the whole machine has used so far, and what of it was given to other machines of its host (`stolen`),
 * in ms; null where the system does not say.
 */
function machineTimes() {
  if (!existsSync('/proc/stat')) return null;
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  return { used: (user + nice + system + irq + softirq + steal) * 10, stolen: steal * 10 };
}

/**
 * Measures the CPU time that each of the processes `{ name: pids }` uses while `work` runs, and the shares of the
 * machine that all others use meanwhile and that other machines were given: where that is much, the measurement is
 * worth little.
 */
export async function withCpuTimes(processes, work) {
  const startedAt = performance.now();
  const used = () => Object.entries(processes).map(([name, pids]) => [name, sum(pids.map(cpuTimeMs))]);
  const before = new Map(used());
  const machineBefore = machineTimes();
  const result = await work();
  const cpuMs = Object.fromEntries(used().map(([name, after]) => [name, after - before.get(name)]));
  const capacityMs = (performance.now() - startedAt) * cpus().length;
  if (machineBefore === null) return { result, cpuMs, othersShare: null, stolenShare: null };
  const machineAfter = machineTimes();
  const ofOthersMs = machineAfter.used - machineBefore.used - sum(Object.values(cpuMs));
  return {
    result,
    cpuMs,
    othersShare: Math.max(0, ofOthersMs / capacityMs),
    stolenShare: (machineAfter.stolen - machineBefore.stolen) / capacityMs,
  };
}

const sum = (numbers) => numbers.reduce((total, value) => total + (value ?? 0), 0);
