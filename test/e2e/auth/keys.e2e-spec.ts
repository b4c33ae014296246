import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { newKey, printOf } from '../../../src/auth/api-key.js';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { atOnce, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer, keysCommand, revokeKey } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

const PARTNER = ['--partner', String(SANDBOX_PARTNER)];
const REVOKED_WITHIN_MS = 5_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a key', () => {
  let service: ServiceProgram;
  let operator: string;
  beforeAll(async () => {
    operator = (await keysCommand('create', '--role', 'operator')).stdout;
    service = await aService({ AUTH: 'required' });
  });
  afterAll(() => service?.stop());

  const askWith = (authorization: string) =>
    service.api.send('GET', `/partners/${SANDBOX_PARTNER}`, undefined, { headers: { authorization } });

  it('is shown once: afterwards there is only its beginning and its hash', async () => {
    const key = (await keysCommand('create', ...PARTNER, '--label', '길동상회 2026')).stdout;
    expect(key).toMatch(/^sk_test_[\w-]{43}$/);
    const { stdout } = await keysCommand('list');
    expect(stdout).toContain(key.slice(0, 16));
    expect(stdout).toContain('길동상회 2026');
    expect(stdout).not.toContain(key);
    const rows = await sql('SELECT * FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(key.slice(20));
  });

  it.each([
    ['partner-read', PARTNER, `/partners/${SANDBOX_PARTNER}`, 200],
    ['partner-read', PARTNER, '/users/1', 403],
    ['auditor', [], `/partners/${SANDBOX_PARTNER}`, 200],
    ['metrics', [], `/partners/${SANDBOX_PARTNER}`, 403],
  ])(
    'of the role %s is made by the command, and opens what is its own (%s, %s: %i)',
    async (role, of, path, status) => {
      const key = (await keysCommand('create', '--role', role, ...of)).stdout;
      const headers = bearer(key);
      expect((await service.api.send('GET', path, undefined, { headers })).status).toBe(status);
    },
  );

  it('has a time of its last use once it was used', async () => {
    const key = await aKey(SANDBOX_PARTNER);
    await askWith(`Bearer ${key}`);
    const lastUse = 'SELECT last_used_at AS last FROM api_keys WHERE prefix = ?';
    await eventually(
      () => sql<{ last: Date | null }>(lastUse, [key.slice(0, 16)]),
      ([row]) => row?.last instanceof Date,
    );
  });

  it('can be replaced without a gap: the old and the new one are good until the old one is revoked', async () => {
    const old = await aKey(SANDBOX_PARTNER);
    const next = await aKey(SANDBOX_PARTNER);
    for (const key of [old, next]) expect((await askWith(`Bearer ${key}`)).status).toBe(200);
    await keysCommand('revoke', old.slice(0, 16));
    const until = Date.now() + 8 * REVOKED_WITHIN_MS; // a busy machine is slower, never a key that stays good
    let status = 200;
    while (status === 200 && Date.now() < until) {
      await sleep(100);
      ({ status } = await askWith(`Bearer ${old}`));
    }
    expect(status).toBe(401);
    expect((await askWith(`Bearer ${next}`)).status).toBe(200);
  });

  it('ends on its day', async () => {
    const key = (await keysCommand('create', ...PARTNER, '--days', '1')).stdout;
    expect((await askWith(`Bearer ${key}`)).status).toBe(200);
    const late = await aKey(SANDBOX_PARTNER);
    await sql('UPDATE api_keys SET expires_at = created_at WHERE prefix = ?', [late.slice(0, 16)]);
    expectAnswer(await askWith(`Bearer ${late}`), 'Unauthorized');
  });

  const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

  it.each([
    [
      'unknown-or-revoked',
      'of another kind of deployment',
      (key: string) => `Bearer ${key.replace('_test_', '_live_')}`,
    ],
    ['unknown-or-revoked', 'as it was called once', (key: string) => `Bearer ${key.replace('sk_', 'pk_')}`],
    [
      'unknown-or-revoked',
      'with other characters',
      (key: string) => `Bearer ${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`,
    ],
    ['malformed', 'with a character less', (key: string) => `Bearer ${key.slice(0, -1)}`],
    ['malformed', 'with a character more', (key: string) => `Bearer ${key}A`],
    ['malformed', 'in the wrong case', (key: string) => `Bearer ${key.toUpperCase()}`],
    ['malformed', 'with a password', (key: string) => basic(`${key}:${key}`)],
    ['malformed', 'as a password', (key: string) => basic(`:${key}`)],
    ['malformed', 'as Basic as it is', (key: string) => `Basic ${key}`],
    ['malformed', 'without a scheme', (key: string) => key],
    ['malformed', 'twice', (key: string) => `Bearer ${key} ${key}`],
    ['malformed', 'that is only a scheme', () => 'Bearer'],
    ['malformed', 'that is empty', () => ''],
    ['malformed', 'that is long', () => `Bearer sk_test_${'A'.repeat(5_000)}`],
  ])('is told %s %s', async (reason, _name, spoil) => {
    const received = await askWith(spoil(operator));
    expectAnswer(received, 'Unauthorized');
    expect(received.detail).toEqual({ reason });
  });

  it('that was revoked is told no other reason than one that never was, and one that is not there is missing', async () => {
    const key = await aKey(SANDBOX_PARTNER);
    await revokeKey(key);
    expect((await askWith(`Bearer ${key}`)).detail).toEqual({ reason: 'unknown-or-revoked' });
    expect((await askWith(`Bearer sk_test_${'A'.repeat(43)}`)).detail).toEqual({ reason: 'unknown-or-revoked' });
    expect((await service.api.send('GET', '/users/1')).detail).toEqual({ reason: 'missing' });
  });

  it('may come as the user name of HTTP Basic, and a key of old as it always did', async () => {
    expect((await askWith(basic(`${operator}:`))).status).toBe(200);
    const old = newKey('test').replace('sk_', 'pk_');
    const { prefix, hash } = printOf(old);
    await sql('INSERT INTO api_keys (role, prefix, hash, created_at) VALUES (?)', [
      ['operator', prefix, hash, new Date()],
    ]);
    expect((await askWith(`Bearer ${old}`)).status).toBe(200);
  });

  it('has a scheme that may be written in any case', async () => {
    expect((await askWith(`bearer ${operator}`)).status).toBe(200);
  });

  it('that the command makes or revokes is on record, with the machine and the reason', async () => {
    const key = (await keysCommand('create', '--role', 'metrics', '--reason', '새 대시보드')).stdout;
    await keysCommand('revoke', key.slice(0, 16), '--reason', '유출됨');
    await keysCommand('revoke', key.slice(0, 16));
    const keyId = await keyIdOf(key);
    const act = { keyId: null, role: 'shell', address: hostname(), requestId: null, subject: 'key', subjectId: keyId };
    expect(await actsOn('key', keyId)).toEqual([
      { ...act, action: 'createKey', reason: '새 대시보드' },
      { ...act, action: 'revokeKey', reason: '유출됨' },
    ]);
  });

  it.each([
    [['create', '--partner', '999999999'], 'There is no such partner.'],
    [['revoke', 'sk_test_nobodyss'], 'There is no key sk_test_nobodyss.'],
    [[], 'npm run keys -- create'],
  ])('npm run keys -- %j says what is wrong', async (args, complaint) => {
    const failed = await keysCommand(...args).then(
      () => null,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect([failed?.code, failed?.stdout]).toEqual([1, '']);
    expect(failed?.stderr).toContain(complaint);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a service that needs keys', () => {
  it('does not start while there is no operator key, and says how to make one', async () => {
    const good = await sql<{ id: number }>("SELECT id FROM api_keys WHERE role = 'operator' AND revoked_at IS NULL");
    const ids = [0, ...good.map(({ id }) => id)];
    await sql('UPDATE api_keys SET revoked_at = created_at WHERE id IN (?)', [ids]);
    try {
      const started = aService({ AUTH: 'required', LOG_LEVEL: 'silent' });
      await expect(started).rejects.toThrow(/npm run keys -- create --role operator/);
    } finally {
      await sql('UPDATE api_keys SET revoked_at = NULL WHERE id IN (?)', [ids]);
    }
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'wrong keys', () => {
  const wrong = () => ({ headers: bearer(`sk_test_${randomBytes(32).toString('base64url')}`) });

  it.each([
    ['counted by all instances', {}],
    ['counted by each instance while Redis is away', { REDIS_URL: 'redis://127.0.0.1:9/0' }],
  ])('are limited by address, %s, and the right ones go on', async (_name, env) => {
    const good = await aKey(SANDBOX_PARTNER);
    const service = await aService({
      AUTH: 'optional',
      AUTH_FAILURES_PER_MINUTE: '5',
      TRUSTED_PROXIES: '127.0.0.1',
      ...env,
    });
    try {
      const from = `2001:db8:${randomBytes(2).toString('hex')}:1:`;
      const ask = (headers: Record<string, string>, address = `${from}:7`) =>
        service.api.send('GET', `/partners/${SANDBOX_PARTNER}`, undefined, {
          headers: { 'x-forwarded-for': address, ...headers },
        });
      expect((await ask(bearer(good))).status).toBe(200);
      const right = { authorization: `Basic ${Buffer.from(`${good}:`).toString('base64')}` };
      for (let i = 0; i < 5; i++) expect((await ask(right)).status).toBe(200);
      for (let i = 0; i < 5; i++) expectAnswer(await ask(wrong().headers, `${from}:${i}`), 'Unauthorized');
      for (let i = 0; i < 5; i++) {
        const received = await ask(wrong().headers, `${from}:${i}`);
        expectAnswer(received, 'TooManyRequests');
        expect(Number(received.headers['retry-after'])).toBeGreaterThan(1);
        expect(Number(received.headers['retry-after'])).toBeLessThanOrEqual(60);
      }
      expect((await ask(bearer(good))).status).toBe(200);
      expect((await ask({})).status).toBe(200);
      expectAnswer(await ask(wrong().headers, '192.0.2.1'), 'Unauthorized');
    } finally {
      await service.stop();
    }
  });

  it('that come at once are counted as well as those that come one by one, over all instances', async () => {
    const limited = { AUTH_FAILURES_PER_MINUTE: '20', TRUSTED_PROXIES: '127.0.0.1' };
    // On a busy machine Redis is slow, and an instance that gives it up counts for itself.
    const env = { AUTH: 'required', REDIS_TIMEOUT_MS: '10000', ...limited };
    const services = [await aService(env), await aService(env)] as const;
    try {
      const from = { 'x-forwarded-for': `2001:db8:${randomBytes(2).toString('hex')}:3::7` };
      const answers = await atOnce(200, (i) => {
        const headers = { ...from, ...wrong().headers };
        return services[i % 2 ? 0 : 1].api.send('GET', `/partners/${SANDBOX_PARTNER}`, undefined, { headers });
      });
      expect(tally(answers)).toEqual({ '401 Unauthorized': 20, '429 TooManyRequests': 180 });
    } finally {
      for (const service of services) await service.stop();
    }
  });

  it('are not counted alone where keys are required: no key at all is one', async () => {
    const good = await aKey(SANDBOX_PARTNER);
    const service = await aService({ AUTH: 'required', AUTH_FAILURES_PER_MINUTE: '3', TRUSTED_PROXIES: '127.0.0.1' });
    try {
      const from = { 'x-forwarded-for': `2001:db8:${randomBytes(2).toString('hex')}:2::7` };
      const ask = (headers: Record<string, string>) =>
        service.api.send('GET', `/partners/${SANDBOX_PARTNER}`, undefined, { headers: { ...from, ...headers } });
      expect((await ask(bearer(good))).status).toBe(200);
      for (let i = 0; i < 3; i++) expectAnswer(await ask({}), 'Unauthorized');
      for (const headers of [{}, wrong().headers]) expectAnswer(await ask(headers), 'TooManyRequests');
      expect((await ask(bearer(good))).status).toBe(200);
    } finally {
      await service.stop();
    }
  });
});
