import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable } from './repeatable-steps.js';

/**
 * A movement's type is a word, so that a new kind of movement needs no change of the schema; keys of other calls have a
 * table.
 */
export class MovementTypes1764200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'movements', {
      modified: { type: 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL' },
    });
    await createTable(
      queryRunner,
      'keyed_requests',
      `idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       scope VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       request_hash BINARY(32) NOT NULL,
       attempt_id BINARY(16) NOT NULL,
       resource_id BIGINT NOT NULL,
       created_at DATETIME(3) NOT NULL,
       PRIMARY KEY (idempotency_key, scope)`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('types that were not known before may be in use'));
  }
}
