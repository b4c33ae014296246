import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SealBroken, Vault } from './vault.js';

const [OLDEST, OLD, NEW] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const TEXT = '1234567890 홍길동';
const OWNER = 'user:1';
const PURPOSE = 'names';

/** As it was done before keys had ids. */
function sealedWithoutId(text: string, hexKey: string, owner: string) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(hexKey, 'hex'), iv).setAAD(Buffer.from(owner));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { keyId: null, ciphertext: Buffer.concat([iv, cipher.getAuthTag(), encrypted]) };
}

describe('a vault', () => {
  it('gives back what was put in, which is unreadable meanwhile, and never the same twice', () => {
    const vault = new Vault([OLD], PURPOSE);
    const sealed = vault.seal(TEXT, OWNER);
    expect(sealed.ciphertext.includes(TEXT)).toBe(false);
    expect(vault.seal(TEXT, OWNER).ciphertext).not.toEqual(sealed.ciphertext);
    expect(vault.open(sealed, OWNER)).toBe(TEXT);
  });

  it('opens what was sealed under any of its keys, and seals under the newest', () => {
    const former = [OLDEST, OLD].map((key) => new Vault([key], PURPOSE).seal(TEXT, OWNER));
    const vault = new Vault([NEW, OLD, OLDEST], PURPOSE);
    expect(former.map((sealed) => vault.open(sealed, OWNER))).toEqual([TEXT, TEXT]);
    const sealed = vault.seal(TEXT, OWNER);
    expect(sealed.keyId).toBe(new Vault([NEW], PURPOSE).seal('', '').keyId);
    expect(new Set([...former, sealed].map(({ keyId }) => keyId)).size).toBe(3);
    expect(new Vault([NEW], PURPOSE).open(sealed, OWNER)).toBe(TEXT);
  });

  it('says which key is missing', () => {
    const sealed = new Vault([OLD], PURPOSE).seal(TEXT, OWNER);
    expect(() => new Vault([NEW], PURPOSE).open(sealed, OWNER)).toThrow(SealBroken);
    expect(() => new Vault([NEW], PURPOSE).open(sealed, OWNER)).toThrow(`under the key ${sealed.keyId}`);
  });

  it('opens nothing of another owner, altered, cut short, or called by the id of another key', () => {
    const vault = new Vault([NEW, OLD], PURPOSE);
    const sealed = vault.seal(TEXT, OWNER);
    expect(() => vault.open(sealed, 'user:2')).toThrow(SealBroken);
    for (const place of [0, 12, sealed.ciphertext.length - 1]) {
      const ciphertext = Buffer.from(sealed.ciphertext);
      ciphertext[place] = (ciphertext[place] ?? 0) ^ 1;
      expect(() => vault.open({ ...sealed, ciphertext }, OWNER)).toThrow(SealBroken);
    }
    for (const length of [0, 5, 20]) {
      const cut = { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) };
      expect(() => vault.open(cut, OWNER)).toThrow(SealBroken);
    }
    const { keyId } = new Vault([OLD], PURPOSE).seal('', '');
    expect(() => vault.open({ ...sealed, keyId }, OWNER)).toThrow(SealBroken);
  });

  it('opens nothing that was sealed for another purpose, though its keys have the same ids', () => {
    const sealed = new Vault([OLD], PURPOSE).seal(TEXT, OWNER);
    for (const purpose of ['numbers', null]) {
      expect(new Vault([OLD], purpose).keyId).toBe(sealed.keyId);
      expect(() => new Vault([OLD], purpose).open(sealed, OWNER)).toThrow(SealBroken);
    }
  });

  it('opens what was sealed before keys had ids with whichever key it was', () => {
    const sealed = sealedWithoutId(TEXT, OLDEST, OWNER);
    expect(new Vault([NEW, OLD, OLDEST], null).open(sealed, OWNER)).toBe(TEXT);
    expect(() => new Vault([NEW, OLD], null).open(sealed, OWNER)).toThrow(SealBroken);
    expect(() => new Vault([OLDEST], null).open(sealed, 'user:2')).toThrow(SealBroken);
  });

  it('is nothing without a key', () => {
    expect(() => new Vault([], PURPOSE)).toThrow('a vault needs a key');
  });
});
