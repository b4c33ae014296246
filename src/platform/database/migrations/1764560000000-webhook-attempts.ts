import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addWords, changeTable, createTable } from './repeatable-steps.js';

/**
 * Which types of events an endpoint wants, and since when it fails; each attempt to deliver, for a while; and resends of
 * many events, each of which goes on where it was interrupted.
 */
export class WebhookAttempts1764560000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'webhook_endpoints', {
      columns: {
        types: 'VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NULL',
        failing_since: 'DATETIME(3) NULL',
        failures: 'INT NOT NULL DEFAULT 0',
      },
      indexes: { ix_webhook_endpoints_live: 'partner_id, deleted_at' },
    });
    // The version before this one writes no such row, and sends none of them.
    await addWords(queryRunner, { table: 'webhook_events', column: 'status', rest: 'NOT NULL' }, ['SKIPPED']);
    await changeTable(queryRunner, 'webhook_events', {
      indexes: { ix_webhook_events_period: 'endpoint_id, occurred_at' },
    });
    // attempted_at and next_attempt_at are by the database's clock.
    await createTable(
      queryRunner,
      'webhook_attempts',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       endpoint_id BIGINT NOT NULL,
       delivery_id BIGINT NOT NULL,
       event_id BIGINT NOT NULL,
       type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       attempt INT NOT NULL,
       status SMALLINT NULL,
       error VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
       duration_ms INT NOT NULL,
       attempted_at DATETIME(3) NOT NULL,
       next_attempt_at DATETIME(3) NULL,
       KEY ix_webhook_attempts_endpoint (endpoint_id)`,
    );
    await createTable(
      queryRunner,
      'webhook_resends',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       endpoint_id BIGINT NOT NULL,
       status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
       after_time DATETIME(3) NOT NULL,
       after_id BIGINT NOT NULL,
       until_time DATETIME(3) NOT NULL,
       looked_at INT NOT NULL DEFAULT 0,
       resent INT NOT NULL DEFAULT 0,
       ended ENUM('ALL','SOME') NULL,
       created_at DATETIME(3) NOT NULL,
       KEY ix_webhook_resends_endpoint (endpoint_id)`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('events of endpoints that were disabled would be lost'));
  }
}
