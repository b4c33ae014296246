import { spawn } from 'node:child_process';

/** Runs a suite as a program of its own: it starts and kills servers. */
export async function runAsProgram(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['scripts/faults.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

/** With the address of somebody else's deployment there is nothing here that may be killed. */
export const isOurs = process.env['BASE_URL'] === undefined || process.env['DATABASE_URL'] !== undefined;
