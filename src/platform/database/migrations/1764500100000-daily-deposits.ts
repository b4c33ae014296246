import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable, dropTable, updateInBatches } from './repeatable-steps.js';

/** Savings accounts that are paid into by themselves, each business day (Asia/Seoul), from tomorrow on. */
export class DailyDeposits1764500100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'savings_accounts', {
      columns: { deposit_seen: 'DATE NULL', deposit_lease_until: 'DATETIME(3) NULL' },
      indexes: { ix_savings_accounts_deposit: 'deposit_seen' },
    });
    await createTable(
      queryRunner,
      'daily_deposits',
      `account_id BIGINT NOT NULL,
       day DATE NOT NULL,
       status ENUM('PENDING','PAID','FAILED') NOT NULL,
       amount BIGINT NOT NULL,
       movement_id BIGINT NULL,
       failure_code VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       recorded_at DATETIME(3) NOT NULL,
       PRIMARY KEY (account_id, day),
       UNIQUE KEY uq_daily_deposits_movement (movement_id)`,
    );
    await updateInBatches(queryRunner, {
      table: 'savings_accounts',
      key: 'account_id',
      update: `UPDATE savings_accounts SET deposit_seen = DATE(UTC_TIMESTAMP() + INTERVAL 9 HOUR)
        WHERE account_id > ? AND account_id <= ? AND daily_deposit IS NOT NULL AND deposit_seen IS NULL`,
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'daily_deposits');
    await changeTable(queryRunner, 'savings_accounts', {
      withoutIndexes: ['ix_savings_accounts_deposit'],
      withoutColumns: ['deposit_seen', 'deposit_lease_until'],
    });
  }
}
