import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable } from './repeatable-steps.js';

/**
 * Any number of secrets of an endpoint, each with an end of its own; endpoints that are disabled without being deleted,
 * or left alone for a while; and how far the id of a delivery is behind that of its event.
 */
export class WebhookDeliveries1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One secret of an endpoint has no end: the current one. Without key_id: sealed before keys had ids.
    await createTable(
      queryRunner,
      'webhook_secrets',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       endpoint_id BIGINT NOT NULL,
       key_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
       ciphertext VARBINARY(255) NOT NULL,
       valid_until DATETIME(3) NULL,
       KEY ix_webhook_secrets_endpoint (endpoint_id)`,
    );
    if (await hasSecrets(queryRunner)) await copySecrets(queryRunner);
    await changeTable(queryRunner, 'webhook_endpoints', {
      withoutColumns: ['secret', 'previous_secret', 'previous_valid_until'],
      columns: {
        disabled_reason: 'VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL',
        deleted_at: 'DATETIME(3) NULL',
        paused_until: 'DATETIME(3) NULL',
      },
    });
    await queryRunner.query('UPDATE webhook_endpoints SET deleted_at = disabled_at WHERE deleted_at IS NULL');
    // What was sent before keeps its number: each of these rows was an event of its own.
    await changeTable(queryRunner, 'webhook_events', { columns: { event_offset: 'INT NOT NULL DEFAULT 0' } });
  }

  down(): Promise<void> {
    return Promise.reject(new Error('secrets under several keys do not fit into the columns there were'));
  }
}

async function hasSecrets(queryRunner: QueryRunner): Promise<boolean> {
  const columns: unknown[] = await queryRunner.query(
    `SELECT 1 FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'webhook_endpoints' AND COLUMN_NAME = 'secret'`,
  );
  return columns.length > 0;
}

/** Those of endpoints that were not deleted; a second time it finds them there. */
async function copySecrets(queryRunner: QueryRunner): Promise<void> {
  const missing = (column: string) =>
    `NOT EXISTS (SELECT 1 FROM webhook_secrets s WHERE s.endpoint_id = e.id AND s.ciphertext = e.${column})`;
  await queryRunner.query(
    `INSERT INTO webhook_secrets (endpoint_id, ciphertext, valid_until)
     SELECT e.id, e.previous_secret, e.previous_valid_until FROM webhook_endpoints e
     WHERE e.previous_secret IS NOT NULL AND e.disabled_at IS NULL AND ${missing('previous_secret')}`,
  );
  await queryRunner.query(
    `INSERT INTO webhook_secrets (endpoint_id, ciphertext)
     SELECT e.id, e.secret FROM webhook_endpoints e WHERE e.disabled_at IS NULL AND ${missing('secret')}`,
  );
}
