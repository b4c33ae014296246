import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../http/answers.js';
import { CommitUnknown } from './database-errors.js';
import { untilKnown } from './until-known.js';

/** An attempt that does these things one after the other, and remembers what it was told. */
function attemptOf(...steps: (Error | string)[]) {
  const told: boolean[] = [];
  const attempt = (commitLost: boolean): Promise<string> => {
    const step = steps[told.push(commitLost) - 1] as Error | string;
    return typeof step === 'string' ? Promise.resolve(step) : Promise.reject(step);
  };
  return { attempt, told };
}

const lost = () => new CommitUnknown('the answer to COMMIT was lost');
const away = () => new Refusal('TemporarilyUnavailable');

describe('an attempt whose COMMIT may be lost', () => {
  it('is made once when all is well', async () => {
    const { attempt, told } = attemptOf('done');
    expect(await untilKnown(attempt)).toBe('done');
    expect(told).toEqual([false]);
  });

  it('is repeated however often the answer is lost or the database away, and knows why', async () => {
    const { attempt, told } = attemptOf(lost(), lost(), away(), 'done');
    expect(await untilKnown(attempt)).toBe('done');
    expect(told).toEqual([false, true, true, true]);
  });

  it('is refused at once when the database is away before anything was written', async () => {
    const { attempt, told } = attemptOf(away(), 'done');
    await expect(untilKnown(attempt)).rejects.toThrow(Refusal);
    expect(told).toHaveLength(1);
  });

  it('lets every other error out', async () => {
    const { attempt } = attemptOf(lost(), new Refusal('AlreadyRegistered'));
    await expect(untilKnown(attempt)).rejects.toMatchObject({ answer: 'AlreadyRegistered' });
  });
});
