import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../scripts/prepare.mjs';

const auditor = join(projectFolder, 'dist/audit.main.js');
const limitMs = 300_000;

/** Has the auditor look at all of a system's books. `said` is its last line. */
export async function audit({ service }) {
  const child = spawn(process.execPath, [auditor], {
    cwd: projectFolder,
    env: service.launch.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const startedAt = performance.now();
  const code = await new Promise((resolve) => child.once('close', resolve));
  const said = output.trimEnd().split('\n').at(-1);
  return {
    outcome: code === 0 ? 'clean' : 'VIOLATED',
    said: code === 0 ? said : output.slice(0, 4_000),
    seconds: (performance.now() - startedAt) / 1000,
  };
}
