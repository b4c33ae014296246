import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Clock } from '../platform/clock/clock.js';
import { isKeyOf, keyIn, type KeyPrint, newKey, printOf } from './api-key.js';
import type { StoredKey } from './api-keys.repository.js';
import type { ApiKeysService } from './api-keys.service.js';
import { KEY_FRESH_MS, KnownKeys } from './known-keys.js';

const stored = (print: KeyPrint, changes: Partial<StoredKey> = {}): StoredKey => ({
  ...print,
  id: 7,
  role: 'app',
  partnerId: null,
  label: null,
  createdAt: new Date(),
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  ...changes,
});

describe('a key', () => {
  const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

  it('is found in its header, and only there, and only where it was made for', () => {
    const key = newKey('production');
    expect(key).toMatch(/^sk_live_[\w-]{43}$/);
    for (const header of [`Bearer ${key}`, `BEARER ${key}`, basic(`${key}:`), basic(`${key}:`).replace('B', 'b')]) {
      expect(keyIn(header)).toBe(key);
    }
    for (const header of [
      key,
      `Bearer  ${key}`,
      `Digest ${key}`,
      `Basic ${key}`,
      basic(key),
      basic(`${key}:x`),
      basic(`:${key}`),
    ]) {
      expect(keyIn(header)).toBeNull();
    }
    expect(isKeyOf('production', key)).toBe(true);
    expect(isKeyOf('development', key)).toBe(false);
  });

  it('that was called pk_… once is good still', () => {
    const old = newKey('test').replace('sk_', 'pk_');
    expect(keyIn(`Bearer ${old}`)).toBe(old);
    expect([isKeyOf('test', old), isKeyOf('production', old)]).toEqual([true, false]);
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newKey('test'))).size).toBe(1_000);
  });
});

describe('known keys', () => {
  const table = new Map<string, StoredKey>();
  const findByHash = jest.fn<ApiKeysService['findByHash']>();
  const markUsed = jest.fn<ApiKeysService['markUsed']>();
  let known: KnownKeys;
  let nowMs: number;

  beforeEach(() => {
    table.clear();
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    findByHash.mockReset().mockImplementation((hash) => Promise.resolve(table.get(hash.toString('hex')) ?? null));
    markUsed.mockReset().mockResolvedValue();
    known = new KnownKeys({ findByHash, markUsed } as unknown as ApiKeysService, new Clock());
  });

  const aStoredKey = (changes: Partial<StoredKey> = {}): KeyPrint => {
    const print = printOf(newKey('test'));
    table.set(print.hash.toString('hex'), stored(print, changes));
    return print;
  };

  it('cost one look-up for any number of requests at once, and for those of the next seconds', async () => {
    const print = aStoredKey();
    const found = await Promise.all(Array.from({ length: 100 }, () => known.find(print)));
    nowMs += KEY_FRESH_MS / 2 - 1;
    expect([...found, await known.find(print)].every((key) => key?.id === 7)).toBe(true);
    expect(findByHash).toHaveBeenCalledTimes(1);
  });

  it('are asked about again before the five seconds are over, by nobody who waits for it', async () => {
    const print = aStoredKey();
    await known.find(print);
    nowMs += KEY_FRESH_MS - 1;
    findByHash.mockImplementationOnce(() => new Promise(() => undefined));
    const found = await Promise.all(Array.from({ length: 100 }, () => known.find(print)));
    expect(found.every((key) => key?.id === 7)).toBe(true);
    expect(findByHash).toHaveBeenCalledTimes(2);
  });

  it('are good for five seconds after they were revoked at most', async () => {
    const print = aStoredKey();
    await known.find(print);
    table.set(print.hash.toString('hex'), stored(print, { revokedAt: new Date() }));
    nowMs += KEY_FRESH_MS;
    expect(await known.find(print)).toBeNull();
    expect(await known.find(print)).toBeNull();
    expect(findByHash).toHaveBeenCalledTimes(2);
  });

  it('are no longer good once it is heard here that they were revoked', async () => {
    const print = aStoredKey();
    await known.find(print);
    table.set(print.hash.toString('hex'), stored(print, { revokedAt: new Date() }));
    known.forget(print);
    expect(await known.find(print)).toBeNull();
  });

  it('end to the millisecond, whatever is remembered', async () => {
    const print = aStoredKey({ expiresAt: new Date(Date.now() + 1_000) });
    expect(await known.find(print)).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    expect(await known.find(print)).toBeNull();
  });

  it('are remembered when they are wrong, and then no strangers for some seconds', async () => {
    const print = printOf(newKey('test'));
    expect(known.isStranger(print)).toBe(true);
    for (let i = 0; i < 10; i++) expect(await known.find(print)).toBeNull();
    expect(findByHash).toHaveBeenCalledTimes(1);
    expect(known.isStranger(print)).toBe(false);
    nowMs += KEY_FRESH_MS;
    expect(known.isStranger(print)).toBe(true);
  });

  it('are never pushed out by wrong ones, however many', async () => {
    const print = aStoredKey();
    await known.find(print);
    for (let i = 0; i < 20_000; i++) await known.find({ prefix: '', hash: Buffer.from(`guess ${i}`) });
    findByHash.mockClear();
    expect(await known.find(print)).not.toBeNull();
    expect(findByHash).not.toHaveBeenCalled();
  });

  it('are not taken for one another should the database hand out a wrong row', async () => {
    const print = aStoredKey();
    findByHash.mockResolvedValue(stored(printOf(newKey('test'))));
    expect(await known.find(print)).toBeNull();
  });

  it('stay unknown when the database is away, and are asked for again', async () => {
    const print = aStoredKey();
    findByHash.mockRejectedValueOnce(new Error('away'));
    await expect(known.find(print)).rejects.toThrow('away');
    expect(await known.find(print)).not.toBeNull();
  });

  it('have their use written now and then, not each time', async () => {
    const print = aStoredKey({ lastUsedAt: new Date(Date.now() - 60_000) });
    await known.find(print);
    expect(markUsed).not.toHaveBeenCalled();
    const old = aStoredKey({ id: 8, lastUsedAt: new Date(Date.now() - 3_600_000) });
    await known.find(old);
    await known.find(old);
    expect(markUsed.mock.calls).toEqual([[8]]);
  });
});
