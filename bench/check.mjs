// A short run for every change: whether the service spends more CPU on a payment than it did. CPU, since wall time is
// the machine's; against the plain peer's in the same run, since other machines, and other minutes, are faster or slower
// for both. What is counted is the thread that serves requests: the compiler's threads have more to do in some runs.
import { cpuGrowthMax, cpuToPeer } from './cases.mjs';
import { mainThreadTimeMs } from './machine.mjs';
import { jobOf } from './measure.mjs';
import { productOf } from './report.mjs';
import { startSite } from './site.mjs';

const people = { users: 500, agreed: 0, poor: 0, partners: 50 };
const peerPoolSize = 16;
const connections = 64;
/** Until most code is compiled for good. */
const warmUpPayments = { service: 10_000, peer: 4_000 };
const slices = 10;
const sliceMs = 400;
/** What is only a bad moment of the machine does not show each time. */
const triesMax = 3;

/** Whether it is at most a fifth more than it was; prints what was seen. */
export async function check({ sites, tell, startWorker }) {
  tell('Starting the stack, the simulator, the service and the plain peer ...');
  sites.main = await startSite({ people, withPeer: true });
  const { service, peer, stack } = sites.main;
  if (mainThreadTimeMs(service.pid) === null) {
    console.log('This system does not say what a thread has used: nothing is checked.');
    return true;
  }
  await peer.setPoolSize(peerPoolSize);
  const load = startWorker('load-generator.mjs');
  const slice = (program) => measure(load, sites.main, program);
  for (let paid = 0; paid < warmUpPayments.service;) paid += (await slice(service)).payments;
  for (let paid = 0; paid < warmUpPayments.peer;) paid += (await slice(peer)).payments;
  const kept = cpuToPeer[productOf(stack)];
  const max = kept * cpuGrowthMax;
  for (let tried = 1; tried <= triesMax; tried += 1) {
    const [ours, peers] = await cpuMsEach(slice, [service, peer]);
    const share = ours / peers;
    console.log(
      `A payment takes ${ours.toFixed(3)} ms of the service's CPU and ${peers.toFixed(3)} ms of the plain peer's: ` +
        `${share.toFixed(3)} (it was ${kept}; at most ${max.toFixed(3)})`,
    );
    if (share <= max) return true;
  }
  return false;
}

/** Of each of the programs, measured in turn. */
async function cpuMsEach(slice, programs) {
  const sums = programs.map(() => ({ payments: 0, cpuMs: 0 }));
  for (let count = 0; count < slices; count += 1) {
    for (const [index, program] of programs.entries()) {
      const { payments, cpuMs } = await slice(program);
      sums[index].payments += payments;
      sums[index].cpuMs += cpuMs;
    }
  }
  return sums.map(({ payments, cpuMs }) => cpuMs / payments);
}

async function measure(load, site, program) {
  const job = { ...jobOf({ plain: program === site.peer }, site), connections, warmUpMs: 0, measureMs: sliceMs };
  const before = mainThreadTimeMs(program.pid);
  const { statuses } = await load.ask('closedLoop', job);
  const { 201: payments, ...others } = statuses;
  if (Object.keys(others).length > 0) throw new Error(`${program.name} answered ${JSON.stringify(statuses)}.`);
  return { payments, cpuMs: mainThreadTimeMs(program.pid) - before };
}
