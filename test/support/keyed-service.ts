import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/stack/ports.mjs';
import { Program } from '../../scripts/stack/program.mjs';
import { newKey, printOf } from '../../src/auth/api-key.js';
import { Api } from './api.js';
import { STACK, stackPart } from './environment.js';
import { sql } from './stores.js';

const dist = join(import.meta.dirname, '../../dist');
/** Of Redis' numbered databases, one that the service under test does not use: nobody else is limited by these tests. */
const LIMITS_DATABASE = '/7';

export interface KeyedService {
  readonly baseUrl: string;
  readonly api: Api;
  readonly program: Program;
  stop(): Promise<void>;
}

/** An instance of the service on the tests' database, with a limit of wrong keys that is never reached, and what `env` adds. */
export async function aService(env: Record<string, string>): Promise<KeyedService> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pay-keyed-'));
  const baseUrl = `http://127.0.0.1:${port}`;
  const settings = { AUTH_FAILURES_PER_MINUTE: '1000000', HOST: '127.0.0.1', PORT: String(port), ...env };
  const program = new Program({
    name: 'An instance of the service',
    folder,
    launch: { command: process.execPath, args: [join(dist, 'main.js')], env: { ...environment(), ...settings } },
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
  try {
    await program.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return { baseUrl, api: new Api(baseUrl), program, stop };
}

/** `npm run keys -- …`; a new key is all that comes out on standard output. */
export async function keysCommand(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(dist, 'auth/keys.cli.js'), ...args], {
    env: environment(),
  });
  return { stdout: stdout.trim(), stderr: stderr.trim() };
}

/** What `npm run keys -- create` does, without a process for each key: a partner's id, or a role. */
export async function aKey(owner: number | 'app' | 'operator'): Promise<string> {
  const key = newKey('test');
  const { prefix, hash } = printOf(key);
  const [role, partnerId] = typeof owner === 'number' ? ['partner', owner] : [owner, null];
  await sql('INSERT INTO api_keys (role, partner_id, prefix, hash, created_at) VALUES (?)', [
    [role, partnerId, prefix, hash, new Date()],
  ]);
  return key;
}

export async function revokeKey(key: string): Promise<void> {
  await sql('UPDATE api_keys SET revoked_at = ? WHERE hash = ?', [new Date(), printOf(key).hash]);
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function environment(): NodeJS.ProcessEnv {
  const redisUrl = stackPart('redisUrl').replace(/(?<=:\d+)\/\d*$/, '') + LIMITS_DATABASE;
  const clock = STACK.clockOffsetFile ? { CLOCK_OFFSET_FILE: STACK.clockOffsetFile } : {};
  return {
    ...process.env,
    ...clock,
    NODE_OPTIONS: '', // Jest's own
    NODE_ENV: 'test',
    DATABASE_URL: stackPart('databaseUrl'),
    REDIS_URL: redisUrl,
    BANK_URL: stackPart('simulatorUrl'),
  };
}
