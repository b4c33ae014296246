import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable } from './repeatable-steps.js';

/**
 * What operators do, and since when an account is frozen. An instance of the former version does not look at it: let
 * operators freeze accounts once the last of these instances is gone.
 */
export class OperatorActs1764565000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'operator_acts',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       acted_at DATETIME(3) NOT NULL,
       action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       key_id BIGINT NULL,
       role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
       reason VARCHAR(200) NULL,
       subject VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       subject_id BIGINT NULL,
       KEY ix_operator_acts_time (acted_at),
       KEY ix_operator_acts_subject (subject, subject_id, acted_at),
       KEY ix_operator_acts_key (key_id, acted_at),
       KEY ix_operator_acts_action (action, acted_at)`,
    );
    await changeTable(queryRunner, 'accounts', { columns: { frozen_at: 'DATETIME(3) NULL' } });
  }

  down(): Promise<void> {
    return Promise.reject(new Error('what operators did must not be forgotten, nor what they froze be free again'));
  }
}
