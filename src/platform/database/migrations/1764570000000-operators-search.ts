import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

/** Order numbers are found across partners: so the same index begins with them, and there is none more to write. */
const BY_ORDER = 'partner_pay_key, partner_id, order_live';
const BY_PARTNER = 'partner_id, partner_pay_key, order_live';

/**
 * What operators search by. Indexes of the large tables are made while these are written to, by either engine; it reads
 * the whole table, a minute or so for ten million rows. An order that is refused as a duplicate meanwhile may end the
 * making of the unique index (error 1062): nothing has changed then, and the next start begins again.
 *
 * An instance of the former version finds all that it looks for, and its audit says of the index that it is not what it
 * must be.
 */
export class OperatorsSearch1764570000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await orderIndex(queryRunner, BY_ORDER);
    await changeTable(queryRunner, 'movements', { indexes: { ix_movements_user: 'user_id' }, isOnline: true });
    for (const orders of ['withdrawals', 'payouts']) {
      await changeTable(queryRunner, orders, { indexes: { [`ix_${orders}_status`]: 'status' }, isOnline: true });
    }
    await changeTable(queryRunner, 'webhook_attempts', {
      indexes: { ix_webhook_attempts_delivery: 'delivery_id' },
      isOnline: true,
    });
    // Small, and seldom written to: it is copied.
    await changeTable(queryRunner, 'partners', {
      modified: { name: 'VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL' },
      indexes: { ix_partners_name: 'name' },
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await orderIndex(queryRunner, BY_PARTNER);
    await changeTable(queryRunner, 'movements', { withoutIndexes: ['ix_movements_user'], isOnline: true });
    for (const orders of ['withdrawals', 'payouts']) {
      await changeTable(queryRunner, orders, { withoutIndexes: [`ix_${orders}_status`], isOnline: true });
    }
    await changeTable(queryRunner, 'webhook_attempts', { withoutIndexes: ['ix_webhook_attempts_delivery'] });
    await changeTable(queryRunner, 'partners', {
      withoutIndexes: ['ix_partners_name'],
      modified: { name: 'VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL' },
    });
  }
}

/** In one statement, so that there is never a moment without. */
async function orderIndex(runner: QueryRunner, columns: string): Promise<void> {
  const rows = (await runner.query(
    `SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'payments' AND INDEX_NAME = 'uq_payments_order'
     ORDER BY SEQ_IN_INDEX`,
  )) as { name: string }[];
  if (rows.map(({ name }) => name).join(', ') === columns) return;
  const drop = rows.length > 0 ? 'DROP KEY uq_payments_order, ' : '';
  await runner.query(
    `ALTER TABLE payments ${drop}ADD UNIQUE KEY uq_payments_order (${columns}), ALGORITHM=INPLACE, LOCK=NONE`,
  );
}
