import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../nemesis.js';

/** Every lie the simulator knows, and on which calls it is told: where none is named, on withdrawals or on payouts. */
const LIES: readonly { readonly fault: string; readonly on?: string; readonly delayMs?: readonly [number, number] }[] =
  [
    { fault: 'balanceShort' },
    { fault: 'transferLimit' },
    { fault: 'dailyLimit' },
    { fault: 'accountClosed' },
    { fault: 'maintenance', on: 'all' },
    { fault: 'maintenance503', on: 'all' },
    { fault: 'slow', on: 'all', delayMs: [100, 2_000] },
    { fault: 'hang' },
    { fault: 'hang', on: 'inquiry' },
    { fault: 'hang', on: 'token' },
    { fault: 'reset', on: 'all' },
    { fault: 'answerLost', on: 'all' },
    { fault: 'answerNeverComes' },
    { fault: 'delayedAcceptance', delayMs: [200, 6_000] },
    { fault: 'resetMidBody', on: 'all' },
    { fault: 'brokenJson', on: 'all' },
    { fault: 'http500', on: 'all' },
    { fault: 'inProgress', on: 'inquiry' },
    { fault: 'inProgressThenDone', delayMs: [200, 6_000] },
    { fault: 'inProgressThenRefused', delayMs: [200, 6_000] },
    { fault: 'timeExceededThenDone', delayMs: [200, 6_000] },
    { fault: 'answeredAsRepeated' },
    { fault: 'tokenExpired' },
    { fault: 'tokenExpired', on: 'inquiry' },
  ];

export const BANK_FAULTS = {
  /** A few kinds of lies for a while, each told at a rate of its own; then the truth for a while, or not. */
  async bankLies(scene: Scene): Promise<string | null> {
    const { random } = scene;
    const rules = Array.from({ length: random.integer(2, 6) }, () => {
      const { fault, on = random.pick(['withdraw', 'deposit']), delayMs } = random.pick(LIES);
      const rate = random.integer(3, 30) / 100;
      return { fault, rate, on, ...(delayMs && { delayMs: random.integer(...delayMs) }) };
    });
    const told = await tell(scene, rules);
    await sleep(random.integer(1_000, 4_000));
    if (random.chance(0.3)) await tell(scene, []);
    return told && rules.map(({ fault }) => fault).join(', ');
  },

  /** Never answers anything. */
  async bankDead(scene: Scene): Promise<string | null> {
    const dead = await tell(scene, [{ fault: 'hang', on: 'all' }]);
    await sleep(scene.random.integer(1_000, 4_000));
    await tell(scene, []);
    return dead && '';
  },

  /** The business day ends. */
  midnight(scene: Scene): Promise<string> {
    return comesTo(0, scene);
  },

  /** The next morning: interest is posted from 04:00 on. */
  interestDue(scene: Scene): Promise<string> {
    return comesTo(4, scene);
  },

  /** Daily deposits are made from 08:00 on. */
  depositsDue(scene: Scene): Promise<string> {
    return comesTo(8, scene);
  },

  /** Seven days that are soon over: what was authorised before them ends by itself. */
  async weekPasses({ system, random }: Scene): Promise<string> {
    const hour = random.integer(0, 23);
    for (let days = 0; days <= 7; days++) {
      system.clock.goToBefore(hour, 0);
      await sleep(SHORT_DAY_MS);
    }
    return '';
  },
};

/** So long each day of a week lasts: what the service does by itself on that day has begun. */
const SHORT_DAY_MS = 400;

/** The clock is put forward to shortly before this hour in Seoul. */
async function comesTo(hour: number, { system, random }: Scene): Promise<string> {
  system.clock.goToBefore(hour, random.integer(500, 2_500));
  await sleep(3_000);
  return '';
}

/** Null while the bank itself is down. */
async function tell({ system, random }: Scene, rules: readonly object[]): Promise<true | null> {
  try {
    await system.bank.setRules(random.integer(1, 1_000_000), rules);
    return true;
  } catch (error) {
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return null; // fetch could not reach it
    throw error;
  }
}
