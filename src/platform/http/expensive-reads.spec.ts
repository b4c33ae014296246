import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/config.js';
import { ExpensiveReads } from './expensive-reads.js';

/** Reads that go on until they are told to end. */
class OpenReads {
  readonly begun: string[] = [];
  private readonly ends: (() => void)[] = [];

  constructor(private readonly reads: ExpensiveReads) {}

  begin(key: string): Promise<string> {
    const read = this.reads.run(key, () => {
      this.begun.push(key);
      return new Promise<string>((resolve) => this.ends.push(() => resolve('read')));
    });
    return read.catch((error: Error) => error.message);
  }

  endAll(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('expensive reads', () => {
  it.each([
    ['2', 1, 1],
    ['4', 2, 1],
    ['10', 5, 3],
  ])('of a pool of %s take %i connections at once, and those of one key %i', async (DATABASE_POOL_SIZE, all, ofOne) => {
    const open = new OpenReads(new ExpensiveReads(loadConfig({ DATABASE_POOL_SIZE })));
    const busy = Array.from({ length: 20 }, () => open.begin('busy'));
    await turn();
    expect(open.begun).toHaveLength(ofOne);
    const others = Array.from({ length: 20 }, (_, i) => open.begin(`other ${i}`));
    await turn();
    expect(open.begun).toHaveLength(all);
    const rounds = setInterval(() => open.endAll(), 1);
    expect(new Set(await Promise.all([...busy, ...others]))).toEqual(new Set(['read']));
    clearInterval(rounds);
  });

  it('are refused when too many of one key wait, or when their turn does not come', async () => {
    const open = new OpenReads(new ExpensiveReads(loadConfig({ DATABASE_POOL_SIZE: '2' })));
    const answers = Array.from({ length: 64 }, () => open.begin('busy'));
    expect(await Promise.race(answers)).toBe('TooManyRequests');
    const late = await Promise.all(answers.slice(1));
    expect(new Set(late)).toEqual(new Set(['TooManyRequests']));
    open.endAll();
    expect([await answers[0], open.begun.length]).toEqual(['read', 1]);
    const next = open.begin('busy');
    await turn();
    open.endAll();
    expect(await next).toBe('read');
  });
});
