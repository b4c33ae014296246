import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, type Result, runCampaign } from '../campaign.js';
import type { Violation } from '../checker/violation.js';
import type { FaultSystem } from '../system.js';
import type { Defect } from './defects.js';
import { type AimedPlan, PLANS } from './plans.js';

const SETTLE_SECONDS = 20;

interface Verdict {
  readonly name: string;
  readonly isRight: boolean;
  readonly text: string;
}

/**
 * Tests the checker: each defect is put into a copy of the compiled service and must be seen under its plan, and under
 * the same plan nothing may be seen without it; the short form leaves that out. @returns whether every verdict was right
 */
export async function runDefects(
  system: FaultSystem,
  dist: string,
  seed: number,
  defects: readonly Defect[],
  { isShort } = { isShort: false },
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
    await judge(`(no defect, plan ${plan})`, () => withoutDefect(system, dist, PLANS[plan], seed));
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

async function withoutDefect(system: FaultSystem, dist: string, plan: AimedPlan, seed: number) {
  const { violations } = await attempt(system, dist, plan, seed);
  return { isRight: violations.length === 0, text: firstOf(violations) ?? 'nothing was seen' };
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
  const result = await runCampaign(system, { ...plan, seed, faults: 0, inStep: false, settleSeconds: SETTLE_SECONDS });
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
