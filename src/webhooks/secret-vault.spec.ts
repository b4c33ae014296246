import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../platform/config/config.js';
import { SecretVault } from './secret-vault.js';

const vaultWith = (digit: string) => new SecretVault(loadConfig({ WEBHOOK_SECRET_KEY: digit.repeat(64) }));

describe('a webhook secret', () => {
  const vault = vaultWith('a');

  it('is random, and unreadable at rest', () => {
    const secret = vault.newSecret();
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(vault.newSecret()).not.toBe(secret);
    const closed = vault.close(secret, 100);
    expect(closed.toString('latin1')).not.toContain(secret);
    expect(closed.length).toBeLessThan(255);
    expect(vault.close(secret, 100)).not.toEqual(closed);
    expect(vault.open(closed, 100)).toBe(secret);
  });

  it('opens only with its key, for its partner, and unaltered', () => {
    const closed = vault.close('whsec_x', 100);
    expect(() => vaultWith('b').open(closed, 100)).toThrow();
    expect(() => vault.open(closed, 101)).toThrow();
    for (const place of [0, 12, closed.length - 1]) {
      const altered = Buffer.from(closed);
      altered[place] = (altered[place] ?? 0) ^ 1;
      expect(() => vault.open(altered, 100)).toThrow();
    }
    expect(() => vault.open(closed.subarray(0, 20), 100)).toThrow();
  });
});
