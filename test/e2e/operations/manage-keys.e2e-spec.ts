import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { actsOfRequests, actsOn, keyIdOf } from '../../support/acts.js';
import { type Api, type Method, type Received } from '../../support/api.js';
import { atOnce, done, newKey, SANDBOX_PARTNER } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer, keysCommand } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

interface Key {
  readonly keyId: number;
  readonly prefix: string;
  readonly role: string;
  readonly partnerId?: number;
  readonly label?: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
}
type Created = Key & { readonly key: string };

const KEYS = '/operations/keys';
const WHY = '담당자 변경';
const REVOKED_WITHIN_MS = 5_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a key that an operator makes', () => {
  let service: ServiceProgram;
  let api: Api;
  let operator: string;
  let operatorsId: number;
  beforeAll(async () => {
    operator = await aKey('operator');
    operatorsId = await keyIdOf(operator);
    service = await aService({ AUTH: 'required' });
    ({ api } = service);
  });
  afterAll(() => service?.stop());

  const operate = <T>(method: Method, path: string, body?: object, key?: string) =>
    api.send<T>(method, path, body, { key, headers: bearer(operator) });
  const create = (body: object, key?: string) => operate<Created>('POST', KEYS, body, key);
  const revoke = (keyId: number, why = '') => operate<Key>('DELETE', `${KEYS}/${keyId}${why}`);
  const get = async (keyId: number) => (await done(operate<Key>('GET', `${KEYS}/${keyId}`))).detail;
  const statusWith = async (key: string, path = '/users/999999999', through = api) =>
    (await through.send('GET', path, undefined, { headers: bearer(key) })).status;
  const actsOf = (...answers: Received<unknown>[]) =>
    actsOfRequests(answers.map(({ headers }) => headers['x-request-id']));

  it.each([
    ['partner', SANDBOX_PARTNER, `/partners/${SANDBOX_PARTNER}`, 200],
    ['partner-read', SANDBOX_PARTNER, `/partners/${SANDBOX_PARTNER}`, 200],
    ['app', undefined, '/users/999999999', 404],
    ['operator', undefined, KEYS, 200],
    ['auditor', undefined, KEYS, 200],
    ['metrics', undefined, KEYS, 403],
  ])('of the role %s (partner %s) opens what it is for, at once (%s: %i)', async (role, partnerId, path, status) => {
    const created = await create({ role, partnerId, label: '길동상회 2026', reason: WHY });
    expectSuccess(created, 201);
    const { key, ...shown } = created.detail;
    expect(key).toMatch(/^sk_test_[\w-]{43}$/);
    expect(shown).toEqual({
      keyId: expect.any(Number),
      prefix: key.slice(0, 16),
      role,
      ...(partnerId && { partnerId }),
      label: '길동상회 2026',
      createdAt: expect.any(String),
    });
    expect(created.location).toBe(`${KEYS}/${shown.keyId}`);
    expect(await get(shown.keyId)).toEqual(shown);
    expect(await statusWith(key, path)).toBe(status);
    expect(await actsOf(created)).toEqual([
      {
        action: 'createKey',
        keyId: operatorsId,
        role: 'operator',
        address: '127.0.0.1',
        requestId: created.headers['x-request-id'],
        reason: WHY,
        subject: 'key',
        subjectId: shown.keyId,
      },
    ]);
  });

  it('ends after as many days as were asked for', async () => {
    const { createdAt, expiresAt } = (await done(create({ role: 'app', days: 90 }))).detail;
    const msOf = (time?: string) => Date.parse(`${time?.replace(' ', 'T')}Z`);
    expect(msOf(expiresAt) - msOf(createdAt)).toBe(90 * 86_400_000);
  });

  it('is in the answer and nowhere else: neither in the database nor in Redis', async () => {
    const idempotencyKey = newKey();
    const { key, keyId } = (await done(create({ role: 'app' }, idempotencyKey))).detail;
    const secret = key.slice(20);
    for (const table of ['api_keys', 'keyed_requests', 'operator_acts']) {
      expect(JSON.stringify(await sql(`SELECT * FROM ${table}`))).not.toContain(secret);
    }
    const redis = new Redis(service.program.launch.env?.['REDIS_URL'] as string);
    try {
      expect(await redis.keys(`*${idempotencyKey}*`)).toEqual([]);
    } finally {
      redis.disconnect();
    }
    expect(service.program.lastWords(10_000)).not.toContain(secret);
    for (const path of [KEYS, `${KEYS}/${keyId}`]) {
      const shown = JSON.stringify((await operate('GET', path)).detail);
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain('hash');
    }
  });

  it('is not made twice under one Idempotency-Key, and not shown again', async () => {
    const key = newKey();
    const first = await create({ role: 'app', label: 'once' }, key);
    const again = await create({ role: 'app', label: 'once' }, key);
    expectAnswer(again, 'RequestComplete');
    const { key: _secret, ...shown } = first.detail;
    expect(again.detail).toEqual(shown);
    expect(again.location).toBe(first.location);
    expectAnswer(await create({ role: 'app', label: 'another' }, key), 'KeyReused');
    expect(await actsOf(first, again)).toHaveLength(1);
  });

  it('is made once under one Idempotency-Key, however many ask at once', async () => {
    const [key, label] = [newKey(), newKey()];
    const answers = await atOnce(20, () => create({ role: 'app', label }, key));
    expect(answers.filter(({ code }) => code === 'Success')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await sql('SELECT id FROM api_keys WHERE label = ?', [label])).toHaveLength(1);
    expect(await actsOf(...answers)).toHaveLength(1);
  });

  it.each([
    [{}, ['role']],
    [{ role: 'root' }, ['role']],
    [{ role: 'partner' }, ['partnerId']],
    [{ role: 'app', partnerId: SANDBOX_PARTNER }, ['partnerId']],
    [{ role: 'app', label: '\u3164' }, ['label']],
    [{ role: 'app', label: 'x'.repeat(101) }, ['label']],
    [{ role: 'app', days: 0 }, ['days']],
    [{ role: 'app', days: 10_000 }, ['days']],
    [{ role: 'app', reason: 'x'.repeat(201) }, ['reason']],
    [{ role: 'app', key: 'sk_test_mine' }, ['key']],
  ])('is refused for %j', async (body, fields) => {
    const received = await create(body);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(fields);
    expect(await actsOf(received)).toEqual([]);
  });

  it('is not made for a partner that is not there', async () => {
    const received = await create({ role: 'partner', partnerId: 999_999_999 });
    expectAnswer(received, 'InvalidMerchant');
    expect(await actsOf(received)).toEqual([]);
  });

  it('is listed with all others, newest first, page by page', async () => {
    const made: number[] = [];
    for (let i = 0; i < 3; i++) made.unshift((await done(create({ role: 'metrics' }))).detail.keyId);
    const first = (await done(operate<{ items: Key[]; nextCursor: string }>('GET', `${KEYS}?limit=2`))).detail;
    await done(create({ role: 'metrics' }));
    const page = `${KEYS}?limit=1&cursor=${first.nextCursor}`;
    const second = (await done(operate<{ items: Key[] }>('GET', page))).detail;
    expect([...first.items, ...second.items].map(({ keyId }) => keyId)).toEqual(made);
  });

  it('is revoked, and refused at once by the instance that heard it, and by others within five seconds', async () => {
    const other = await aService({ AUTH: 'required' });
    try {
      const { key, keyId } = (await done(create({ role: 'app' }))).detail;
      expect([await statusWith(key), await statusWith(key, undefined, other.api)]).toEqual([404, 404]);
      const revoked = await revoke(keyId, `?reason=${encodeURIComponent(WHY)}`);
      const from = Date.now();
      expectSuccess(revoked, 200);
      expect(await statusWith(key)).toBe(401);
      expect(revoked.detail).toMatchObject({ keyId, revokedAt: expect.any(String) });
      expect((await get(keyId)).revokedAt).toBe(revoked.detail.revokedAt);
      let status = 404;
      // A busy machine is slower, never a key that stays good.
      while (status === 404 && Date.now() < from + 8 * REVOKED_WITHIN_MS) {
        await sleep(100);
        status = await statusWith(key, undefined, other.api);
      }
      expect(status).toBe(401);
      expect(await actsOf(revoked)).toMatchObject([
        { action: 'revokeKey', keyId: operatorsId, reason: WHY, subject: 'key', subjectId: keyId },
      ]);
    } finally {
      await other.stop();
    }
  });

  it('is revoked once: twice, and twenty times at once, are told the same, and are one act', async () => {
    const { keyId } = (await done(create({ role: 'operator' }))).detail;
    const answers = await atOnce(20, () => revoke(keyId));
    expect(tally(answers)).toEqual({ '200 Success': 20 });
    const again = await revoke(keyId);
    expectSuccess(again, 200);
    expect(new Set([...answers, again].map(({ detail }) => detail.revokedAt)).size).toBe(1);
    expect((await actsOn('key', keyId)).map(({ action }) => action)).toEqual(['createKey', 'revokeKey']);
  });

  it('is not revoked when there is none', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      expectAnswer(await operate(method, `${KEYS}/999999999`), 'KeyNotFound');
    }
    expect(await actsOn('key', 999_999_999)).toEqual([]);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the last good key of an operator', () => {
  let service: ServiceProgram;
  let others: readonly number[];
  beforeAll(async () => {
    service = await aService({ AUTH: 'optional' });
    const good = await sql<{ id: number }>("SELECT id FROM api_keys WHERE role = 'operator' AND revoked_at IS NULL");
    others = [0, ...good.map(({ id }) => id)];
    await sql('UPDATE api_keys SET revoked_at = created_at WHERE id IN (?)', [others]);
  });
  afterAll(async () => {
    await sql('UPDATE api_keys SET revoked_at = NULL WHERE id IN (?)', [others]);
    await service?.stop();
  });

  const revoke = (keyId: number) => service.api.send<Key>('DELETE', `${KEYS}/${keyId}`);

  it('is not revoked, by no way, until there is another one', async () => {
    const last = await aKey('operator');
    const [lastId, overId] = [await keyIdOf(last), await keyIdOf(await aKey('operator'))];
    await sql('UPDATE api_keys SET expires_at = created_at WHERE id = ?', [overId]);
    expectAnswer(await revoke(lastId), 'LastOperatorKey');
    await expect(keysCommand('revoke', last.slice(0, 16))).rejects.toMatchObject({
      stderr: expect.stringContaining('make another one first'),
    });
    expect(await actsOn('key', lastId)).toEqual([]);
    // What is over keeps nobody in.
    expectSuccess(await revoke(overId), 200);
    await aKey('operator');
    expectSuccess(await revoke(lastId), 200);
  });

  it('is left of two that revoke each other at once', async () => {
    for (let i = 0; i < 5; i++) {
      await sql("UPDATE api_keys SET revoked_at = created_at WHERE role = 'operator' AND revoked_at IS NULL");
      const ids = [await keyIdOf(await aKey('operator')), await keyIdOf(await aKey('operator'))];
      expect(tally(await Promise.all(ids.map(revoke)))).toEqual({ '200 Success': 1, '409 LastOperatorKey': 1 });
    }
  });
});
