import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, createTable } from './repeatable-steps.js';

/**
 * What users let partners take, and for which agreement and day a payment counts. Payments that an instance of the
 * former version makes are held against nothing, and count for nothing.
 */
export class Agreements1764548000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(
      queryRunner,
      'agreements',
      `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
       user_id BIGINT NOT NULL,
       partner_id BIGINT NOT NULL,
       is_latest TINYINT NULL,
       limit_per_payment BIGINT NOT NULL,
       limit_per_day BIGINT NOT NULL,
       agreed_at DATETIME(3) NOT NULL,
       expires_at DATETIME(3) NULL,
       ended_at DATETIME(3) NULL,
       used_on DATE NULL,
       used_amount BIGINT NOT NULL DEFAULT 0,
       UNIQUE KEY uq_agreements_latest (user_id, partner_id, is_latest),
       KEY ix_agreements_user (user_id, id),
       CONSTRAINT ck_agreements CHECK (limit_per_payment > 0 AND limit_per_day > 0 AND used_amount >= 0)`,
    );
    await changeTable(queryRunner, 'payments', {
      columns: { agreement_id: 'BIGINT NULL', agreement_day: 'DATE NULL' },
    });
  }

  down(): Promise<void> {
    return Promise.reject(new Error('users may have taken back what partners would take again'));
  }
}
