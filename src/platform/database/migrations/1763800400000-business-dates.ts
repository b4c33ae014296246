import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The business day (Asia/Seoul) of payments and cancels, by which partners list and settle them: the day on which their
 * journals were posted. The index by day takes the place of one that had the payments' ids alone.
 */
export class BusinessDates1763800400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE payments ADD COLUMN business_date DATE NULL');
    await queryRunner.query(
      `UPDATE payments p JOIN movements m ON m.id = p.movement_id
       SET p.business_date = DATE(COALESCE(m.completed_at, m.created_at) + INTERVAL 9 HOUR)`,
    );
    await queryRunner.query(
      `ALTER TABLE payments MODIFY COLUMN business_date DATE NOT NULL, DROP KEY ix_payments_partner,
       ADD KEY ix_payments_day (partner_id, business_date, movement_id)`,
    );
    await queryRunner.query(
      'ALTER TABLE payment_cancels ADD COLUMN partner_id BIGINT NULL, ADD COLUMN business_date DATE NULL',
    );
    await queryRunner.query(
      `UPDATE payment_cancels c JOIN payments p ON p.movement_id = c.payment_id
       SET c.partner_id = p.partner_id, c.business_date = DATE(c.canceled_at + INTERVAL 9 HOUR)`,
    );
    await queryRunner.query(
      `ALTER TABLE payment_cancels MODIFY COLUMN partner_id BIGINT NOT NULL, MODIFY COLUMN business_date DATE NOT NULL,
       ADD KEY ix_payment_cancels_day (partner_id, business_date)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE payment_cancels DROP KEY ix_payment_cancels_day, DROP COLUMN business_date, DROP COLUMN partner_id',
    );
    await queryRunner.query(
      `ALTER TABLE payments DROP KEY ix_payments_day, DROP COLUMN business_date,
       ADD KEY ix_payments_partner (partner_id, movement_id)`,
    );
  }
}
