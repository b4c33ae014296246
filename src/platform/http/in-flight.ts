import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './answers.js';

const LOOK_EVERY_MS = 20;

/** Counts the requests that handlers are working on, so that a stop can wait for them and refuse new ones. */
@Injectable()
export class InFlight {
  count = 0;
  /** From the moment of a stop: what comes now is refused. */
  stopping = false;

  /** @throws Refusal TemporarilyUnavailable while the service stops */
  enter(): void {
    if (this.stopping) throw new Refusal('TemporarilyUnavailable');
    this.count++;
  }

  leave(): void {
    this.count--;
  }

  /** Refuses new work and waits until there is none left. @returns false when `limitMs` were over first */
  async drain(limitMs: number): Promise<boolean> {
    this.stopping = true;
    const giveUpAt = Date.now() + limitMs;
    while (this.count > 0 && Date.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
    return this.count === 0;
  }
}
