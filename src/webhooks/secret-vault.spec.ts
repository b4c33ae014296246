import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../platform/config/config.js';
import { SecretVault } from './secret-vault.js';

const vaultWith = (...digits: string[]) =>
  new SecretVault(loadConfig({ DATA_KEYS: digits.map((digit) => digit.repeat(64)).join(', ') }));

describe('a webhook secret', () => {
  const vault = vaultWith('a');

  it('is random, and fits into its column once it is sealed', () => {
    const secret = vault.newSecret();
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(vault.newSecret()).not.toBe(secret);
    const sealed = vault.seal(secret, 100);
    expect([sealed.keyId?.length, sealed.ciphertext.length <= 255]).toEqual([16, true]);
    expect(vault.open(sealed, 100)).toBe(secret);
  });

  it('opens for its own partner only', () => {
    expect(() => vault.open(vault.seal('whsec_x', 100), 101)).toThrow();
  });

  it('is readable after a change of the key as long as the former one is configured behind the new one', () => {
    const sealed = vault.seal('whsec_x', 100);
    expect(vaultWith('b', 'a').open(sealed, 100)).toBe('whsec_x');
    expect(() => vaultWith('b').open(sealed, 100)).toThrow();
    const sealedAfterwards = vaultWith('b', 'a').seal('whsec_x', 100);
    expect(vaultWith('b').open(sealedAfterwards, 100)).toBe('whsec_x');
  });
});
