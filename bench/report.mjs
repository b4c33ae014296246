import { median } from './benchmark.mjs';
import { aims, p99InCommitsMax, residentMbMax, whileBankHangs, windowInCommitsMax } from './cases.mjs';
import { peerHalfLoaded } from './rates.mjs';

const columns = [
  ['', ({ id, title }) => `(${id}) ${title}`],
  ['per second', ({ perSecond }) => whole(perSecond.median)],
  ['min–max', ({ perSecond }) => `${whole(perSecond.min)}–${whole(perSecond.max)}`],
  ['÷ (a)', ({ perSecond }, { a }) => ratio(perSecond, a)],
  ['÷ (b)', ({ perSecond }, { b }) => ratio(perSecond, b)],
  ['p50 ms', ({ latency }) => ms(latency?.p50)],
  ['p99', ({ latency }) => ms(latency?.p99)],
  ['p99.9', ({ latency }) => ms(latency?.p999)],
  ['failed', ({ failed }) => String(failed)],
  ['dropped', ({ dropped }) => String(dropped)],
  ['CPU ms: service', ({ cpuMsEach }) => cpu(cpuMsEach.service)],
  ['database', ({ cpuMsEach }) => cpu(cpuMsEach.database)],
  ['Redis', ({ cpuMsEach }) => cpu(cpuMsEach.redis)],
  ['client', ({ cpuMsEach }) => cpu(cpuMsEach.client)],
  ['half load: service', ({ latency }) => cpu(latency?.cpuMsEach?.service)],
  ['database', ({ latency }) => cpu(latency?.cpuMsEach?.database)],
  ['Redis', ({ latency }) => cpu(latency?.cpuMsEach?.redis)],
  ['audit', ({ audit }) => audit.outcome],
];

/** The one table, what it was measured on, and whether the aims were met. */
export function print(results) {
  const { machine, commitMs, connections, rawForm, peer, cases, resident, othersShare, redisFailures } = results;
  const byId = Object.fromEntries(cases.map((testCase) => [testCase.id, testCase]));
  const rows = [columns.map(([name]) => name), ...cases.map((row) => columns.map(([, value]) => value(row, byId)))];
  console.log(`\n${tableOf(rows)}\n`);
  console.log(
    'per second: median of the rounds, closed loop. Latency: open loop at half of that, from the moment a request was due.',
  );
  console.log('CPU ms: per request, in each process (client: the load generator, or the driver of (a)).\n');
  printSameRates(byId);
  console.log(`${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}`);
  const { slowShare, longestMs } = machine.evenness;
  const [slow, longest] = [Math.round(slowShare * 100), Math.round(longestMs)];
  console.log(
    `Before all that, a program alone on it was slow for ${slow} % of the time, up to ${longest} ms at once.`,
  );
  for (const line of machine.servers) console.log(line);
  const settings = Object.entries(machine.databaseSettings).map(([name, value]) => `${name}=${value}`);
  console.log(settings.join(' '));
  console.log(`One durable commit alone: ${commitMs.median.toFixed(2)} ms. The service: ${connections} connections.`);
  if (rawForm) console.log(`(a): mysql2 ${rawForm.send}, ${rawForm.connections} connections.`);
  if (peer) {
    const { poolSize, connections: wanted } = peer;
    console.log(`The plain wallet: ${poolSize} connections to the database, ${wanted} connections.`);
  }
  if (othersShare) {
    const [usual, most] = [othersShare.median, othersShare.max].map((share) => `${Math.round(share * 100)} %`);
    console.log(`Other programs used ${usual} of the machine meanwhile (median of all measurements; at most ${most}).`);
  }
  console.log(`Redis commands that failed: ${redisFailures}`);
  if (resident) {
    const { firstMb, lastMb, maxMb } = resident;
    console.log(`Resident memory under (b): first ${firstMb} MB, last ${lastMb} MB, highest ${maxMb} MB`);
  }
  for (const { id, crowd } of cases) if (crowd) console.log(`(${id}): ${describeCrowd(crowd)}`);
  for (const { id, audit } of cases) {
    if (audit.outcome !== 'clean') console.log(`Audit after (${id}) ${audit.outcome}: ${audit.said}`);
  }
  console.log();
  for (const line of judgements(results, byId)) console.log(line);
}

/** The service beside the plain wallet, where both were measured. */
function printSameRates({ b, p }) {
  if (!b || !p) return;
  const numbers = ({ answered, p50, p99, p999 }) => [whole(answered), ms(p50), ms(p99), ms(p999)];
  const titles = (id) => [`(${id}) answered`, 'p50 ms', 'p99', 'p99.9'];
  const rows = b.sameRates.map((ours, index) => {
    return [`${ours.name}: ${whole(ours.perSecond)}/s`, ...numbers(ours), ...numbers(p.sameRates[index])];
  });
  console.log(`${tableOf([['at the same rate', ...titles('b'), ...titles('p')], ...rows])}\n`);
}

function describeCrowd({ statuses, slowestMs, beforeMb, afterMb, settledAfterMs }) {
  const answers = Object.entries(statuses).map(([status, count]) => `${status} × ${count}`);
  const [slowest, settled] = [slowestMs, settledAfterMs].map((value) => (value / 1000).toFixed(1));
  return `top-ups beside it were answered ${answers.join(', ')}, the slowest after ${slowest} s; resident memory ${beforeMb} MB before, ${afterMb} MB after; nothing was open ${settled} s after the bank was back.`;
}

function judgements({ machine, resident }, byId) {
  const product = productOf({ describe: machine.servers });
  const lines = [];
  const judge = (what, value, limit, isMet, unit = '') =>
    lines.push(`${isMet ? 'met    ' : 'NOT MET'} ${what}: ${value.toFixed(2)}${unit} (${limit}${unit})`);
  for (const { of, to, atLeast } of aims) {
    if (!byId[of] || !byId[to]) continue;
    const wanted = atLeast[product] ?? atLeast;
    const value = byId[of].perSecond.median / byId[to].perSecond.median;
    judge(`(${of}) ÷ (${to})`, value, `at least ${wanted}`, value >= wanted);
  }
  if (byId.b) {
    const windows = byId.b.rounds.windows.map(({ latencyMs, commitMs }) => latencyMs.p99 / commitMs);
    const [usual, highest, max] = [median(windows), Math.max(...windows), p99InCommitsMax[product]];
    lines.push(
      `p99 of (b) at half load, by window, in commits: ${windows.map((value) => value.toFixed(0)).join(', ')}`,
    );
    judge('the median of them', usual, `at most ${max}`, usual <= max, ' commits');
    judge('the highest', highest, `at most ${windowInCommitsMax}`, highest <= windowInCommitsMax, ' commits');
  }
  if (byId.b && byId.p) {
    const [ours, peers] = [byId.b, byId.p].map(({ sameRates }) =>
      sameRates.find(({ name }) => name === peerHalfLoaded),
    );
    judge('p99 of (b) ÷ (p) while (p) is half loaded', ours.p99 / peers.p99, 'below 1', ours.p99 < peers.p99);
  }
  if (byId.i) {
    const { statuses, unanswered, slowestMs, grownMb } = byId.i.crowd;
    const others = Object.entries(statuses).filter(([status]) => !whileBankHangs.statuses.includes(status));
    const wrong = others.reduce((sum, [, count]) => sum + count, unanswered);
    const { slowestMsMax, grownMbMax } = whileBankHangs;
    judge(`top-ups not answered ${whileBankHangs.statuses.join(' or ')}`, wrong, 'at most 0', wrong === 0);
    judge('slowest top-up', slowestMs, `below ${slowestMsMax}`, slowestMs < slowestMsMax, ' ms');
    judge('memory grown while the bank hung', grownMb, `at most ${grownMbMax}`, grownMb <= grownMbMax, ' MB');
  }
  if (resident)
    judge('resident memory', resident.maxMb, `at most ${residentMbMax}`, resident.maxMb <= residentMbMax, ' MB');
  return lines;
}

/** Whose database it is; `describe` is what a stack says of its servers. */
export const productOf = ({ describe }) => (describe[0].includes('MariaDB') ? 'MariaDB' : 'MySQL');

function tableOf(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return [line(rows[0]), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.slice(1).map(line)].join('\n');
}

const whole = (value) => String(Math.round(value));
const ratio = (rate, to) => (to ? (rate.median / to.perSecond.median).toFixed(2) : '');
const ms = (value) => (typeof value === 'number' ? value.toFixed(1) : '');
const cpu = (value) => (value ? value.toFixed(3) : '');
