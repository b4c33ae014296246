import { describe, expect, it } from '@jest/globals';
import { FIRST_PACE, type Pace, paceAfter, retryDelayMs } from './pace.js';

const well = (delivered: number) => ({ delivered, failed: 0, slow: false });
const refused = (failed: number) => ({ delivered: 0, failed, slow: false });

describe('the pace of an endpoint', () => {
  it('doubles while it answers well, up to a limit', () => {
    const batches: number[] = [];
    for (let pace = FIRST_PACE, i = 0; i < 8; i++) {
      batches.push(pace.batch);
      pace = paceAfter(pace, well(pace.batch));
    }
    expect(batches).toEqual([1, 2, 4, 8, 16, 32, 64, 64]);
  });

  it('falls to one event a round when it takes nothing, and grows again after one success', () => {
    const failing = paceAfter({ batch: 64, health: 'well' }, refused(8));
    expect(failing).toEqual({ batch: 1, health: 'failing' });
    expect(paceAfter(failing, refused(1))).toEqual(failing);
    expect(paceAfter(failing, well(1))).toEqual({ batch: 2, health: 'well' });
  });

  it('is not hurt by events that it alone refuses', () => {
    expect(paceAfter({ batch: 8, health: 'well' }, { delivered: 1, failed: 7, slow: false }).health).toBe('well');
  });

  it('is moderate for one that is slow, and unknown ones are not among those that are well', () => {
    expect(paceAfter({ batch: 64, health: 'well' }, { delivered: 8, failed: 0, slow: true })).toEqual({
      batch: 8,
      health: 'slow',
    });
    expect(FIRST_PACE.health).toBe('slow');
  });

  it('stays when nothing was sent', () => {
    const pace: Pace = { batch: 4, health: 'well' };
    expect(paceAfter(pace, well(0))).toBe(pace);
  });
});

it('is sent again after 1, 4, 16, 64, 256, 1024 and 4096 minutes', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7].map((attempts) => retryDelayMs(attempts, 60_000) / 60_000);
  expect(minutes).toEqual([1, 4, 16, 64, 256, 1024, 4096]);
});
