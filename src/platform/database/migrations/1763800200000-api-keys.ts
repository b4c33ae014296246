import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/** Who may call. Only the SHA-256 of a key is kept. */
export class ApiKeys1763800200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'api_keys',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       role ENUM('partner','app','operator') NOT NULL,
       partner_id BIGINT NULL,
       prefix VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       hash BINARY(32) NOT NULL,
       label VARCHAR(100) NULL,
       created_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NULL,
       revoked_at DATETIME(3) NULL,
       last_used_at DATETIME(3) NULL,
       UNIQUE KEY uq_api_keys_hash (hash),
       CONSTRAINT ck_api_keys_partner CHECK ((role = 'partner') = (partner_id IS NOT NULL))`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'api_keys');
  }
}
