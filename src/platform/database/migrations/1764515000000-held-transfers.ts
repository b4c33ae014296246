import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addWords, createTable } from './repeatable-steps.js';

/**
 * Transfers that wait until their receiver accepts them, and their ends. Both share the ids of movements; a transfer
 * has one end.
 */
export class HeldTransfers1764515000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await addWords(queryRunner, { table: 'accounts', column: 'kind', rest: 'NOT NULL' }, ['TRANSFER_ESCROW']);
    // is_held = 1 until the transfer ends, then NULL: what is due is found at the front of the index.
    await createTable(
      queryRunner,
      'held_transfers',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       is_held TINYINT NULL,
       expires_at DATETIME(3) NOT NULL,
       taken_until DATETIME(3) NULL,
       KEY ix_held_transfers_due (is_held, expires_at)`,
    );
    await createTable(
      queryRunner,
      'transfer_ends',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       transfer_id BIGINT NOT NULL,
       outcome ENUM('ACCEPTED','CANCELED','EXPIRED') NOT NULL,
       UNIQUE KEY uq_transfer_ends_transfer (transfer_id)`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('money may be held for transfers'));
  }
}
