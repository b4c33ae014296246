import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_DIGITS = 16;

/** What the vault has encrypted. Store both: the id says which key opens it, and which keys are still needed. */
export interface Sealed {
  /** Null for what was sealed before keys had ids: every key is tried. */
  readonly keyId: string | null;
  readonly ciphertext: Buffer;
}

/** What sealed it is not among the keys, or it was altered, or belongs to another owner. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * Encrypts what must be readable again (AES-256-GCM), under one of several keys: the first one seals, and all of them
 * open. So a key is replaced by putting a new one before it, and dropped once nothing sealed under it is left.
 */
export class Vault {
  /** Of the key that seals. */
  readonly keyId: string;
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly newest: Buffer;

  /**
   * @param hexKeys 64 hexadecimal digits each, the newest first
   * @param purpose each has keys of its own, derived from these; what is sealed for one opens for no other. Null: these
   *   keys themselves, as webhook secrets are sealed since before there were purposes.
   */
  constructor(hexKeys: readonly string[], purpose: string | null) {
    const keys = hexKeys.map((hex) => Buffer.from(hex, 'hex'));
    const [newest] = keys;
    if (!newest) throw new Error('a vault needs a key');
    this.keyId = keyIdOf(newest);
    this.newest = derivedKey(newest, purpose);
    this.keys = new Map(keys.map((key) => [keyIdOf(key), derivedKey(key, purpose)]));
  }

  /** `owner` is part of the seal: what is copied into another owner's row does not open. */
  seal(text: string, owner: string): Sealed & { readonly keyId: string } {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.newest, iv).setAAD(Buffer.from(owner));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { keyId: this.keyId, ciphertext: Buffer.concat([iv, cipher.getAuthTag(), encrypted]) };
  }

  /** @throws SealBroken */
  open({ keyId, ciphertext }: Sealed, owner: string): string {
    if (keyId === null) return this.openWithAny(ciphertext, owner);
    const key = this.keys.get(keyId);
    if (!key) throw new SealBroken(`it was sealed under the key ${keyId}, which is not configured`);
    return openWith(key, ciphertext, owner);
  }

  private openWithAny(ciphertext: Buffer, owner: string): string {
    for (const key of this.keys.values()) {
      try {
        return openWith(key, ciphertext, owner);
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
      }
    }
    throw new SealBroken('none of the configured keys opens it');
  }
}

/** A key for one purpose (HKDF-SHA-256): it tells nothing of the key, or of those for other purposes. */
export function derivedKey(key: Buffer, purpose: string | null): Buffer {
  if (purpose === null) return key;
  return Buffer.from(hkdfSync('sha256', key, '', `pay-practice ${purpose}`, KEY_BYTES));
}

/** Derived from the key, so that nobody has to number keys. It tells nothing of the key. */
function keyIdOf(key: Buffer): string {
  return createHmac('sha256', key).update('key id').digest('hex').slice(0, KEY_ID_DIGITS);
}

function openWith(key: Buffer, ciphertext: Buffer, owner: string): string {
  const iv = ciphertext.subarray(0, IV_BYTES);
  const tag = ciphertext.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    return decipher.update(ciphertext.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw new SealBroken('the key is another one, or it was altered', { cause: error });
  }
}
