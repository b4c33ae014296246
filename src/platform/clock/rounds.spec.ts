import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rounds } from './rounds.js';

describe('rounds', () => {
  it('come one after the other, never two at once', async () => {
    let [begun, atOnce, mostAtOnce] = [0, 0, 0];
    const rounds = new Rounds(async () => {
      begun += 1;
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
      await sleep(10);
      atOnce -= 1;
    });
    rounds.start(1);
    while (begun < 3) await sleep(5);
    await rounds.stop();
    expect([mostAtOnce, atOnce]).toEqual([1, 0]);
  });

  it('end with the one under way, which is told to hurry', async () => {
    let begun = 0;
    let wasTold = false;
    const rounds = new Rounds(async (signal) => {
      begun += 1;
      await sleep(20);
      wasTold = signal.aborted;
    });
    rounds.start(1);
    while (begun === 0) await sleep(1);
    await rounds.stop();
    expect(wasTold).toBe(true);
    await sleep(30);
    expect(begun).toBe(1);
  });

  it('never begin after a stop', async () => {
    let begun = 0;
    const rounds = new Rounds(() => {
      begun += 1;
      return Promise.resolve();
    });
    rounds.start(5);
    await rounds.stop();
    rounds.start(5);
    await sleep(20);
    expect(begun).toBe(0);
  });
});
