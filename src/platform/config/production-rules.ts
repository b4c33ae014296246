import type { EnvironmentReader } from './environment-reader.js';
import { isLoopback, isPrivate } from './hosts.js';
import type { RedisAddress } from './redis-address.js';

/** What the simulator and everybody who reads this know. */
export const SANDBOX_BANK_SECRET = 'sandbox-secret';
export const SANDBOX_KEY = '0'.repeat(64);

/** What of a deployment may be careless. */
interface Deployment {
  readonly host: string;
  readonly databaseUrls: readonly string[];
  readonly redis: RedisAddress;
  readonly bankUrl: string;
  readonly bankSimulatorUrl: string | undefined;
  readonly auth: 'required' | 'optional';
  readonly consoleSessionKeys: readonly string[];
  readonly clockOffsetFile: string | undefined;
}

/** A line for each value of a sandbox's, and for each open door. */
export function mistakesInProduction(config: Deployment, read: EnvironmentReader): string[] {
  const refused: readonly [isRefused: boolean, line: string][] = [
    [
      (read.optional('BANK_CLIENT_SECRET') ?? SANDBOX_BANK_SECRET) === SANDBOX_BANK_SECRET,
      'BANK_CLIENT_SECRET must be set in production, to the secret that the bank gave you',
    ],
    [
      (read.optional('DATA_KEYS') ?? read.optional('WEBHOOK_SECRET_KEY') ?? SANDBOX_KEY).startsWith(SANDBOX_KEY),
      'DATA_KEYS must be set in production, to keys of your own (openssl rand -hex 32)',
    ],
    [
      config.databaseUrls.some(hasWeakPassword),
      "DATABASE_URL must have a password in production that is not its user's name, unless the server is on this machine",
    ],
    [
      isReadByOthers(config.bankUrl),
      'BANK_URL must start with https:// in production, unless the bank is on this machine',
    ],
    [
      isOpenToOthers(config.redis),
      config.redis.form === 'server'
        ? 'REDIS_URL must have a password in production, unless its host is in a private network'
        : 'REDIS_PASSWORD must be set in production, unless all hosts of Redis are in a private network',
    ],
    [
      config.auth === 'optional' && !isLoopback(config.host),
      'AUTH must be required in production, unless HOST is 127.0.0.1: others would do anything without a key',
    ],
    [
      config.bankSimulatorUrl !== undefined,
      'BANK_SIMULATOR_URL is for sandboxes and must not be set in production: no bank is told to lie there',
    ],
    [
      config.consoleSessionKeys.includes(SANDBOX_KEY),
      'CONSOLE_SESSION_KEYS must be keys of your own in production (openssl rand -hex 32)',
    ],
    [config.clockOffsetFile !== undefined, 'CLOCK_OFFSET_FILE is for tests and must not be set in production'],
  ];
  return refused.filter(([isRefused]) => isRefused).map(([, line]) => line);
}

function hasWeakPassword(databaseUrl: string): boolean {
  const { hostname, username, password } = new URL(databaseUrl);
  return (password === '' || password === username) && !isLoopback(hostname);
}

function isReadByOthers(bankUrl: string): boolean {
  const { protocol, hostname } = new URL(bankUrl);
  return protocol === 'http:' && !isLoopback(hostname);
}

function isOpenToOthers(redis: RedisAddress): boolean {
  if (redis.form === 'server') {
    const { hostname, password } = new URL(redis.url);
    return password === '' && !isPrivate(hostname);
  }
  const hosts = redis.form === 'cluster' ? redis.nodes : redis.sentinels;
  return redis.password === undefined && !hosts.every(({ host }) => isPrivate(host));
}
