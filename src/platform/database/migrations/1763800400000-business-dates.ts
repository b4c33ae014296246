import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, updateInBatches } from './repeatable-steps.js';

/**
 * The business day (Asia/Seoul) of payments and cancels, by which partners list and settle them: the day on which their
 * journals were posted. The index by day takes the place of one that had the payments' ids alone.
 */
export class BusinessDates1763800400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'payments', { columns: { business_date: 'DATE NULL' } });
    await updateInBatches(queryRunner, {
      table: 'payments',
      key: 'movement_id',
      update: `UPDATE payments p JOIN movements m ON m.id = p.movement_id
               SET p.business_date = DATE(COALESCE(m.completed_at, m.created_at) + INTERVAL 9 HOUR)
               WHERE p.movement_id > ? AND p.movement_id <= ? AND p.business_date IS NULL`,
    });
    await changeTable(queryRunner, 'payments', {
      modified: { business_date: 'DATE NOT NULL' },
      withoutIndexes: ['ix_payments_partner'],
      indexes: { ix_payments_day: 'partner_id, business_date, movement_id' },
    });
    await changeTable(queryRunner, 'payment_cancels', {
      columns: { partner_id: 'BIGINT NULL', business_date: 'DATE NULL' },
    });
    await updateInBatches(queryRunner, {
      table: 'payment_cancels',
      key: 'movement_id',
      update: `UPDATE payment_cancels c JOIN payments p ON p.movement_id = c.payment_id
               SET c.partner_id = p.partner_id, c.business_date = DATE(c.canceled_at + INTERVAL 9 HOUR)
               WHERE c.movement_id > ? AND c.movement_id <= ? AND c.business_date IS NULL`,
    });
    await changeTable(queryRunner, 'payment_cancels', {
      modified: { partner_id: 'BIGINT NOT NULL', business_date: 'DATE NOT NULL' },
      indexes: { ix_payment_cancels_day: 'partner_id, business_date' },
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'payment_cancels', {
      withoutIndexes: ['ix_payment_cancels_day'],
      withoutColumns: ['business_date', 'partner_id'],
    });
    await changeTable(queryRunner, 'payments', {
      withoutIndexes: ['ix_payments_day'],
      withoutColumns: ['business_date'],
      indexes: { ix_payments_partner: 'partner_id, movement_id' },
    });
  }
}
