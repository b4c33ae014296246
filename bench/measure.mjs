// One measurement of one case: at saturation, or at a fixed rate.
import { residentMb, withCpuTimes } from './machine.mjs';
import { portOf, setBankHanging, setBankLatency, untilSettled } from './site.mjs';

const warmUpMs = 700;
const searchMs = 1_500;
/**
 * A fixed rate goes on for so long before it is measured: V8 throws compiled code away when hundreds of connections are
 * closed and opened, as nobody does in production, and makes it anew within seconds.
 */
const rateWarmUpMs = 6_000;
/** Latency is measured with connections to spare: a request must not wait for one. */
const openLoopConnections = 512;
let measurements = 0;

/** `bench` holds the `sites`, the `load` generator, the `raw` driver, and what `tune` has found. */
export async function atSaturation(bench, testCase, wantedMs) {
  const site = siteOf(bench, testCase);
  const measureMs = Math.max(wantedMs, (testCase.secondsMin ?? 0) * 1000);
  const work = testCase.raw
    ? () => bench.raw.ask('payments', { ...rawJob(site), ...bench.rawForm, warmUpMs, measureMs })
    : () => bench.load.ask('closedLoop', { ...jobOf(testCase, site), connections: bench.connections, measureMs });
  await prepare(site, testCase);
  const measured = () => withCpuTimes(processesOf(bench, testCase, site), work);
  const { result, cpuMs, othersShare } = testCase.bankHangs ? await whileBankHangs(site, measured) : await measured();
  const requests = result.perSecond * ((warmUpMs + measureMs) / 1000);
  const cpuMsEach = Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, ms / requests]));
  return { ...result, cpuMsEach, othersShare };
}

/** Adds to the result what the bank's hanging did to the service; afterwards all is settled again. */
async function whileBankHangs(site, measured) {
  await setBankHanging(site, true);
  const beforeMb = residentMb(site.service.pid);
  const { result, ...others } = await measured();
  const afterMb = residentMb(site.service.pid);
  await setBankHanging(site, false);
  return { ...others, result: { ...result, beforeMb, afterMb, settledAfterMs: await untilSettled(site) } };
}

export async function atRate(bench, testCase, perSecond, measureMs) {
  const site = siteOf(bench, testCase);
  await prepare(site, testCase);
  const job = {
    ...jobOf(testCase, site),
    connections: openLoopConnections,
    warmUpMs: rateWarmUpMs,
    perSecond,
    measureMs,
  };
  return { rate: perSecond, ...(await bench.load.ask('openLoop', job)) };
}

export function commitTime(bench, measureMs) {
  return bench.raw.ask('commitTime', { databaseUrl: bench.sites.main.stack.databaseUrl, measureMs });
}

/**
 * Finds the form and the concurrency at which the raw driver is fastest, and the connections that saturate the service.
 */
export async function tune(bench, cases, tell) {
  const { main } = bench.sites;
  const tried = { raw: [], service: [] };
  if (cases.some(({ raw }) => raw)) {
    for (const send of ['query', 'execute']) {
      for (const connections of [8, 16, 32, 64]) {
        const job = { ...rawJob(main), send, connections, warmUpMs, measureMs: searchMs };
        tried.raw.push({ send, connections, ...(await bench.raw.ask('payments', job)) });
      }
    }
    const { send, connections } = best(tried.raw);
    bench.rawForm = { send, connections };
    tell(`(a) is fastest by ${send} on ${connections} connections`);
  }
  for (const connections of [64, 128, 256]) {
    const job = { ...jobOf({}, main), connections, measureMs: searchMs };
    tried.service.push({ connections, ...(await bench.load.ask('closedLoop', job)) });
  }
  bench.connections = best(tried.service).connections;
  tell(`the service is saturated by ${bench.connections} connections`);
  return tried;
}

const best = (results) => results.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
const siteOf = ({ sites }, testCase) => sites[testCase.site ?? 'main'];
const servicesOf = ({ processes = 1 }, site) => site.services.slice(0, processes);
const newTag = () => `${process.pid.toString(36)}${(measurements++).toString(36)}`;

async function prepare(site, { bankMs = 0 }) {
  if (site.bankMs !== bankMs) await setBankLatency(site, bankMs);
  site.bankMs = bankMs;
}

function jobOf(testCase, site) {
  const { users, poor, partners, mainAccounts } = site.ids;
  const ids = {
    users,
    poor,
    partners,
    mainAccounts,
    ...testCase.with?.(site.ids),
    known: testCase.kind === 'mixed' ? site.known : [],
  };
  const trafficOf = (kind) => ({ kind, tag: newTag(), keys: site.keys, ...ids });
  return {
    ports: servicesOf(testCase, site).map(portOf),
    warmUpMs,
    traffic: trafficOf(testCase.kind ?? 'payments'),
    ...(testCase.crowd && { crowd: { ...testCase.crowd, traffic: trafficOf('charges') } }),
  };
}

function rawJob({ stack, ids }) {
  const { users, partners, mainAccountOf, payableAccountOf } = ids;
  const accounts = { main: mainAccountOf(users.first), payable: payableAccountOf(partners.first) };
  return { databaseUrl: stack.databaseUrl, tag: newTag(), users, partners, accounts };
}

function processesOf({ load, raw }, testCase, site) {
  const servers = { database: [site.stack.database.pid], redis: [site.stack.redis.pid], bank: [site.simulator.pid] };
  return testCase.raw
    ? { ...servers, client: [raw.pid] }
    : { service: servicesOf(testCase, site).map(({ pid }) => pid), ...servers, client: [load.pid] };
}
