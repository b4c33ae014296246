import { describe, expect, it } from '@jest/globals';
import { newSession } from './session.js';
import { sealOf } from './session-seal.js';

const [KEY, OTHER_KEY] = ['1'.repeat(64), '2'.repeat(64)];
const SESSION = newSession(Date.UTC(2026, 0, 5), { role: 'operator', key: 'sk_test_secret' });

describe('the seal of a session', () => {
  it('is opened by its own key alone', async () => {
    const sealed = (await sealOf([KEY])).close(SESSION);
    expect((await sealOf([KEY])).open(sealed)).toEqual(SESSION);
    expect((await sealOf([OTHER_KEY])).open(sealed)).toBeNull();
  });

  it('shows nothing of what is in it', async () => {
    const sealed = (await sealOf([KEY])).close(SESSION);
    const [inside = ''] = sealed.split(';');
    expect(Buffer.from(inside, 'base64').toString('latin1')).not.toMatch(/secret|operator/);
  });

  it('is opened by a former key, and then closed with the new one', async () => {
    const former = (await sealOf([KEY])).close(SESSION);
    const both = await sealOf([OTHER_KEY, KEY]);
    expect(both.open(former)).toEqual(SESSION);
    expect((await sealOf([OTHER_KEY])).open(both.close(SESSION))).toEqual(SESSION);
  });

  it.each(['', ';', 'nonsense', 'a;b', `${'A'.repeat(64)};${'A'.repeat(32)}`])('is none: %j', async (text) => {
    expect((await sealOf([KEY])).open(text)).toBeNull();
  });

  it('is broken by any change', async () => {
    const seal = await sealOf([KEY]);
    const [inside = '', nonce] = seal.close(SESSION).split(';');
    const changed = Buffer.from(inside, 'base64');
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
    expect(seal.open(`${changed.toString('base64')};${nonce}`)).toBeNull();
  });
});
