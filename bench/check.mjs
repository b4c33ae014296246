// A short run for every change: whether the service spends more CPU on a payment than it did. CPU, since wall time is
// the machine's; against the plain wallet's in the same run, since other machines, and other minutes, are faster or
// slower for both. Of the thread that serves requests: the compiler's threads have more to do in some runs.
import { cpus } from 'node:os';
import { cpuGrowthMax, cpuToPeer } from './cases.mjs';
import { mainThreadTimeMs, withCpuTimes } from './machine.mjs';
import { jobOf } from './measure.mjs';
import { productOf } from './report.mjs';
import { startSite } from './site.mjs';

const people = { users: 500, agreed: 0, poor: 0, partners: 50 };
const connections = 64;
/** Until most code is compiled for good: before, a payment takes up to a half more. */
const warmUpPayments = { service: 15_000, peer: 3_000 };
const slicesEach = 10;
const sliceMs = 400;
/** What is only a bad moment of the machine does not show each time. */
const triesMax = 3;
/** Where others use more of the machine, they cost the service more than the peer: docs/decisions/0011. */
const othersShareMax = 0.3;

/** Whether it is at most a fifth more than it was, or can't be told; prints what was seen. */
export async function check({ sites, tell, startWorker }) {
  tell('Starting the stack, the simulator, the service and the plain wallet ...');
  sites.main = await startSite({ people, withPeer: true });
  const { service, peer, stack } = sites.main;
  if (mainThreadTimeMs(service.pid) === null) {
    console.log('This system does not say what a thread has used: nothing is checked.');
    return true;
  }
  const loads = [startWorker('load-generator.mjs'), startWorker('load-generator.mjs')];
  const slices = {
    service: () => measure(loads[0], sites.main, service),
    peer: () => measure(loads[1], sites.main, peer),
  };
  await Promise.all(Object.entries(warmUpPayments).map(([name, enough]) => warmUp(slices[name], enough)));
  const pids = [...loads, service, peer, stack.database, stack.redis].map(({ pid }) => pid);
  // Whoever else made them: nothing is known of theirs.
  const maker = cpus()[0].model.includes('AMD') ? 'AMD' : 'Intel';
  return judge(cpuToPeer[productOf(stack)][maker], () =>
    withCpuTimes({ ours: pids }, () => cpuMsEach([slices.service, slices.peer])),
  );
}

/** Passes once it is as it was. What is more counts on a machine that is ours alone. */
async function judge(kept, measured) {
  let isMore = false;
  for (let tried = 1; tried <= triesMax; tried += 1) {
    const { result, othersShare } = await measured();
    const [ours, peers] = result;
    const max = kept * cpuGrowthMax;
    console.log(
      `A payment takes ${ours.toFixed(3)} ms of the service's CPU and ${peers.toFixed(3)} ms of the plain wallet's: ` +
        `${(ours / peers).toFixed(3)} (it was ${kept}; at most ${max.toFixed(3)}). ` +
        `Other programs used ${Math.round(othersShare * 100)} % of the machine.`,
    );
    if (ours / peers <= max) return true;
    isMore ||= othersShare <= othersShareMax;
  }
  if (!isMore) console.log('The machine is too busy to tell whether that is more than it was: nothing is judged.');
  return !isMore;
}

async function warmUp(slice, enough) {
  let paid = 0;
  while (paid < enough) paid += (await slice()).payments;
}

/** Of each of the programs, measured in turn. */
async function cpuMsEach(slices) {
  const sums = slices.map(() => ({ payments: 0, cpuMs: 0 }));
  for (let count = 0; count < slicesEach; count += 1) {
    for (const [index, slice] of slices.entries()) {
      const { payments, cpuMs } = await slice();
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
  const cpuMs = mainThreadTimeMs(program.pid) - before;
  const { 201: payments = 0, 503: late = 0, ...others } = statuses;
  // A machine that is very busy makes some late; whatever else is answered, a payment is not what is measured.
  if (Object.keys(others).length > 0) throw new Error(`${program.name} answered ${JSON.stringify(statuses)}.`);
  return late > 0 ? { payments: 0, cpuMs: 0 } : { payments, cpuMs };
}
