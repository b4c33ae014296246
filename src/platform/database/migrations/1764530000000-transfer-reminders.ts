import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

/**
 * When a held transfer's receiver was reminded of it; NULL: not yet, also of those that the version before this one
 * writes. What is to be reminded of is found in one piece of the index.
 */
export class TransferReminders1764530000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'held_transfers', {
      columns: { reminded_at: 'DATETIME(3) NULL' },
      indexes: { ix_held_transfers_reminder: 'is_held, reminded_at, expires_at' },
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'held_transfers', {
      withoutIndexes: ['ix_held_transfers_reminder'],
      withoutColumns: ['reminded_at'],
    });
  }
}
