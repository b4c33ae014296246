import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer, keysCommand, type KeyedService } from '../../support/keyed-service.js';
import { sql } from '../../support/stores.js';

const PARTNER = ['--partner', String(SANDBOX_PARTNER)];
const REVOKED_WITHIN_MS = 5_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a key', () => {
  let service: KeyedService;
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
    expect(key).toMatch(/^pk_test_[\w-]{43}$/);
    const { stdout } = await keysCommand('list');
    expect(stdout).toContain(key.slice(0, 16));
    expect(stdout).toContain('길동상회 2026');
    expect(stdout).not.toContain(key);
    const rows = await sql('SELECT * FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(key.slice(20));
  });

  it('has a time of its last use once it was used', async () => {
    const key = await aKey(SANDBOX_PARTNER);
    await askWith(`Bearer ${key}`);
    await sleep(200);
    const [row] = await sql<{ last: Date | null }>('SELECT last_used_at AS last FROM api_keys WHERE prefix = ?', [
      key.slice(0, 16),
    ]);
    expect(row?.last).toBeInstanceOf(Date);
  });

  it('can be replaced without a gap: the old and the new one are good until the old one is revoked', async () => {
    const old = await aKey(SANDBOX_PARTNER);
    const next = await aKey(SANDBOX_PARTNER);
    for (const key of [old, next]) expect((await askWith(`Bearer ${key}`)).status).toBe(200);
    await keysCommand('revoke', old.slice(0, 16));
    const until = Date.now() + REVOKED_WITHIN_MS + 500;
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

  it.each([
    ['of another kind of deployment', (key: string) => `Bearer ${key.replace('pk_test_', 'pk_live_')}`],
    ['with a character less', (key: string) => `Bearer ${key.slice(0, -1)}`],
    ['with a character more', (key: string) => `Bearer ${key}A`],
    ['with another last character', (key: string) => `Bearer ${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`],
    ['in the wrong case', (key: string) => `Bearer ${key.toUpperCase()}`],
    ['as Basic', (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`],
    ['without a scheme', (key: string) => key],
    ['twice', (key: string) => `Bearer ${key} ${key}`],
    ['that is only a scheme', () => 'Bearer'],
    ['that is empty', () => ''],
    ['that is long', () => `Bearer pk_test_${'A'.repeat(5_000)}`],
  ])('%s is none', async (_name, spoil) => {
    expectAnswer(await askWith(spoil(operator)), 'Unauthorized');
  });

  it('has a scheme that may be written in any case', async () => {
    expect((await askWith(`bearer ${operator}`)).status).toBe(200);
  });

  it.each([
    [['create'], '--partner <id> goes with --role partner'],
    [['create', '--partner', '999999999'], 'There is no such partner.'],
    [['create', '--role', 'root'], '--role must be one of partner, app, operator'],
    [['create', '--role', 'app', '--partner', '100'], '--partner <id> goes with --role partner'],
    [['revoke', 'pk_test_nobodyss'], 'There is no key pk_test_nobodyss.'],
    [['create', '--colour', 'red'], 'npm run keys -- create'],
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
  const wrong = () => ({ headers: bearer(`pk_test_${randomBytes(32).toString('base64url')}`) });

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
});
