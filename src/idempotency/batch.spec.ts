import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batch } from './batch.js';

describe('a batch', () => {
  it('asks once for all of a turn, up to 256, and gives each its own answer', async () => {
    const sizes: number[] = [];
    const batch = new Batch<number, number>((questions) => {
      sizes.push(questions.length);
      return Promise.resolve(questions.map((question) => question * 2));
    });
    const asked = Array.from({ length: 300 }, (_, index) => index);
    expect(await Promise.all(asked.map((question) => batch.ask(question)))).toEqual(asked.map((it) => it * 2));
    expect(await batch.ask(7)).toBe(14);
    expect(sizes).toEqual([256, 44, 1]);
  });

  it('waits for more as long as each turn brings some, and not for ever', async () => {
    const sizes: number[] = [];
    const batch = new Batch<number, number>((questions) => {
      sizes.push(questions.length);
      return Promise.resolve([...questions]);
    });
    const asked: Promise<number>[] = [];
    for (let question = 0; question < 20; question += 1) {
      asked.push(batch.ask(question));
      await nextTurn();
    }
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(sizes).toEqual([16, 4]);
    await nextTurn();
    await batch.ask(20);
    expect(sizes).toEqual([16, 4, 1]);
  });

  it('fails as a whole, and the next one is asked again', async () => {
    let isBroken = true;
    const batch = new Batch<number, number>((questions) =>
      isBroken ? Promise.reject(new Error('away')) : Promise.resolve([...questions]),
    );
    const outcomes = await Promise.allSettled([batch.ask(1), batch.ask(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await batch.ask(3)).toBe(3);
  });
});
