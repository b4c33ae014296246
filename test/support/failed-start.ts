import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stackPart } from './environment.js';

/** Starts the compiled service with these variables, and resolves to what it said until it ended by itself. */
export async function startAndFail(env: Record<string, string>): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: stackPart('databaseUrl'),
      REDIS_URL: stackPart('redisUrl'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: said.split('\n').filter((line) => line !== '' && !isRoutine(line)) };
}

/** Lines of Nest about its modules. */
const isRoutine = (line: string) => /"level":"info"/.test(line);
