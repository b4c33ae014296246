import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/stack/ports.mjs';
import { Program } from '../../scripts/stack/program.mjs';
import { Api } from './api.js';

/** The compiled service as a process of a test's own. */
export interface ServiceProgram {
  readonly baseUrl: string;
  readonly api: Api;
  readonly program: Program;
  /** Ends it, and removes what it wrote. */
  stop(): Promise<void>;
}

/** Not started yet. `env` is added to the environment of the tests. */
export async function serviceProgram(name: string, env: Record<string, string>): Promise<ServiceProgram> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pay-service-'));
  const baseUrl = `http://127.0.0.1:${port}`;
  const program = new Program({
    name,
    folder,
    launch: {
      command: process.execPath,
      args: [join(import.meta.dirname, '../../dist/main.js')],
      env: {
        ...process.env,
        NODE_OPTIONS: '', // Jest's own
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        ...env,
        PORT: String(port),
      },
    },
    ready: () =>
      fetch(`${baseUrl}/health/ready`).then(
        ({ ok }) => ok,
        () => false, // nobody listens yet
      ),
  });
  const stop = async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { baseUrl, api: new Api(baseUrl), program, stop };
}
