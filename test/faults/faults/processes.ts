import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../nemesis.js';
import type { ServiceSystem } from '../system.js';

const STARTS_MAX = 5;

interface Mortal {
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Killed, and after a moment started again. */
export async function killed({ random }: Pick<Scene, 'random'>, victim: Mortal, downMaxMs: number): Promise<void> {
  await victim.kill('SIGKILL');
  await sleep(random.integer(0, downMaxMs));
  await supervise(() => victim.start());
}

/** As a supervisor would: what ends while starting, because the database is cut off just then, is started again. */
async function supervise(start: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === STARTS_MAX) throw error;
    }
  }
}

/** It does not answer, does not know, and goes on as if nothing had happened. */
async function paused({ random }: Scene, victim: Mortal, forMs: readonly [number, number]): Promise<string> {
  const ms = random.integer(...forMs);
  await victim.kill('SIGSTOP');
  await sleep(ms);
  await victim.kill('SIGCONT');
  return `for ${ms} ms`;
}

const anyIndex = ({ system, random }: Scene<ServiceSystem>) => random.integer(0, system.instances.length - 1);

export const PROCESS_FAULTS = {
  async serviceKilled(scene: Scene<ServiceSystem>): Promise<string> {
    const index = anyIndex(scene);
    await killed(scene, programOf(scene, index), 800);
    return `instance ${index + 1}`;
  },

  async serviceRestarted(scene: Scene): Promise<string> {
    const index = anyIndex(scene);
    const program = programOf(scene, index);
    await program.stop();
    await supervise(() => program.start());
    return `instance ${index + 1}`;
  },

  async servicePaused(scene: Scene): Promise<string> {
    const index = anyIndex(scene);
    return `instance ${index + 1} ${await paused(scene, programOf(scene, index), [100, 6_000])}`;
  },

  async databaseKilled(scene: Scene): Promise<string> {
    await killed(scene, scene.system.stack.database, 500);
    return '';
  },

  async redisFlushed({ system }: Scene): Promise<string> {
    await system.redis.flushall();
    return '';
  },

  async redisKilled(scene: Scene): Promise<string> {
    await killed(scene, scene.system.stack.redis, 1_500);
    return '';
  },

  redisPaused(scene: Scene): Promise<string> {
    return paused(scene, scene.system.stack.redis, [100, 2_500]);
  },

  /** Its record survives, the rules by which it lies do not: it is honest until the next ones are set. */
  async bankKilled(scene: Scene): Promise<string> {
    await killed(scene, scene.system.bank.program, 1_000);
    return '';
  },

  bankPaused(scene: Scene): Promise<string> {
    return paused(scene, scene.system.bank.program, [100, 3_000]);
  },
};

function programOf({ system }: Scene<ServiceSystem>, index: number) {
  const instance = system.instances[index];
  if (!instance) throw new Error(`there is no instance ${index + 1}`);
  return instance.program;
}
