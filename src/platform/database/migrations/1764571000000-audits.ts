import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/**
 * The last audits, each with the rows that it found wrong. Times are the database's own. Nothing here is part of the
 * books. Audits of instances of the former version are not among them.
 */
export class Audits1764571000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const name = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    // checks: how many rows each check found wrong, as JSON; finding_count: how many of them are kept.
    await createTable(
      queryRunner,
      'audits',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       started_at DATETIME(3) NOT NULL,
       ended_at DATETIME(3) NOT NULL,
       checks TEXT NOT NULL,
       bank_unanswered BIGINT NOT NULL,
       finding_count INT NOT NULL`,
    );
    // row_key: the columns that name the row, and their values, as JSON.
    await createTable(
      queryRunner,
      'audit_findings',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       audit_id BIGINT NOT NULL,
       check_name ${name},
       table_name ${name},
       row_key VARCHAR(500) NOT NULL,
       problem VARCHAR(1000) NOT NULL,
       KEY ix_audit_findings_audit (audit_id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'audit_findings');
    await dropTable(queryRunner, 'audits');
  }
}
