import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

/**
 * When a user's wallet was closed and all that is personal of them erased. Let clients close wallets once the last
 * instance of the former version is gone: it does not look at this, and would show a user without a linked account.
 */
export class ErasedUsers1764540000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'users', { columns: { erased_at: 'DATETIME(3) NULL' } });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'users', { withoutColumns: ['erased_at'] });
  }
}
