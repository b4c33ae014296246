import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/** One row: the seconds that a sandbox adds to the real time. In production nobody reads it. */
export class SandboxClock1764520000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'sandbox_clock',
      'id TINYINT NOT NULL PRIMARY KEY, offset_seconds BIGINT NOT NULL DEFAULT 0',
    );
    await queryRunner.query('INSERT IGNORE INTO sandbox_clock (id) VALUES (1)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'sandbox_clock');
  }
}
