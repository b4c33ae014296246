import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addWords, createTable, dropTable, updateInBatches } from './repeatable-steps.js';

/**
 * Savings accounts have a product and earn interest. Those that are there are free savings, and earn from today
 * (Asia/Seoul) on. INSERT IGNORE passes over those that have a row already, and over nothing else: all values are ours.
 */
export class SavingsThatEarn1764500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await addWords(queryRunner, { table: 'accounts', column: 'kind', rest: 'NOT NULL' }, ['INTEREST_EXPENSE']);
    await createTable(
      queryRunner,
      'savings_accounts',
      `account_id BIGINT NOT NULL PRIMARY KEY,
       product VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       rate_basis_points INT NOT NULL,
       daily_deposit BIGINT NULL,
       earns_from DATE NOT NULL,
       interest_seen DATE NOT NULL,
       interest_lease_until DATETIME(3) NULL,
       closed_at DATETIME(3) NULL,
       KEY ix_savings_accounts_interest (closed_at, interest_seen)`,
    );
    await createTable(
      queryRunner,
      'interest_postings',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       account_id BIGINT NOT NULL,
       day DATE NOT NULL,
       rest INT NOT NULL,
       settled_seq BIGINT NOT NULL,
       UNIQUE KEY uq_interest_postings_day (account_id, day),
       CONSTRAINT ck_interest_postings CHECK (rest >= 0 AND rest < 3650000 AND settled_seq >= 0)`,
    );
    const today = 'DATE(UTC_TIMESTAMP() + INTERVAL 9 HOUR)';
    await updateInBatches(queryRunner, {
      table: 'accounts',
      key: 'id',
      update: `INSERT IGNORE INTO savings_accounts (account_id, product, rate_basis_points, earns_from, interest_seen)
        SELECT id, 'FREE', 300, ${today}, ${today} - INTERVAL 1 DAY FROM accounts
        WHERE id > ? AND id <= ? AND kind = 'SAVINGS'`,
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'interest_postings');
    await dropTable(queryRunner, 'savings_accounts');
  }
}
