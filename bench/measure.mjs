// One measurement of one case: at saturation, or at a fixed rate.
import { residentMb, withCpuTimes } from './machine.mjs';
import { portOf, setBankHanging, setBankLatency, untilSettled } from './site.mjs';

export const warmUpMs = 700;
/**
 * A fixed rate goes on for so long before it is measured: V8 throws compiled code away when hundreds of connections are
 * closed and opened, as nobody does in production, and makes it anew within seconds.
 */
const rateWarmUpMs = 6_000;
/** Latency is measured with connections to spare: a request must not wait for one. */
const openLoopConnections = 512;
let measurements = 0;

/** `bench` holds the `sites`, the `load` generator, the `raw` driver, and what `tune` (tune.mjs) has found. */
export async function atSaturation(bench, testCase, wantedMs) {
  const site = siteOf(bench, testCase);
  const measureMs = Math.max(wantedMs, (testCase.secondsMin ?? 0) * 1000);
  const work = testCase.raw
    ? () => bench.raw.ask('payments', { ...rawJob(site), ...bench.rawForm, warmUpMs, measureMs })
    : () =>
        bench.load.ask('closedLoop', {
          ...jobOf(testCase, site),
          connections: connectionsOf(bench, testCase),
          measureMs,
        });
  await prepare(site, testCase);
  const measured = () => withCpuTimes(processesOf(bench, testCase, site), work);
  const { result, cpuMs, ...shares } = testCase.bankHangs ? await whileBankHangs(site, measured) : await measured();
  return { ...result, cpuMsEach: cpuMsEach(cpuMs, result.perSecond, warmUpMs + measureMs), ...shares };
}

function cpuMsEach(cpuMs, perSecond, ms) {
  const requests = perSecond * (ms / 1000);
  return Object.fromEntries(Object.entries(cpuMs).map(([name, used]) => [name, used / requests]));
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
  const work = () => bench.load.ask('openLoop', job);
  const { result, cpuMs, ...shares } = await withCpuTimes(processesOf(bench, testCase, site), work);
  const each = cpuMsEach(cpuMs, result.perSecond, rateWarmUpMs + measureMs);
  return { rate: perSecond, ...result, cpuMsEach: each, ...shares };
}

export function commitTime(bench, measureMs) {
  return bench.raw.ask('commitTime', { databaseUrl: bench.sites.main.stack.databaseUrl, measureMs });
}

const connectionsOf = ({ connections, peer }, { plain }) => (plain ? peer.connections : connections);
const siteOf = ({ sites }, testCase) => sites[testCase.site ?? 'main'];
const servicesOf = ({ plain, processes = 1 }, site) => (plain ? [site.peer] : site.services.slice(0, processes));
const newTag = () => `${process.pid.toString(36)}${(measurements++).toString(36)}`;

async function prepare(site, { bankMs = 0 }) {
  if (site.bankMs !== bankMs) await setBankLatency(site, bankMs);
  site.bankMs = bankMs;
}

export function jobOf(testCase, site) {
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

export function rawJob({ stack, ids }) {
  const { users, partners, mainAccountOf, payableAccountOf } = ids;
  const accounts = { main: mainAccountOf(users.first), payable: payableAccountOf(partners.first) };
  return { databaseUrl: stack.databaseUrl, tag: newTag(), users, partners, accounts };
}

function processesOf({ load, raw }, testCase, site) {
  const asked = testCase.raw ? [] : servicesOf(testCase, site);
  const resting = [...site.services, site.peer].filter((program) => program && !asked.includes(program));
  const pids = (programs) => programs.map(({ pid }) => pid);
  return {
    ...(!testCase.raw && { service: pids(asked) }),
    ...{ database: [site.stack.database.pid], redis: [site.stack.redis.pid], bank: [site.simulator.pid] },
    client: [testCase.raw ? raw.pid : load.pid],
    resting: pids(resting),
  };
}
