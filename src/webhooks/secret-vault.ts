import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Config } from '../platform/config/config.js';
import type { SealedTable } from '../platform/vault/row-vault.js';
import { type Sealed, Vault } from '../platform/vault/vault.js';

export const WEBHOOK_SECRETS_SEALED: SealedTable<'ciphertext'> = {
  table: 'webhook_secrets',
  id: 'id',
  columns: ['ciphertext'],
  owner: "(SELECT CONCAT('partner:', e.partner_id) FROM webhook_endpoints e WHERE e.id = t.endpoint_id)",
  isWithoutPurpose: true,
};

/** Keeps the secrets that events are signed with: they must be readable, so they are encrypted rather than hashed. */
@Injectable()
export class SecretVault {
  private readonly vault: Vault;

  constructor(config: Config) {
    this.vault = new Vault(config.dataKeys, null);
  }

  /** A secret for a new endpoint or a rotation: 256 random bits. */
  newSecret(): string {
    return `whsec_${randomBytes(32).toString('base64url')}`;
  }

  seal(secret: string, ownerId: number): Sealed {
    return this.vault.seal(secret, ownerOf(ownerId));
  }

  /** @throws SealBroken when it can't be opened with the keys there are, or is another owner's */
  open(sealed: Sealed, ownerId: number): string {
    return this.vault.open(sealed, ownerOf(ownerId));
  }
}

/** Also for `APP`: so the expression above, and every version of the service, can seal them anew. */
const ownerOf = (ownerId: number) => `partner:${ownerId}`;
