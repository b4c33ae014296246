import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, hasColumn } from './repeatable-steps.js';

/**
 * A user may link several accounts, one of which is the default. What an instance of the former version writes is a
 * sign-up's link, which is the default: hence the defaults of the columns. Such an instance takes from any of a user's
 * links, within the same limits: let clients link a second account once the last of these instances is gone.
 */
export class SeveralLinks1764500300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'linked_accounts', {
      columns: {
        is_default: 'TINYINT NULL DEFAULT 1',
        is_live: 'TINYINT NULL DEFAULT 1',
        removed_at: 'DATETIME(3) NULL',
      },
      uniqueIndexes: {
        uq_linked_accounts_default: 'user_id, is_default',
        uq_linked_accounts_bank_account: 'user_id, bank_account_id, is_live',
      },
      withoutIndexes: ['uq_linked_accounts_user'],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if (!(await hasColumn(queryRunner, 'linked_accounts', 'is_live'))) return;
    await changeTable(queryRunner, 'linked_accounts', {
      uniqueIndexes: { uq_linked_accounts_user: 'user_id' },
      withoutIndexes: ['uq_linked_accounts_default', 'uq_linked_accounts_bank_account'],
      withoutColumns: ['is_default', 'is_live', 'removed_at'],
    });
  }
}
