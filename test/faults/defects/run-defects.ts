import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, type Result, runCampaign } from '../campaign.js';
import { historyFileIn, keepEvidence } from '../keep-evidence.js';
import { FAULTS } from '../nemesis.js';
import type { FaultSystem } from '../system.js';
import type { Defect } from './defects.js';
import { type AimedPlan, type PlanName, PLANS } from './plans.js';
import { type Verdict, verdictOnDefect, verdictOnPlain } from './verdict.js';

const SETTLE_SECONDS = 20;

export interface DefectOptions {
  readonly seed: number;
  /** Where the evidence of what is seen without a defect is kept. */
  readonly dataFolder: string;
  readonly isShort?: boolean;
}

/**
 * Tests the checker: each defect is put into a copy of the compiled service and must be seen under its plan, and under
 * the same plan nothing may be seen without it; the short form leaves that out. @returns whether every verdict was
 * right
 */
export async function runDefects(
  system: FaultSystem,
  dist: string,
  { seed, dataFolder, isShort = false }: DefectOptions,
  defects: readonly Defect[],
): Promise<boolean> {
  if (defects.length === 0) throw new Error('no defect has that name');
  const verdicts: Verdict[] = [];
  const judge = async (name: string, work: () => Promise<Verdict>) => {
    const startedMs = performance.now();
    const verdict = await work();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0).padStart(3);
    console.log(`${verdict.isRight ? 'ok   ' : 'WRONG'} ${seconds} s  ${name.padEnd(50)} ${verdict.text}`);
    verdicts.push(verdict);
  };
  const brokenWithout = new Map<PlanName, ReadonlySet<string>>();
  for (const plan of isShort ? [] : new Set(defects.map((defect) => defect.plan))) {
    await judge(`(no defect, plan ${plan})`, async () => {
      const { rules, ...verdict } = await withoutDefect(system, dist, plan, { seed, dataFolder });
      brokenWithout.set(plan, rules);
      return verdict;
    });
  }
  for (const defect of defects) {
    const plan = PLANS[defect.plan];
    const aimed = isShort ? { ...plan, operations: plan.operations / 2, secondsMax: plan.secondsMax / 2 } : plan;
    await judge(defect.name, async () =>
      verdictOnDefect(
        await withDefect(system, dist, defect, aimed, seed),
        brokenWithout.get(defect.plan) ?? new Set(),
        defect,
      ),
    );
  }
  const wrong = verdicts.filter(({ isRight }) => !isRight).length;
  console.log(
    `${defects.length} defects; ${wrong === 0 ? 'each was caught, and nothing else' : `${wrong} verdicts are wrong`}`,
  );
  return wrong === 0;
}

async function withoutDefect(system: FaultSystem, dist: string, name: PlanName, { seed, dataFolder }: DefectOptions) {
  const result = await attempt(system, dist, PLANS[name], seed);
  const rules = new Set(result.violations.map(({ rule }) => rule));
  const { isRight, text } = verdictOnPlain(result);
  if (isRight) return { rules, isRight, text };
  const folder = keepEvidence(system, result, join(dataFolder, `faults-${name}-${seed}`));
  return { rules, isRight, text: `${text}; what it rests on: ${folder}` };
}

async function withDefect(system: FaultSystem, dist: string, { edits }: Defect, plan: AimedPlan, seed: number) {
  const patched = join(system.stack.folder, 'with-defect'); // under the project, whose packages it needs
  rmSync(patched, { recursive: true, force: true });
  cpSync(dist, patched, { recursive: true });
  for (const { file, find, replace } of edits) patch(join(patched, file), find, replace);
  return attempt(system, patched, plan, seed);
}

async function attempt(
  system: FaultSystem,
  dist: string,
  plan: AimedPlan,
  seed: number,
): Promise<Result & { readonly log: string }> {
  await system.begin(dist);
  const bounds = { seed, faults: 0, inStep: false, settleSeconds: SETTLE_SECONDS, historyFile: historyFileIn(system) };
  const result = await runCampaign(system, { ...plan, ...bounds }, FAULTS);
  const violations = [...result.violations, ...(await audit(system, dist))];
  const log = system.instances.map(({ program }) => readFileSync(program.logFile, 'utf8')).join('');
  return { ...result, violations, log };
}

/** A defect that does not apply any more must not pass for one that was caught. */
function patch(file: string, find: string, replace: string): void {
  const parts = readFileSync(file, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${find}`);
  writeFileSync(file, parts.join(replace));
}
