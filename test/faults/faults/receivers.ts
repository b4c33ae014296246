import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../nemesis.js';
import type { Manner, Receiver } from '../receiver.js';

/** Often longer than the pauses between an event's attempts, so that some are given up. */
const TROUBLE_MS = [300, 4_000] as const;
const REFUSALS = [500, 503, 429, 404, 302];

/** A receiver of the load's partner, or of the wallet's own back end; null where nobody listens. */
function anyReceiver({ system, random }: Scene): Receiver | null {
  const listening = system.receivers.slice(0, -1);
  return listening.length === 0 ? null : random.pick(listening);
}

async function behaving(scene: Scene, manner: Manner): Promise<string | null> {
  const receiver = anyReceiver(scene);
  if (!receiver) return null;
  const ms = scene.random.integer(...TROUBLE_MS);
  receiver.manner = manner;
  await sleep(ms);
  receiver.behaveWell();
  return `${manner.status} for ${ms} ms`;
}

export const RECEIVER_FAULTS = {
  async receiverDown(scene: Scene): Promise<string | null> {
    const receiver = anyReceiver(scene);
    if (!receiver) return null;
    const ms = scene.random.integer(...TROUBLE_MS);
    await receiver.stop();
    await sleep(ms);
    await receiver.listen();
    return `for ${ms} ms`;
  },

  receiverRefusing(scene: Scene): Promise<string | null> {
    return behaving(scene, { status: scene.random.pick(REFUSALS), delayMs: 0 });
  },

  /** Just in time, or just too late. */
  receiverSlow(scene: Scene): Promise<string | null> {
    return behaving(scene, { status: 200, delayMs: scene.random.integer(100, 900) });
  },

  receiverSilent(scene: Scene): Promise<string | null> {
    return behaving(scene, { status: 'silence', delayMs: 0 });
  },

  /** Takes events, and its answers are lost. */
  receiverCutting(scene: Scene): Promise<string | null> {
    return behaving(scene, { status: 'cut', delayMs: 0 });
  },
};
