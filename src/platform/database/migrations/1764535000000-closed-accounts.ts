import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

/**
 * When an account was closed. An instance of the former version does not look at it: let clients close accounts once
 * the last of these instances is gone.
 */
export class ClosedAccounts1764535000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'accounts', { columns: { closed_at: 'DATETIME(3) NULL' } });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'accounts', { withoutColumns: ['closed_at'] });
  }
}
