import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { audit, type Plan, type Result, runCampaign } from './campaign.js';
import { check } from './checker/check.js';
import { type Defect, DEFECTS } from './defects/defects.js';
import { runDefects } from './defects/run-defects.js';
import type { FinalState } from './final-state.js';
import { History } from './history.js';
import { historyFileIn, keepEvidence } from './keep-evidence.js';
import { EVERY_FAULT, FAULTS } from './nemesis.js';
import { ownBuild } from './own-build.js';
import { summaryOf } from './summary.js';
import { FaultSystem } from './system.js';
import { EVERYTHING } from './world.js';

interface Folders {
  /** Where servers may keep their files while they run. */
  readonly data: string;
  /** The compiled service. */
  readonly dist: string;
}

const USAGE = `npm run test:faults -- [options]: the service under crashes, cuts and lies

  --operations <n>       at least so many calls (20000)
  --faults <n>           at least so many faults, spread over them (200)
  --seconds <n>          but no longer than this (300)
  --settle-seconds <n>   how long after the last fault a movement may be open (60)
  --seed <n>             the load and the faults of an earlier run again; their interleaving differs
  --short                700 calls and 14 faults within 30 s, no midnight, and the quickest defects
  --defects              puts defects into the service, which the checker must catch; --defect <name> only some
  --keep                 keeps the history, the rows and the logs, as every run with violations does
  --judge <folder>       judges again what was kept`;

/** Small enough for every `npm test`; without midnight, after which what is unknown takes 40 s. */
const SHORT = {
  operations: 700,
  faults: 14,
  secondsMax: 30,
  lanes: EVERY_FAULT.slice(0, 3).concat({ pauseMs: [200, 800], faults: { bankLies: 1 } }),
};

/** The fault suite as a program. @returns its exit code */
export async function run(args: readonly string[], folders: Folders): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      operations: { type: 'string', default: '20000' },
      faults: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '300' },
      'settle-seconds': { type: 'string', default: '60' },
      short: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      judge: { type: 'string' },
      defects: { type: 'boolean', default: false },
      defect: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.judge !== undefined) return judgeAgain(values.judge);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
  const plan: Plan = {
    seed,
    operations: Number(values.operations),
    faults: Number(values.faults),
    inStep: true,
    secondsMax: Number(values.seconds),
    settleSeconds: Number(values['settle-seconds']),
    mix: EVERYTHING,
    lanes: EVERY_FAULT,
    withWebhooks: true,
    ...(values.short && SHORT),
  };
  return withSystem(folders, async (system, dist) => {
    console.log(`Seed ${seed}\n${system.stack.describe.join('\n')}`);
    const wanted = ({ name }: Defect) => values.defect === undefined || name.includes(values.defect);
    if (values.defects || values.defect !== undefined)
      return runDefects(system, dist, { seed, dataFolder: folders.data }, DEFECTS.filter(wanted));
    const isRight = await runOnce(system, dist, plan, { dataFolder: folders.data, keep: values.keep });
    if (!values.short || !isRight) return isRight;
    const quick = DEFECTS.filter(({ isQuick }) => isQuick);
    return runDefects(system, dist, { seed, dataFolder: folders.data, isShort: true }, quick);
  });
}

async function withSystem(
  folders: Folders,
  work: (system: FaultSystem, dist: string) => Promise<boolean>,
): Promise<number> {
  // The suite kills its servers, so they are always its own.
  delete process.env['DATABASE_URL'];
  delete process.env['REDIS_URL'];
  const system = await FaultSystem.start(folders.data);
  try {
    const dist = ownBuild(folders.dist, system.stack.folder);
    return (await work(system, dist)) ? 0 : 1;
  } finally {
    await system.stop();
  }
}

async function runOnce(
  system: FaultSystem,
  dist: string,
  plan: Plan,
  { dataFolder, keep }: { dataFolder: string; keep: boolean },
): Promise<boolean> {
  await system.begin(dist);
  const result = await runCampaign(system, { ...plan, historyFile: historyFileIn(system) }, FAULTS);
  const all: Result = { ...result, violations: [...result.violations, ...(await audit(system, dist))] };
  console.log(`${summaryOf(all)}\nSeed ${plan.seed}`);
  const isRight = all.violations.length === 0;
  if (!isRight || keep) {
    console.log(`What it rests on: ${keepEvidence(system, all, join(dataFolder, `faults-${plan.seed}`))}`);
  }
  const { history } = all;
  const isComplete = history.sent >= plan.operations && history.faults.length >= plan.faults;
  if (!isComplete)
    console.log(`Time was over before there were ${plan.operations} operations and ${plan.faults} faults`);
  return isRight && isComplete;
}

/** Judges what an earlier run has kept. */
function judgeAgain(folder: string): number {
  const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as FinalState;
  const violations = check(History.read(join(folder, 'history.jsonl')), state);
  console.log(JSON.stringify(violations, null, 1));
  return violations.length > 0 ? 1 : 0;
}
