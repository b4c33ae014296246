// The plan of a run. Everything is interleaved: each round measures every case once, in an order that starts with
// another one each time, so that a slow minute of the machine is shared by all. Medians count.
import { audit } from './audit.mjs';
import { cases as allCases } from './cases.mjs';
import { describeMachine, evennessAlone, residentMb } from './machine.mjs';
import { makePayments } from './many-payments.mjs';
import { atRate, atSaturation, commitTime } from './measure.mjs';
import { plannedRates } from './rates.mjs';
import { redisFailures, startGroupSite, startSite } from './site.mjs';
import { tune } from './tune.mjs';

const commitMs = 1_000;
const windowCommitMs = 500;
const warmUpMs = 4_000;
const latencyRounds = { short: 2, full: 5 };
/**
 * So long that one stall of a tenth of a second, which comes every half a minute, is not by itself a hundredth of the
 * requests.
 */
const latencyMs = 10_000;
/** Payments that mixed traffic reads and cancels: so many that none is ever cancelled whole. */
const knownMax = 10_000;
const memoryEverySeconds = 2;
/** Of the machine's time, what its host may give to others before a measurement is made again, and how often at most. */
const stolenMax = 0.03;
const triesMax = 3;

export async function benchmark({ options, sites, tell, startWorker }) {
  const { only, full, rounds, seconds } = options;
  const isMeasured = ({ onlyFull, onlyAsked }) => !onlyAsked && (full || !onlyFull);
  const cases = allCases.filter((testCase) => (only ? only.includes(testCase.id) : isMeasured(testCase)));
  if (cases.length === 0) throw new Error(`--only knows ${allCases.map(({ id }) => id).join(', ')}.`);
  const startedAt = new Date();
  const evenness = evennessAlone();
  await startSites(sites, cases, { tell, millions: options.millions });
  const bench = { sites, load: startWorker('load-generator.mjs'), raw: startWorker('raw-limit.mjs'), connections: 64 };
  await warmUp(bench, cases);
  const tuning = await tune(bench, cases, tell);
  const nothing = () => ({ saturation: [], latency: [], sameRates: new Map(), windows: [] });
  const measured = new Map(cases.map((testCase) => [testCase, nothing()]));
  const commits = [];
  await measureSaturation(bench, { measured, commits, rounds, seconds, tell });
  const ownRounds = full ? latencyRounds.full : Math.min(rounds, latencyRounds.short);
  await measureLatency(bench, { measured, commits, rounds: ownRounds, tell });
  await measureWindows(bench, { measured, windows: options.windows, seconds, tell });
  const resident = options.memorySeconds > 0 ? await residentMemory(bench, options.memorySeconds, tell) : undefined;
  // Last of all: it keeps a database busy for minutes.
  const audits = {};
  for (const [name, site] of Object.entries(sites)) audits[name] = await audit(site);
  audits.peer = await sites.main.peer?.audit();
  const failures = await Promise.all(Object.values(sites).map(redisFailures));
  return {
    startedAt,
    seconds: (Date.now() - startedAt) / 1000,
    options,
    machine: { ...(await describeMachine(sites.main.database, sites.main.stack)), evenness },
    serviceSettings: sites.main.settings,
    tuning,
    connections: bench.connections,
    rawForm: bench.rawForm,
    peer: bench.peer,
    othersShare: shareOfOthers([...measured.values()].flatMap(({ saturation }) => saturation)),
    commitMs: { median: median(commits), all: commits },
    cases: cases.map((testCase) => ({
      ...testCase,
      ...summary(measured.get(testCase)),
      audit: audits[testCase.plain ? 'peer' : (testCase.site ?? 'main')],
    })),
    resident,
    redisFailures: failures.reduce((sum, count) => sum + count, 0),
  };
}

async function startSites(sites, cases, { tell, millions }) {
  tell('Starting the stack, the simulator and the service ...');
  const processes = Math.max(...cases.map(({ processes = 1 }) => processes));
  sites.main = await startSite({ processes, withPeer: cases.some(({ plain }) => plain) });
  if (cases.some(({ site }) => site === 'big')) sites.big = await startBigSite(millions, tell);
  if (cases.some(({ site }) => site === 'group')) sites.group = await startGroupSite();
}

async function measureSaturation(bench, { measured, commits, rounds, seconds, tell }) {
  for (let round = 0; round < rounds; round += 1) {
    commits.push(await commitTime(bench, commitMs));
    for (const [testCase, { saturation }] of rotated([...measured], round)) {
      const result = await undisturbed(() => atSaturation(bench, testCase, seconds * 1000));
      saturation.push(result);
      tell(`round ${round + 1}  (${testCase.id}) ${Math.round(result.perSecond)}/s`);
    }
  }
}

async function measureLatency(bench, { measured, commits, rounds, tell }) {
  const reached = (testCase) => median(measured.get(testCase).saturation.map(({ perSecond }) => perSecond));
  const planned = plannedRates([...measured.keys()], reached);
  for (let round = 0; round < rounds; round += 1) {
    commits.push(await commitTime(bench, commitMs));
    for (const { testCase, rate, name, own } of rotated(planned, round)) {
      const { latency, sameRates } = measured.get(testCase);
      const result = await undisturbed(() => atRate(bench, testCase, rate, latencyMs));
      if (own) latency.push(result);
      if (name) sameRates.set(name, [...(sameRates.get(name) ?? []), result]);
      const p99 = result.latencyMs.p99?.toFixed(1);
      tell(`latency ${round + 1}  (${testCase.id}) p99 ${p99} ms at ${Math.round(rate)}/s`);
    }
  }
}

/**
 * Measures again where the host has given much of the machine to others meanwhile; the least disturbed counts, whatever
 * it showed, and failures in all of them.
 */
async function undisturbed(measure) {
  const results = [];
  while (results.length < triesMax && !results.some(({ stolenShare }) => (stolenShare ?? 0) <= stolenMax)) {
    results.push(await measure());
  }
  const [counts, ...discarded] = results.sort((one, other) => one.stolenShare - other.stolenShare);
  return { ...counts, discarded };
}

/**
 * The tail of (b) at half of its own limit. The machine's speed changes within minutes: the limit, and how long one
 * commit takes, are found anew right before each window, and what the host took meanwhile is kept beside it.
 */
async function measureWindows(bench, { measured, windows, seconds, tell }) {
  const [testCase, { windows: results }] = [...measured].find(([{ id }]) => id === 'b') ?? [undefined, {}];
  for (let window = 0; testCase && window < windows; window += 1) {
    const commitMs = await commitTime(bench, windowCommitMs);
    const limit = await undisturbed(() => atSaturation(bench, testCase, seconds * 1000));
    const rate = limit.perSecond / 2;
    const result = await undisturbed(() => atRate(bench, testCase, rate, latencyMs));
    results.push({ ...result, commitMs, discarded: [...result.discarded, limit, ...limit.discarded] });
    const { p50, p99 } = result.latencyMs;
    tell(`window ${window + 1}  (b) p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms at ${Math.round(rate)}/s`);
  }
}

async function startBigSite(millions, tell) {
  tell(`Making ${millions} million payments in a second database ...`);
  const site = await startSite();
  await makePayments(site.database, site.ids, millions * 1_000_000, (line) => tell(`  ${line}`));
  return site;
}

/** Code is compiled and caches are filled before anything counts; what mixed traffic reads is there afterwards. */
async function warmUp(bench, cases) {
  const used = new Set(cases.map(({ site = 'main' }) => site));
  for (const name of used) {
    const { services } = bench.sites[name];
    await atSaturation(bench, { site: name, processes: services.length }, warmUpMs);
    await atSaturation(bench, { site: name, with: ({ poor }) => ({ users: poor }) }, warmUpMs / 4);
  }
  const { database } = bench.sites.main;
  const [known] = await database.query(
    `SELECT movement_id AS id, partner_id AS partnerId, partner_pay_key AS \`order\`
     FROM payments ORDER BY movement_id LIMIT ${knownMax}`,
  );
  bench.sites.main.known = known;
}

/** (b) for so long, while the memory of the service is watched. */
async function residentMemory(bench, forSeconds, tell) {
  tell(`Watching the service's memory for ${forSeconds} s ...`);
  const mb = [];
  const watch = setInterval(() => mb.push(residentMb(bench.sites.main.service.pid)), memoryEverySeconds * 1000);
  const { perSecond } = await atSaturation(bench, {}, forSeconds * 1000);
  clearInterval(watch);
  return {
    perSecond,
    firstMb: mb[0],
    lastMb: mb.at(-1),
    maxMb: Math.max(...mb),
    everySeconds: memoryEverySeconds,
    mb,
  };
}

/** Of the machine's time, how much programs that have nothing to do with us used. */
function shareOfOthers(results) {
  const shares = results.map(({ othersShare }) => othersShare).filter((share) => share !== null);
  return shares.length > 0 ? { median: median(shares), max: Math.max(...shares) } : null;
}

function rotated(list, by) {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

function summary({ saturation, latency, sameRates, windows }) {
  const all = [...saturation, ...latency, ...windows].flatMap((result) => [result, ...result.discarded]);
  const total = (name) => all.reduce((sum, result) => sum + (result[name] ?? 0), 0);
  const rates = saturation.map(({ perSecond }) => perSecond);
  return {
    perSecond: { median: median(rates), min: Math.min(...rates), max: Math.max(...rates) },
    cpuMsEach: mediansOf(saturation, 'cpuMsEach'),
    latency: latency.length > 0 && atOneRate(latency),
    sameRates: [...sameRates].map(([name, results]) => ({ name, ...atOneRate(results), rounds: results })),
    failed: all.reduce((sum, result) => sum + failuresOf(result), 0),
    dropped: total('dropped'),
    crowd: saturation[0].crowd && crowdOf(saturation),
    rounds: { saturation, latency, windows },
  };
}

/** `perSecond` came in, `answered` were answered. */
function atOneRate(results) {
  return {
    perSecond: results[0].rate,
    answered: median(results.map(({ perSecond }) => perSecond)),
    ...mediansOf(results, 'latencyMs'),
    cpuMsEach: mediansOf(results, 'cpuMsEach'),
  };
}

/** The median of each of the numbers that the results have under this name. */
function mediansOf(results, name) {
  const numbers = Object.keys(results[0][name]);
  return Object.fromEntries(numbers.map((number) => [number, median(results.map((result) => result[name][number]))]));
}

/** What those were answered who asked for top-ups beside the payments, and what the service's memory did meanwhile. */
function crowdOf(rounds) {
  const statuses = {};
  for (const { crowd } of rounds) {
    for (const [status, count] of Object.entries(crowd.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  return {
    statuses,
    unanswered: rounds.reduce((sum, { crowd }) => sum + crowd.unanswered + crowd.broken, 0),
    slowestMs: Math.max(...rounds.map(({ crowd }) => crowd.slowestMs)),
    beforeMb: median(rounds.map(({ beforeMb }) => beforeMb)),
    afterMb: median(rounds.map(({ afterMb }) => afterMb)),
    grownMb: median(rounds.map(({ beforeMb, afterMb }) => afterMb - beforeMb)),
    settledAfterMs: Math.max(...rounds.map(({ settledAfterMs }) => settledAfterMs)),
  };
}

/** Whatever was not answered with a success: refused, broken off, or never answered. */
function failuresOf({ statuses = {}, broken = 0, unanswered = 0 }) {
  const refused = Object.entries(statuses).filter(([status]) => !status.startsWith('2'));
  return refused.reduce((sum, [, count]) => sum + count, broken + unanswered);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
