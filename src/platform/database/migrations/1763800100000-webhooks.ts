import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/** Where partners want to hear of their payments, and what they are told: outbox and state of delivery in one table. */
export class Webhooks1763800100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = (name: string, body: string) => createTable(queryRunner, name, body);

    // Secrets are encrypted. The previous one is used beside the current one until previous_valid_until.
    await table(
      'webhook_endpoints',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       partner_id BIGINT NOT NULL,
       url VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       secret VARBINARY(255) NOT NULL,
       previous_secret VARBINARY(255) NULL,
       previous_valid_until DATETIME(3) NULL,
       created_at DATETIME(3) NOT NULL,
       disabled_at DATETIME(3) NULL,
       KEY ix_webhook_endpoints_partner (partner_id, disabled_at)`,
    );
    // next_attempt_at, created_at and delivered_at are by the database's clock, which all instances share.
    await table(
      'webhook_events',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       endpoint_id BIGINT NOT NULL,
       partner_id BIGINT NOT NULL,
       payment_id BIGINT NOT NULL,
       sequence INT NOT NULL,
       type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       payload MEDIUMTEXT NOT NULL,
       occurred_at DATETIME(3) NOT NULL,
       status ENUM('PENDING','DELIVERED','UNDELIVERED') NOT NULL,
       attempts INT NOT NULL DEFAULT 0,
       next_attempt_at DATETIME(3) NOT NULL,
       last_status SMALLINT NULL,
       last_error VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
       created_at DATETIME(3) NOT NULL,
       delivered_at DATETIME(3) NULL,
       UNIQUE KEY uq_webhook_events_sequence (endpoint_id, payment_id, sequence),
       KEY ix_webhook_events_due (status, endpoint_id, next_attempt_at),
       KEY ix_webhook_events_partner (partner_id, status),
       CONSTRAINT ck_webhook_events CHECK (sequence > 0 AND attempts >= 0)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'webhook_events');
    await dropTable(queryRunner, 'webhook_endpoints');
  }
}
