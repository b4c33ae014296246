import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { RowVault, type SealedTable } from '../platform/vault/row-vault.js';
import type { LinkedAccount } from './linked-account.entity.js';

type Column = 'sealed_number' | 'sealed_owner_name' | 'sealed_handle';
type Sealed = Pick<LinkedAccount, 'keyId' | 'sealedNumber' | 'sealedOwnerName' | 'sealedHandle'>;
/** What says whom the bank takes the money from, as it is stored. */
export type SealedPayer = Of<'sealedHandle' | 'sealedOwnerName'>;
type Of<Fields extends keyof LinkedAccount> = Pick<LinkedAccount, 'userId' | 'keyId' | Fields>;

export const LINKED_ACCOUNTS_SEALED: SealedTable<Column> = {
  table: 'linked_accounts',
  id: 'id',
  columns: ['sealed_number', 'sealed_owner_name', 'sealed_handle'],
  owner: "CONCAT('user:', t.user_id)",
};

/** Seals and opens what is personal of a linked account. */
@Injectable()
export class LinkVault {
  private readonly vault: RowVault<Column>;

  constructor(config: Config) {
    this.vault = new RowVault(config.dataKeys, LINKED_ACCOUNTS_SEALED);
  }

  seal(userId: number, link: { accountNumber: string; ownerName: string; fintechUseNum: string }): Sealed {
    const plain = {
      sealed_number: link.accountNumber,
      sealed_owner_name: link.ownerName,
      sealed_handle: link.fintechUseNum,
    };
    const { sealed_number, sealed_owner_name, sealed_handle } = this.vault.seal(plain, ownerOf(userId));
    return {
      keyId: this.vault.keyId,
      sealedNumber: sealed_number,
      sealedOwnerName: sealed_owner_name,
      sealedHandle: sealed_handle,
    };
  }

  /** As the user has written it. @throws SealBroken */
  numberOf({ userId, keyId, sealedNumber }: Of<'sealedNumber'>): string {
    return this.vault.openOne(keyId, 'sealed_number', sealedNumber, ownerOf(userId));
  }

  /** What the bank is told: the account's handle and its owner. @throws SealBroken */
  payerOf({ userId, keyId, sealedHandle, sealedOwnerName }: SealedPayer): {
    fintechUseNum: string;
    ownerName: string;
  } {
    return {
      fintechUseNum: this.handleOf({ userId, keyId, sealedHandle }),
      ownerName: this.vault.openOne(keyId, 'sealed_owner_name', sealedOwnerName, ownerOf(userId)),
    };
  }

  /** @throws SealBroken */
  handleOf({ userId, keyId, sealedHandle }: Of<'sealedHandle'>): string {
    return this.vault.openOne(keyId, 'sealed_handle', sealedHandle, ownerOf(userId));
  }
}

const ownerOf = (userId: number) => `user:${userId}`;
