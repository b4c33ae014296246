import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../platform/clock/clock.js';
import { loadConfig } from '../platform/config/config.js';
import type { Caller } from '../platform/http/access.js';
import { type Refusal } from '../platform/http/answers.js';
import type { RedisClient } from '../platform/redis/redis.module.js';
import { newKey, printOf } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import type { ApiKeysService } from './api-keys.service.js';
import { Authenticator } from './authenticator.js';
import { KnownKeys } from './known-keys.js';
import { Limits } from './limits.js';

const GUESSES = 200;
const LIMIT = 20;
const ADDRESS = '192.0.2.7';

describe('wrong keys that come at once', () => {
  const good = newKey('test');
  const findByHash = jest.fn<ApiKeysService['findByHash']>();
  let authenticator: Authenticator;

  beforeEach(() => {
    const hash = printOf(good).hash;
    const stored = { id: 7, role: 'app', partnerId: null, hash, expiresAt: null, revokedAt: null };
    findByHash.mockReset().mockImplementation(async (asked) => {
      await sleep(1);
      return asked.equals(hash) ? (stored as StoredKey) : null;
    });
    const keys = { findByHash, markUsed: () => Promise.resolve() } as unknown as ApiKeysService;
    const noRedis = { run: () => Promise.resolve(undefined) } as unknown as RedisClient;
    const config = loadConfig({ AUTH: 'required', AUTH_FAILURES_PER_MINUTE: String(LIMIT) });
    authenticator = new Authenticator(new KnownKeys(keys, new Clock()), new Limits(noRedis), config);
  });

  const answerTo = (authorization: string | undefined, address = ADDRESS) =>
    authenticator.identify(authorization, address).then(
      ({ role }: Caller) => role as string,
      (error: unknown) => (error as Refusal).answer as string,
    );
  const answersTo = async (authorizationOf: (index: number) => string | undefined) => {
    const answers = await Promise.all(Array.from({ length: GUESSES }, (_, i) => answerTo(authorizationOf(i))));
    return Object.fromEntries([...new Set(answers)].map((it) => [it, answers.filter((other) => other === it).length]));
  };
  const limited = { Unauthorized: LIMIT, TooManyRequests: GUESSES - LIMIT };

  it.each([
    ['each another', () => `Bearer ${newKey('test')}`, LIMIT],
    ['all the same', () => `Bearer ${good.slice(0, -2)}xx`, 1],
    ['malformed', () => 'Bearer me', 0],
    ['missing where they are required', () => undefined, 0],
    ['of every kind', (i: number) => [undefined, 'Bearer me', `Bearer ${newKey('test')}`][i % 3], LIMIT],
  ])('%s, are refused as such no more often than the limit, nor looked up', async (_name, authorizationOf, looks) => {
    expect(await answersTo(authorizationOf)).toEqual(limited);
    expect(findByHash.mock.calls.length).toBeLessThanOrEqual(looks);
  });

  it('hold up no key that was good before, and no other address', async () => {
    expect(await answerTo(`Bearer ${good}`)).toBe('app');
    const guesses = answersTo(() => `Bearer ${newKey('test')}`);
    const [before] = await Promise.all([answerTo(`Bearer ${good}`), guesses]);
    expect([before, await answerTo(`Bearer ${good}`)]).toEqual(['app', 'app']);
    expect(await answerTo(undefined, '192.0.2.8')).toBe('Unauthorized');
  });

  it('are no good ones: any number of requests with a new good key at once are let in, for one look-up', async () => {
    expect(await answersTo(() => `Bearer ${good}`)).toEqual({ app: GUESSES });
    expect(findByHash).toHaveBeenCalledTimes(1);
  });

  it('wait a second at most for a database that hangs', async () => {
    findByHash.mockImplementation(() => new Promise(() => undefined));
    const startedAt = performance.now();
    expect(await answersTo(() => `Bearer ${newKey('test')}`)).toEqual({ TemporarilyUnavailable: GUESSES });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
