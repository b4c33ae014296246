import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { audit, type Plan, runCampaign } from '../campaign.js';
import type { Violation } from '../checker/violation.js';
import { historyFileIn, keepEvidence } from '../keep-evidence.js';
import type { Lane } from '../nemesis.js';
import { ownBuild } from '../own-build.js';
import { summaryOf } from '../summary.js';
import { EVERYTHING } from '../world.js';
import { ClusterSystem } from './cluster-system.js';
import { FAILOVER_FAULTS, type FailoverFault } from './faults.js';
import { Prober } from './prober.js';
import { failingsOf, reportOf } from './report.js';

const USAGE = `npm run test:failover -- [options]: the service while its stores fail over

  --way <router|hosts>  how it gets to the primary: through MySQL Router, or by DATABASE_URL with all three (router)
  --rounds <n>          how often each fault happens (3)
  --operations <n>      at least so many calls (20000)
  --seconds <n>         but no longer than this (1200)
  --only <fault,...>    only these faults
  --set <name=value>    a setting of the group's (member-expel-timeout=0), as often as need be
  --seed <n>            the load and the faults of an earlier run again; their interleaving differs
  --short               one round of all but the frozen, some two minutes
  --keep                keeps the history, the rows and the logs, as every run with violations does`;

/** What the engine takes ten seconds and more for, twice, is left to the full form. */
const LEFT_OUT_IN_SHORT: readonly FailoverFault[] = ['primaryFrozen', 'secondaryFrozen'];
const SETTLE_SECONDS = 60;

/** The failover suite as a program. @returns its exit code */
export async function run(args: readonly string[], folders: { data: string; dist: string }): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      way: { type: 'string', default: 'router' },
      rounds: { type: 'string', default: '3' },
      operations: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '1200' },
      only: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || !['router', 'hosts'].includes(values.way)) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  delete process.env['DATABASE_URL']; // the suite kills its servers, so they are always its own
  delete process.env['REDIS_URL'];
  const system = await ClusterSystem.start({
    dataFolder: folders.data,
    withRouter: values.way === 'router',
    settings: Object.fromEntries(values.set.map((it) => it.split('=') as [string, string])),
  });
  try {
    const wanted = values.only?.split(',') ?? Object.keys(FAILOVER_FAULTS);
    const possible = wanted.filter((name) => isPossible(name as FailoverFault, system, values.short));
    const rounds = values.short ? 1 : Number(values.rounds);
    const plan: Plan = {
      seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed),
      operations: values.short ? 3_000 : Number(values.operations),
      faults: rounds * possible.length,
      inStep: false,
      perSecondMax: 60,
      secondsMax: Number(values.seconds),
      settleSeconds: SETTLE_SECONDS,
      mix: EVERYTHING,
      lanes: [laneOf(possible)],
      withWebhooks: true,
    };
    console.log(`Seed ${plan.seed}\n${system.cluster.describe.join('\n')}`);
    return (await attempt(system, plan, { ...folders, keep: values.keep })) ? 0 : 1;
  } finally {
    await system.stop();
  }
}

function isPossible(name: FailoverFault, { cluster }: ClusterSystem, isShort: boolean): boolean {
  if (name === 'routerKilled') return cluster.router !== null;
  if (name === 'primaryCutOff') return cluster.network !== null;
  return !(isShort && LEFT_OUT_IN_SHORT.includes(name));
}

/** The service has come back from one fault before the next: else nobody knew which it was silent after. */
const laneOf = (names: readonly string[]): Lane<string> => ({
  pauseMs: [5_000, 8_000],
  faults: Object.fromEntries(names.map((name) => [name, 1])),
  inRounds: true,
});

async function attempt(
  system: ClusterSystem,
  plan: Plan,
  folders: { data: string; dist: string; keep: boolean },
): Promise<boolean> {
  const dist = ownBuild(folders.dist, system.cluster.folder);
  await system.begin(dist);
  const { group } = system.cluster;
  const prober = new Prober();
  await prober.start({ members: group.members, primary: await group.getPrimary() });
  const result = await runCampaign(system, { ...plan, historyFile: historyFileIn(system) }, FAILOVER_FAULTS);
  await prober.stop();
  const audited = await audit(system, dist);
  await system.end(); // from now on nobody writes
  const all = { ...result, violations: [...result.violations, ...audited, ...(await differences(system))] };
  const { history, violations } = all;
  const failings = failingsOf(history, prober.committedMs);
  console.log(`${summaryOf(all)}\n${reportOf(history, prober.committedMs)}\n`);
  console.log(`Answers of 500: ${failings.status500}, later than 10 s: ${failings.late}\nSeed ${plan.seed}`);
  const isRight = violations.length === 0 && Object.values(failings).every((count) => count === 0);
  if (!isRight || folders.keep) {
    const kept = keepEvidence(system, all, join(folders.data, `failover-${plan.seed}`));
    for (const { logFile } of [...group.members, ...(system.cluster.router ? [system.cluster.router] : [])])
      cpSync(logFile, join(kept, `${basename(dirname(logFile))}.log`));
    console.log(`What it rests on: ${kept}`);
  }
  const isComplete = history.sent >= plan.operations && history.faults.length >= plan.faults;
  if (!isComplete)
    console.log(`Time was over before there were ${plan.operations} operations and ${plan.faults} faults`);
  return isRight && isComplete;
}

async function differences(system: ClusterSystem): Promise<Violation[]> {
  const found = await system.cluster.group.findDifferences('pay');
  return found.map((text) => ({ rule: 'all members hold the same', text, operations: [] }));
}
