import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable, hasColumn } from './repeatable-steps.js';

/**
 * What banks are asked to pay out. An instance of the former version, which knows withdrawals only, does not see these
 * rows: it never asks a bank about them, nor sends them as what they are not. Its audits call their movements wrong,
 * and it may rewrite a row of `audit_statements` without the new columns: that day's payouts are compared once more.
 */
export class Payouts1764545000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'payouts',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       linked_account_id BIGINT NOT NULL,
       business_date DATE NOT NULL,
       status ENUM('PENDING','DONE','REFUSED') NOT NULL,
       amount BIGINT NOT NULL,
       held_amount BIGINT NOT NULL,
       bank_tran_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       tran_dtime CHAR(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       refusal VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       inquiries INT NOT NULL DEFAULT 0,
       next_inquiry_at DATETIME(3) NOT NULL,
       created_at DATETIME(3) NOT NULL,
       resent_at DATETIME(3) NULL,
       turned_away VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
       settled_at DATETIME(3) NULL,
       UNIQUE KEY uq_payouts_bank_tran_id (bank_tran_id),
       KEY ix_payouts_link (linked_account_id, status),
       KEY ix_payouts_due (status, next_inquiry_at),
       CONSTRAINT ck_payouts CHECK (amount > 0 AND held_amount = amount)`,
    );
    await changeTable(queryRunner, 'audit_statements', {
      columns: {
        paid_read_up_to: 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL',
        paid_is_whole: 'TINYINT NOT NULL DEFAULT 0',
      },
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const isThere = await hasColumn(queryRunner, 'payouts', 'movement_id');
    const rows = isThere ? ((await queryRunner.query('SELECT 1 FROM payouts LIMIT 1')) as unknown[]) : [];
    if (rows.length > 0) throw new Error('the books have payouts');
    await queryRunner.query('DROP TABLE IF EXISTS payouts');
    await changeTable(queryRunner, 'audit_statements', { withoutColumns: ['paid_read_up_to', 'paid_is_whole'] });
  }
}
