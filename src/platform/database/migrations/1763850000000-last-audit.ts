import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/** One row: what the last audit found, for the instances that did not run it. Times are the database's own. */
export class LastAudit1763850000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'last_audit',
      `id TINYINT NOT NULL PRIMARY KEY,
       ended_at DATETIME(3) NOT NULL,
       duration_seconds DOUBLE NOT NULL,
       violations TEXT NOT NULL,
       bank_unanswered BIGINT NOT NULL,
       settled_until DATETIME(3) NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'last_audit');
  }
}
