import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import { BANK_FAULTS } from './faults/bank.js';
import { NETWORK_FAULTS } from './faults/network.js';
import { PROCESS_FAULTS } from './faults/processes.js';
import { RECEIVER_FAULTS } from './faults/receivers.js';
import type { History } from './history.js';
import type { FaultSystem, ServiceSystem } from './system.js';

/** What a fault works on. It leaves everything as it found it, so that faults may follow each other in any order. */
export interface Scene<System = FaultSystem> {
  readonly system: System;
  readonly random: Random;
}

/** Does its harm and undoes it; resolves to a note, or to null when nothing happened. */
export type Fault<System = FaultSystem> = (scene: Scene<System>) => Promise<string | null>;
export type Kinds<System> = Readonly<Record<string, Fault<System>>>;

export const FAULTS = {
  ...PROCESS_FAULTS,
  ...NETWORK_FAULTS,
  ...BANK_FAULTS,
  ...RECEIVER_FAULTS,
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof FAULTS;

/** Faults that happen one after the other, with a pause between them; lanes run at the same time. */
export interface Lane<Name extends string = FaultName> {
  readonly pauseMs: readonly [min: number, max: number];
  /** How often each is drawn. */
  readonly faults: Readonly<Partial<Record<Name, number>>>;
  /** In rounds, in each of which everything happens so often, instead of with such a likelihood. */
  readonly inRounds?: boolean;
}

export const EVERY_FAULT: readonly Lane[] = [
  {
    pauseMs: [300, 1_500],
    faults: {
      serviceKilled: 5,
      serviceRestarted: 1,
      servicePaused: 2,
      databaseKilled: 3,
      redisFlushed: 3,
      redisKilled: 2,
      redisPaused: 1,
      bankKilled: 1,
      bankPaused: 1,
    },
  },
  {
    pauseMs: [20, 400],
    faults: {
      commitDropped: 6,
      commitAnswerDropped: 8,
      commitHung: 2,
      commitAnswerHung: 3,
      commitStalled: 3,
      statementDropped: 4,
      statementHung: 2,
      connectionsCut: 2,
      databaseUnreachable: 1,
      databaseSilent: 1,
      rowsLocked: 4,
      deadlock: 6,
    },
  },
  {
    pauseMs: [200, 3_000],
    faults: { receiverDown: 3, receiverRefusing: 3, receiverSlow: 2, receiverSilent: 1, receiverCutting: 2 },
  },
  {
    pauseMs: [200, 1_500],
    faults: { bankLies: 8, bankDead: 1, midnight: 2, interestDue: 3, depositsDue: 3, weekPasses: 1 },
  },
];

/** Makes trouble, seeded, until it is told to stop, then all is in order again. `mayGo` lets it wait for the load. */
export class Nemesis<System extends ServiceSystem> {
  private readonly system: System;
  private readonly history: History;
  private readonly kinds: Kinds<System>;

  constructor(system: System, history: History, kinds: Kinds<System>) {
    this.system = system;
    this.history = history;
    this.kinds = kinds;
  }

  async run(
    lanes: readonly Lane<string>[],
    random: Random,
    isOver: () => boolean,
    mayGo: () => boolean,
  ): Promise<void> {
    const running = lanes.map((lane, index) => this.runLane(lane, random.fork(`lane ${index}`), isOver, mayGo));
    await Promise.all(running);
  }

  private async runLane(
    lane: Lane<string>,
    random: Random,
    isOver: () => boolean,
    mayGo: () => boolean,
  ): Promise<void> {
    let round: string[] = [];
    while (!isOver()) {
      if (!mayGo()) {
        await sleep(20);
        continue;
      }
      if (lane.inRounds && round.length === 0) round = shuffledRound(lane, random);
      const name = round.pop() ?? random.weighted(lane.faults as Record<string, number>);
      const fault = this.kinds[name];
      if (!fault) throw new Error(`there is no fault ${name}`);
      const startedMs = performance.now();
      const note = await fault({ system: this.system, random });
      if (note !== null) this.history.fault(name, startedMs, note);
      await sleep(random.integer(...lane.pauseMs));
    }
  }
}

function shuffledRound({ faults }: Lane<string>, random: Random): string[] {
  const left = Object.entries(faults).flatMap(([name, times]) => Array.from({ length: times ?? 0 }, () => name));
  const round: string[] = [];
  while (left.length > 0) round.push(...left.splice(random.integer(0, left.length - 1), 1));
  return round;
}
