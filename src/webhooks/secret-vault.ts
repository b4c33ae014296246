import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Config } from '../platform/config/config.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps the secrets that events are signed with: they must be readable, so they are encrypted rather than hashed. Bound
 * to their partner, so that one copied into another's row doesn't open.
 */
@Injectable()
export class SecretVault {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = Buffer.from(config.webhookSecretKey, 'hex');
  }

  /** A secret for a new endpoint or a rotation: 256 random bits. */
  newSecret(): string {
    return `whsec_${randomBytes(32).toString('base64url')}`;
  }

  close(secret: string, partnerId: number): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv).setAAD(owner(partnerId));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]);
  }

  /** @throws when it was closed with another key, or for another partner */
  open(closed: Buffer, partnerId: number): string {
    const iv = closed.subarray(0, IV_BYTES);
    const tag = closed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(owner(partnerId)).setAuthTag(tag);
    return decipher.update(closed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}

const owner = (partnerId: number) => Buffer.from(`partner:${partnerId}`);
