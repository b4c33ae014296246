import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Random } from '../support/random.js';
import { askAboutEverything, waitForLostCommits, waitUntilSettled } from './aftermath.js';
import { check } from './checker/check.js';
import type { Violation } from './checker/violation.js';
import { type FinalState, readFinalState } from './final-state.js';
import { History } from './history.js';
import { Load } from './load.js';
import { type Kinds, type Lane, Nemesis } from './nemesis.js';
import type { ServiceSystem } from './system.js';
import { registerEndpoints, waitUntilDelivered } from './webhooks.js';
import type { Mix } from './world.js';

export interface Plan {
  readonly seed: number;
  /** The load ends when there were so many of both, or when the time is over. */
  readonly operations: number;
  readonly faults: number;
  /** Load and faults wait for each other, so that the faults are spread over the whole load. */
  readonly inStep: boolean;
  /** No more than this many calls a second on the average. */
  readonly perSecondMax?: number;
  readonly secondsMax: number;
  readonly settleSeconds: number;
  readonly mix: Mix;
  readonly lanes: readonly Lane<string>[];
  /** Whether partners hear of their payments. */
  readonly withWebhooks?: boolean;
  /** The lies that the bank tells from the start. */
  readonly rules?: readonly object[];
  readonly historyFile?: string;
}

export interface Result {
  readonly history: History;
  readonly state: FinalState;
  readonly violations: readonly Violation[];
  readonly lies: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, number>>;
}

/** How much further than the faults the load may be, and the faults than the load. */
const LEAD = 0.03;

/** Load and faults together, then peace, then the questions, then the judgement. The system is in its initial state. */
export async function runCampaign<System extends ServiceSystem>(
  system: System,
  plan: Plan,
  kinds: Kinds<System>,
): Promise<Result> {
  const phases: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const result = await work();
    phases[name] = (performance.now() - startedMs) / 1000;
    return result;
  };
  const random = new Random(plan.seed);
  const history = new History(() => system.clock.today(), plan.historyFile);
  const load = new Load(system, history, plan.mix);
  await load.prepare(random.fork('users'));
  if (plan.withWebhooks) await registerEndpoints(system, history);
  const beganMs = performance.now();
  const sentBefore = history.sent;
  const stormUntilMs = beganMs + plan.secondsMax * 1000;
  if (plan.rules) await system.bank.setRules(plan.seed, plan.rules);
  const loadShare = () => history.sent / plan.operations;
  const faultShare = () => history.faults.length / Math.max(1, plan.faults);
  const isOver = () =>
    performance.now() > stormUntilMs || (history.sent >= plan.operations && history.faults.length >= plan.faults);
  const { perSecondMax = Infinity } = plan;
  const isAhead = () => (history.sent - sentBefore) / perSecondMax > (performance.now() - beganMs) / 1000;
  const mayAsk = () => !isAhead() && (!plan.inStep || loadShare() <= faultShare() + LEAD);
  const mayHarm = () => !plan.inStep || faultShare() <= loadShare() + LEAD;
  await timed('load and faults', () =>
    Promise.all([
      load.run(random.fork('load'), isOver, mayAsk),
      new Nemesis(system, history, kinds).run(plan.lanes, random.fork('nemesis'), isOver, mayHarm),
    ]),
  );
  await system.calm();
  await system.bank.setRules(1, []);
  const violations = await timed('settling', async () => {
    await waitForLostCommits(history);
    const open = await waitUntilSettled(system, plan.settleSeconds * 1000);
    if (open.length > 0) return open;
    // At noon nothing new is due for hours: by then all must have the interest of yesterday and today's deposit.
    system.clock.goToBefore(12, 0);
    return waitUntilSettled(system, plan.settleSeconds * 1000);
  });
  violations.push(...(await timed('asking', () => askAboutEverything(load, history, random.fork('questions')))));
  if (violations.length === 0) violations.push(...(await waitUntilSettled(system, plan.settleSeconds * 1000)));
  violations.push(...(await timed('delivering', () => waitUntilDelivered(system, history, plan.settleSeconds * 1000))));
  history.flush();
  const { liesTold } = (await system.bank.control('GET', '/simulator/stats')) as { liesTold: Record<string, number> };
  const state = await readFinalState(system);
  violations.push(...(await timed('judging', () => Promise.resolve(check(history, state)))));
  return { history, state, violations, lies: liesTold, phases };
}

/** Runs the auditor on what is left. */
export async function audit(system: ServiceSystem, dist: string): Promise<Violation[]> {
  const program = join(dist, 'audit.main.js');
  const child = spawn(process.execPath, [program], { env: system.environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return code === 0
    ? []
    : [{ rule: 'the audit is clean', text: `exit code ${code}: ${said.slice(-2_000)}`, operations: [] }];
}
