import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/**
 * Amounts are won in BIGINT; times are UTC. Text compares byte by byte (utf8mb4_bin exists on MySQL and MariaDB alike).
 * There are no foreign keys: their checks would lock a parent row that every payment of a partner shares.
 */
export class InitialSchema1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = (name: string, body: string) => createTable(queryRunner, name, body);

    await table(
      'users',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       name VARCHAR(50) NOT NULL,
       email VARCHAR(254) NOT NULL,
       email_key VARCHAR(508) NOT NULL,
       created_at DATETIME(3) NOT NULL,
       UNIQUE KEY uq_users_email (email_key)`,
    );
    await table(
      'partners',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       name VARCHAR(50) NOT NULL,
       created_at DATETIME(3) NOT NULL`,
    );
    // sole = 1 where an owner has exactly one account of the kind (NULL, for savings, never collides).
    // Partners' and banks' rows never change: their balance is the sum of their entries.
    await table(
      'accounts',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       kind ENUM('MAIN','SAVINGS','PARTNER_PAYABLE','BANK_CLEARING') NOT NULL,
       owner_id BIGINT NOT NULL,
       sole TINYINT NULL,
       number VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       balance BIGINT NOT NULL DEFAULT 0,
       held BIGINT NOT NULL DEFAULT 0,
       last_seq BIGINT NOT NULL DEFAULT 0,
       opened_at DATETIME(3) NOT NULL,
       UNIQUE KEY uq_accounts_owner (kind, owner_id, sole),
       UNIQUE KEY uq_accounts_number (number),
       CONSTRAINT ck_accounts_funds CHECK (held >= 0 AND balance >= held)`,
    );
    // key_live = 1 while the movement holds its idempotency key; NULL once it failed, so that the key may be used
    // again.
    await table(
      'movements',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       type ENUM('CHARGE','SAVINGS_DEPOSIT','TRANSFER','PAYMENT','PAYMENT_CANCEL') NOT NULL,
       status ENUM('PENDING','COMPLETED','FAILED') NOT NULL,
       user_id BIGINT NOT NULL,
       account_id BIGINT NOT NULL,
       counter_account_id BIGINT NULL,
       amount BIGINT NOT NULL,
       topped_up_amount BIGINT NOT NULL,
       failure_code VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       memo VARCHAR(100) NULL,
       idempotency_scope VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       key_live TINYINT NULL,
       request_hash BINARY(32) NOT NULL,
       attempt_id BINARY(16) NOT NULL,
       created_at DATETIME(3) NOT NULL,
       completed_at DATETIME(3) NULL,
       UNIQUE KEY uq_movements_key (idempotency_key, idempotency_scope, key_live),
       CONSTRAINT ck_movements_amount CHECK (amount > 0 AND topped_up_amount >= 0 AND topped_up_amount <= amount)`,
    );
    // leg 0 and 1: what came from the bank and its clearing account; 2 and 3: the movement itself.
    // seq and balance_after chain a user account's entries; partners' and banks' entries have neither.
    await table(
      'entries',
      `movement_id BIGINT NOT NULL,
       leg TINYINT NOT NULL,
       account_id BIGINT NOT NULL,
       amount BIGINT NOT NULL,
       seq BIGINT NULL,
       balance_after BIGINT NULL,
       posted_at DATETIME(3) NOT NULL,
       PRIMARY KEY (movement_id, leg),
       UNIQUE KEY uq_entries_account_seq (account_id, seq),
       CONSTRAINT ck_entries CHECK (amount <> 0 AND balance_after >= 0)`,
    );
    // order_live = 1 while the payment holds its order number; NULL once it failed or was cancelled whole.
    await table(
      'payments',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       partner_id BIGINT NOT NULL,
       partner_pay_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       order_live TINYINT NULL,
       product_items MEDIUMTEXT NOT NULL,
       canceled_amount BIGINT NOT NULL DEFAULT 0,
       UNIQUE KEY uq_payments_order (partner_id, partner_pay_key, order_live),
       KEY ix_payments_partner (partner_id, movement_id)`,
    );
    await table(
      'linked_accounts',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       user_id BIGINT NOT NULL,
       bank VARCHAR(50) NOT NULL,
       bank_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       account_number VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       owner_name VARCHAR(50) NOT NULL,
       fintech_use_num CHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       clearing_account_id BIGINT NOT NULL,
       linked_at DATETIME(3) NOT NULL,
       UNIQUE KEY uq_linked_accounts_user (user_id)`,
    );
    // Today's use of the limit is the sum of a day's PENDING and DONE rows: there is no counter that could disagree.
    await table(
      'withdrawals',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       linked_account_id BIGINT NOT NULL,
       business_date DATE NOT NULL,
       status ENUM('PENDING','DONE','REFUSED') NOT NULL,
       amount BIGINT NOT NULL,
       held_amount BIGINT NOT NULL,
       bank_tran_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       tran_dtime CHAR(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       refusal VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       bank_answer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       inquiries INT NOT NULL DEFAULT 0,
       next_inquiry_at DATETIME(3) NOT NULL,
       created_at DATETIME(3) NOT NULL,
       settled_at DATETIME(3) NULL,
       UNIQUE KEY uq_withdrawals_bank_tran_id (bank_tran_id),
       KEY ix_withdrawals_limit (linked_account_id, business_date, status, amount),
       KEY ix_withdrawals_due (status, next_inquiry_at),
       CONSTRAINT ck_withdrawals CHECK (amount > 0 AND held_amount >= 0)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of [
      'withdrawals',
      'linked_accounts',
      'payments',
      'entries',
      'movements',
      'accounts',
      'partners',
      'users',
    ]) {
      await dropTable(queryRunner, name);
    }
  }
}
