// What is found before anything counts: each of those that are compared is measured as it is fastest.
import { jobOf, rawJob, warmUpMs } from './measure.mjs';

const searchMs = 1_500;
const rawConnections = [8, 16, 32, 64];
const serviceConnections = [64, 128, 256];
const poolSizes = [8, 16, 32, 64];
/** After its start, until its code is compiled. */
const peerWarmUpMs = 2_000;

/** Sets the `rawForm`, the `connections` that saturate the service, and the `peer`'s pool and connections. */
export async function tune(bench, cases, tell) {
  const tried = { raw: [], service: [], peer: [] };
  if (cases.some(({ raw }) => raw)) {
    tried.raw = await tryRaw(bench);
    const { send, connections } = best(tried.raw);
    bench.rawForm = { send, connections };
    tell(`(a) is fastest by ${send} on ${connections} connections`);
  }
  for (const connections of serviceConnections)
    tried.service.push({ connections, ...(await saturate(bench, {}, connections)) });
  bench.connections = best(tried.service).connections;
  tell(`the service is saturated by ${bench.connections} connections`);
  if (cases.some(({ plain }) => plain)) {
    tried.peer = await tryPeer(bench);
    bench.peer = bestOfPeer(tried.peer);
    const { poolSize, connections } = bench.peer;
    await bench.sites.main.peer.setPoolSize(poolSize);
    await saturate(bench, { plain: true }, connections, peerWarmUpMs);
    tell(`the plain wallet is fastest with ${poolSize} connections to the database, saturated by ${connections}`);
  }
  return tried;
}

async function tryRaw(bench) {
  const tried = [];
  for (const send of ['query', 'execute']) {
    for (const connections of rawConnections) {
      const job = { ...rawJob(bench.sites.main), send, connections, warmUpMs, measureMs: searchMs };
      tried.push({ send, connections, ...(await bench.raw.ask('payments', job)) });
    }
  }
  return tried;
}

async function tryPeer(bench) {
  const tried = [];
  for (const poolSize of poolSizes) {
    await bench.sites.main.peer.setPoolSize(poolSize);
    await saturate(bench, { plain: true }, serviceConnections[0], peerWarmUpMs);
    for (const connections of serviceConnections)
      tried.push({ poolSize, connections, ...(await saturate(bench, { plain: true }, connections)) });
  }
  return tried;
}

/** The pool that is fastest over all numbers of connections, since one measurement is short; and its best of those. */
function bestOfPeer(tried) {
  const reached = (poolSize) =>
    tried.filter((one) => one.poolSize === poolSize).reduce((sum, one) => sum + one.perSecond, 0);
  const poolSize = poolSizes.reduce((a, b) => (reached(b) > reached(a) ? b : a));
  const { connections } = best(tried.filter((one) => one.poolSize === poolSize));
  return { poolSize, connections };
}

const saturate = (bench, testCase, connections, measureMs = searchMs) =>
  bench.load.ask('closedLoop', { ...jobOf(testCase, bench.sites.main), connections, measureMs });

const best = (results) => results.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
