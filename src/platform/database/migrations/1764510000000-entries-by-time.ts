import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

/**
 * Finds an account's entries of a period without a look at all of its others. Both engines make it while the table is
 * written to.
 */
export class EntriesByTime1764510000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'entries', { indexes: { ix_entries_posted: 'account_id, posted_at, seq' } });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'entries', { withoutIndexes: ['ix_entries_posted'] });
  }
}
