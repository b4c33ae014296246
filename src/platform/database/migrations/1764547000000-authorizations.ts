import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './repeatable-steps.js';

/**
 * Payments in two steps: what is authorised, and how that ended. Both share the ids of movements; an authorisation has
 * one end. An instance of the former version knows neither: its audits call their holds and movements wrong.
 */
export class Authorizations1764547000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // is_held = 1 until it ends, then NULL: what is due is found at the front of the index.
    await createTable(
      queryRunner,
      'authorizations',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       account_id BIGINT NOT NULL,
       amount BIGINT NOT NULL,
       is_held TINYINT NULL,
       expires_at DATETIME(3) NOT NULL,
       taken_until DATETIME(3) NULL,
       KEY ix_authorizations_due (is_held, expires_at),
       KEY ix_authorizations_account (account_id, is_held)`,
    );
    await createTable(
      queryRunner,
      'authorization_ends',
      `movement_id BIGINT NOT NULL PRIMARY KEY,
       payment_id BIGINT NOT NULL,
       partner_id BIGINT NOT NULL,
       business_date DATE NOT NULL,
       outcome ENUM('CAPTURED','VOIDED','EXPIRED') NOT NULL,
       captured_amount BIGINT NOT NULL,
       ended_at DATETIME(3) NOT NULL,
       UNIQUE KEY uq_authorization_ends_payment (payment_id),
       KEY ix_authorization_ends_day (partner_id, business_date, movement_id),
       CONSTRAINT ck_authorization_ends CHECK (captured_amount >= 0)`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('money may be held for payments'));
  }
}
