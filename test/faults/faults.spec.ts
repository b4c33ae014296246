import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';

/** With the address of somebody else's deployment there is nothing here that may be killed. */
const isOurs = process.env['BASE_URL'] === undefined || process.env['DATABASE_URL'] !== undefined;

/** Runs the suite as a program of its own: it starts and kills servers. */
async function runFaults(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['scripts/faults.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

(isOurs ? describe : describe.skip)('the service under crashes, cuts and lies', () => {
  it('loses nothing, does nothing twice, and says nothing wrong; and the checker sees it when it does', async () => {
    const { code, said } = await runFaults('--short', '--seed', '1');
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  });
});
