import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, type Result, runCampaign } from '../campaign.js';
import type { Violation } from '../checker/violation.js';
import { historyFileIn, keepEvidence } from '../keep-evidence.js';
import type { FaultSystem } from '../system.js';
import type { Defect } from './defects.js';
import { type AimedPlan, type PlanName, PLANS } from './plans.js';

const SETTLE_SECONDS = 20;

interface Verdict {
  readonly name: string;
  readonly isRight: boolean;
  readonly text: string;
}

export interface DefectOptions {
  readonly seed: number;
  /** Where the evidence of what is seen without a defect is kept. */
  readonly dataFolder: string;
  readonly isShort?: boolean;
}

/**
 * Tests the checker: each defect is put into a copy of the compiled service and must be seen under its plan, and under
 * the same plan nothing may be seen without it; the short form leaves that out. @returns whether every verdict was right
 */
export async function runDefects(
  system: FaultSystem,
  dist: string,
  { seed, dataFolder, isShort = false }: DefectOptions,
  defects: readonly Defect[],
): Promise<boolean> {
  if (defects.length === 0) throw new Error('no defect has that name');
  const verdicts: Verdict[] = [];
  const judge = async (name: string, work: () => Promise<Omit<Verdict, 'name'>>) => {
    const startedMs = performance.now();
    const verdict = { name, ...(await work()) };
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0).padStart(3);
    console.log(`${verdict.isRight ? 'ok   ' : 'WRONG'} ${seconds} s  ${name.padEnd(50)} ${verdict.text}`);
    verdicts.push(verdict);
  };
  for (const plan of isShort ? [] : new Set(defects.map((defect) => defect.plan))) {
    await judge(`(no defect, plan ${plan})`, () => withoutDefect(system, dist, plan, { seed, dataFolder }));
  }
  for (const defect of defects) {
    const plan = PLANS[defect.plan];
    const aimed = isShort ? { ...plan, operations: plan.operations / 2, secondsMax: plan.secondsMax / 2 } : plan;
    await judge(defect.name, () => withDefect(system, dist, defect, aimed, seed));
  }
  const wrong = verdicts.filter(({ isRight }) => !isRight).length;
  console.log(
    `${defects.length} defects; ${wrong === 0 ? 'each was caught, and nothing else' : `${wrong} verdicts are wrong`}`,
  );
  return wrong === 0;
}

async function withoutDefect(system: FaultSystem, dist: string, name: PlanName, { seed, dataFolder }: DefectOptions) {
  const result = await attempt(system, dist, PLANS[name], seed);
  const first = firstOf(result.violations);
  if (first === undefined) return { isRight: true, text: 'nothing was seen' };
  const folder = keepEvidence(system, result, join(dataFolder, `faults-${name}-${seed}`));
  return { isRight: false, text: `${first}; what it rests on: ${folder}` };
}

async function withDefect(system: FaultSystem, dist: string, { edits }: Defect, plan: AimedPlan, seed: number) {
  const patched = `${dist}-with-defect`;
  rmSync(patched, { recursive: true, force: true });
  cpSync(dist, patched, { recursive: true });
  for (const { file, find, replace } of edits) patch(join(patched, file), find, replace);
  const { violations } = await attempt(system, patched, plan, seed);
  return { isRight: violations.length > 0, text: firstOf(violations) ?? 'NOT CAUGHT' };
}

async function attempt(system: FaultSystem, dist: string, plan: AimedPlan, seed: number): Promise<Result> {
  await system.begin(dist);
  const bounds = { seed, faults: 0, inStep: false, settleSeconds: SETTLE_SECONDS, historyFile: historyFileIn(system) };
  const result = await runCampaign(system, { ...plan, ...bounds });
  return { ...result, violations: [...result.violations, ...(await audit(system, dist))] };
}

/** A defect that does not apply any more must not pass for one that was caught. */
function patch(file: string, find: string, replace: string): void {
  const parts = readFileSync(file, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${find}`);
  writeFileSync(file, parts.join(replace));
}

function firstOf(violations: readonly Violation[]): string | undefined {
  const [first] = violations;
  const rules = new Set(violations.map(({ rule }) => rule));
  return first && `${violations.length} violations (${[...rules].join(', ')}), first: ${first.text.slice(0, 160)}`;
}
