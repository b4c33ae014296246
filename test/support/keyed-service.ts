import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newKey, printOf } from '../../src/auth/api-key.js';
import type { PartnerRole, Role } from '../../src/platform/http/access.js';
import { STACK, stackPart } from './environment.js';
import { type ServiceProgram, serviceProgram } from './service-program.js';
import { sql } from './stores.js';

const dist = join(import.meta.dirname, '../../dist');
/**
 * Of Redis' numbered databases, one that the service under test does not use: nobody else is limited by these tests.
 */
const LIMITS_DATABASE = '/7';
const NO_BANK = 'http://127.0.0.1:9';

/**
 * An instance of the service on the tests' database, with a limit of wrong keys that is never reached, and what `env`
 * adds.
 */
export async function aService(env: Record<string, string>): Promise<ServiceProgram> {
  const service = await anUnstartedService(env);
  try {
    await service.program.start();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

/** With a database of its own it has no bank but its own: what it takes would be missing in the books of all others. */
export function anUnstartedService(env: Record<string, string>): Promise<ServiceProgram> {
  return serviceProgram('An instance of the service', {
    ...surroundings(),
    AUTH_FAILURES_PER_MINUTE: '1000000',
    ...(env['DATABASE_URL'] && { BANK_URL: NO_BANK }),
    ...env,
  });
}

/** `npm run keys -- …`; a new key is all that comes out on standard output. */
export async function keysCommand(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(dist, 'auth/keys.cli.js'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', ...surroundings() },
  });
  return { stdout: stdout.trim(), stderr: stderr.trim() };
}

/** What `npm run keys -- create` does, without a process for each key: a partner's id, or another's role. */
export async function aKey(
  owner: number | Exclude<Role, PartnerRole>,
  partnerRole: PartnerRole = 'partner',
): Promise<string> {
  const key = newKey('test');
  const { prefix, hash } = printOf(key);
  const [role, partnerId] = typeof owner === 'number' ? [partnerRole, owner] : [owner, null];
  await sql('INSERT INTO api_keys (role, partner_id, prefix, hash, created_at) VALUES (?)', [
    [role, partnerId, prefix, hash, new Date()],
  ]);
  return key;
}

export async function revokeKey(key: string): Promise<void> {
  await sql('UPDATE api_keys SET revoked_at = ? WHERE hash = ?', [new Date(), printOf(key).hash]);
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Where the stores and the bank of the tests are, and what their clock says. */
function surroundings(): Record<string, string> {
  const redisUrl = stackPart('redisUrl').replace(/(?<=:\d+)\/\d*$/, '') + LIMITS_DATABASE;
  return {
    ...(STACK.clockOffsetFile && { CLOCK_OFFSET_FILE: STACK.clockOffsetFile }),
    DATABASE_URL: stackPart('databaseUrl'),
    REDIS_URL: redisUrl,
    BANK_URL: stackPart('simulatorUrl'),
  };
}
