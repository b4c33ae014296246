import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { RowVault, type SealedTable } from '../platform/vault/row-vault.js';
import type { MovementMemo } from './movement-memo.entity.js';

export const MEMOS_SEALED: SealedTable<'sealed_memo'> = {
  table: 'movement_memos',
  id: 'movement_id',
  columns: ['sealed_memo'],
  owner: "(SELECT CONCAT('user:', m.user_id) FROM movements m WHERE m.id = t.movement_id)",
};

/** Seals and opens memos, for the user who sent them. */
@Injectable()
export class MemoVault {
  private readonly vault: RowVault<'sealed_memo'>;

  constructor(config: Config) {
    this.vault = new RowVault(config.dataKeys, MEMOS_SEALED);
  }

  seal(memo: string, userId: number): Pick<MovementMemo, 'keyId' | 'sealedMemo'> {
    return { keyId: this.vault.keyId, sealedMemo: this.vault.seal({ sealed_memo: memo }, ownerOf(userId)).sealed_memo };
  }

  /** @throws SealBroken */
  open({ keyId, sealedMemo }: Pick<MovementMemo, 'keyId' | 'sealedMemo'>, userId: number): string {
    return this.vault.openOne(keyId, 'sealed_memo', sealedMemo, ownerOf(userId));
  }
}

const ownerOf = (userId: number) => `user:${userId}`;
