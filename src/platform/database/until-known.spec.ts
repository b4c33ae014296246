import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../http/answers.js';
import { CommitUnknown } from './database-errors.js';
import { untilKnown } from './until-known.js';

const DONE = { written: true };

/** An attempt that does these things one after the other, and remembers what it was told. */
function attemptOf(...steps: (Error | typeof DONE)[]) {
  const told: boolean[] = [];
  const attempt = (commitLost: boolean): Promise<typeof DONE> => {
    const step = steps[told.push(commitLost) - 1];
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(DONE);
  };
  return { attempt, told };
}

const lost = () => new CommitUnknown('the answer to COMMIT was lost');
const away = () => new Refusal('TemporarilyUnavailable');

describe('an attempt whose COMMIT may be lost', () => {
  it('is made once when all is well', async () => {
    const { attempt, told } = attemptOf(DONE);
    expect(await untilKnown(attempt)).toBe(DONE);
    expect(told).toEqual([false]);
  });

  it('is repeated however often the answer is lost or the database away, and knows why', async () => {
    const { attempt, told } = attemptOf(lost(), lost(), away(), DONE);
    expect(await untilKnown(attempt)).toBe(DONE);
    expect(told).toEqual([false, true, true, true]);
  });

  it('is refused at once when the database is away before anything was written', async () => {
    const { attempt, told } = attemptOf(away(), DONE);
    await expect(untilKnown(attempt)).rejects.toThrow(Refusal);
    expect(told).toHaveLength(1);
  });

  it('is not waited for beyond its time when looking into it hangs, or finds nobody there', async () => {
    for (const looking of [() => new Promise<never>(() => undefined), () => Promise.reject(away())]) {
      const startedAt = performance.now();
      const attempt = (commitLost: boolean) => (commitLost ? looking() : Promise.reject(lost()));
      await expect(untilKnown(attempt, { giveUpMs: 250 })).rejects.toThrow(CommitUnknown);
      expect(performance.now() - startedAt).toBeLessThan(600);
    }
  });

  it('lets every other error out', async () => {
    const { attempt } = attemptOf(lost(), new Refusal('AlreadyRegistered'));
    await expect(untilKnown(attempt)).rejects.toMatchObject({ answer: 'AlreadyRegistered' });
  });
});
