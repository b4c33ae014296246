import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { RowVault, type SealedTable } from '../platform/vault/row-vault.js';
import type { User } from './user.entity.js';

/** Sealed for the print of the e-mail: the id is not known yet when a row is written. */
export const USERS_SEALED: SealedTable<'sealed_name' | 'sealed_email'> = {
  table: 'users',
  id: 'id',
  columns: ['sealed_name', 'sealed_email'],
  owner: 'LOWER(HEX(t.email_print))',
};

/** Seals and opens what is personal of a user. */
@Injectable()
export class UserVault {
  private readonly vault: RowVault<'sealed_name' | 'sealed_email'>;

  constructor(config: Config) {
    this.vault = new RowVault(config.dataKeys, USERS_SEALED);
  }

  seal(name: string, email: string, emailPrint: Buffer): Pick<User, 'keyId' | 'sealedName' | 'sealedEmail'> {
    const sealed = this.vault.seal({ sealed_name: name, sealed_email: email }, ownerOf(emailPrint));
    return { keyId: this.vault.keyId, sealedName: sealed.sealed_name, sealedEmail: sealed.sealed_email };
  }

  /** @throws SealBroken */
  nameOf({ keyId, sealedName, emailPrint }: Pick<User, 'keyId' | 'sealedName' | 'emailPrint'>): string {
    return this.vault.openOne(keyId, 'sealed_name', sealedName, ownerOf(emailPrint));
  }

  /** @throws SealBroken */
  emailOf({ keyId, sealedEmail, emailPrint }: Pick<User, 'keyId' | 'sealedEmail' | 'emailPrint'>): string {
    return this.vault.openOne(keyId, 'sealed_email', sealedEmail, ownerOf(emailPrint));
  }
}

const ownerOf = (emailPrint: Buffer) => emailPrint.toString('hex');
