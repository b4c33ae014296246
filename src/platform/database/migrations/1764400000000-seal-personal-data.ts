import type { MigrationInterface, QueryRunner } from 'typeorm';
import { makeIndexKey } from '../../vault/blind-index.js';
import { changeTable, createTable } from './repeatable-steps.js';
import { dataKeysOf, sealBankAccounts, sealLinks, sealUsers } from './sealing.js';

const KEY_ID = 'CHAR(16) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Names, e-mails, account numbers, handles and memos are encrypted, and found by prints of them. This adds the columns
 * and fills them: an instance of the former version goes on meanwhile, with the columns that it knows.
 */
export class SealPersonalData1764400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'index_keys',
      `id TINYINT NOT NULL PRIMARY KEY,
       key_id ${KEY_ID} NOT NULL,
       sealed_key VARBINARY(255) NOT NULL`,
    );
    await makeIndexKey(queryRunner, dataKeysOf(queryRunner));
    await createTable(
      queryRunner,
      'movement_memos',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       key_id ${KEY_ID} NOT NULL,
       sealed_memo VARBINARY(512) NOT NULL,
       KEY ix_movement_memos_key (key_id)`,
    );
    await changeTable(queryRunner, 'users', {
      columns: {
        key_id: `${KEY_ID} NULL`,
        sealed_name: 'VARBINARY(255) NULL',
        sealed_email: 'VARBINARY(512) NULL',
        email_print: 'BINARY(32) NULL',
      },
      uniqueIndexes: { uq_users_email_print: 'email_print' },
      indexes: { ix_users_key: 'key_id' },
    });
    await changeTable(queryRunner, 'bank_accounts', {
      columns: { number_print: 'BINARY(32) NULL' },
      uniqueIndexes: { uq_bank_accounts_print: 'bank_code, number_print' },
    });
    await changeTable(queryRunner, 'linked_accounts', {
      columns: {
        key_id: `${KEY_ID} NULL`,
        sealed_number: 'VARBINARY(64) NULL',
        sealed_owner_name: 'VARBINARY(255) NULL',
        sealed_handle: 'VARBINARY(64) NULL',
      },
      indexes: { ix_linked_accounts_key: 'key_id' },
    });
    await sealUsers(queryRunner);
    await sealBankAccounts(queryRunner);
    await sealLinks(queryRunner);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('what was written since is there in encrypted form only'));
  }
}
