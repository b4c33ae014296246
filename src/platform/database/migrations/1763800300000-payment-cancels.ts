import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable } from './repeatable-steps.js';

/** What was given back of a payment; each cancel is a movement, whose id it shares. Amounts are won. */
export class PaymentCancels1763800300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'payment_cancels',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       payment_id BIGINT NOT NULL,
       sequence INT NOT NULL,
       amount BIGINT NOT NULL,
       cancelable_after BIGINT NOT NULL,
       reason VARCHAR(200) NOT NULL,
       canceled_at DATETIME(3) NOT NULL,
       UNIQUE KEY uq_payment_cancels_sequence (payment_id, sequence),
       CONSTRAINT ck_payment_cancels CHECK (amount > 0 AND cancelable_after >= 0)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'payment_cancels');
  }
}
