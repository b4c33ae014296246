import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable } from './repeatable-steps.js';

const CONSTRAINT = 'ck_api_keys_partner';

/** Keys of auditors, of whoever reads for a partner, and of what collects the metrics. */
export class ReadingKeys1764330000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await changeTable(queryRunner, 'api_keys', {
      modified: { role: "ENUM('partner','app','operator','auditor','partner-read','metrics') NOT NULL" },
    });
    if (await hasConstraint(queryRunner)) await queryRunner.query(`ALTER TABLE api_keys DROP CONSTRAINT ${CONSTRAINT}`);
    await queryRunner.query(
      `ALTER TABLE api_keys
       ADD CONSTRAINT ${CONSTRAINT} CHECK ((role IN ('partner','partner-read')) = (partner_id IS NOT NULL))`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM api_keys WHERE role IN ('auditor','partner-read','metrics')");
    await queryRunner.query(
      `ALTER TABLE api_keys DROP CONSTRAINT ${CONSTRAINT}, MODIFY COLUMN role ENUM('partner','app','operator') NOT NULL,
       ADD CONSTRAINT ${CONSTRAINT} CHECK ((role = 'partner') = (partner_id IS NOT NULL))`,
    );
  }
}

async function hasConstraint(queryRunner: QueryRunner): Promise<boolean> {
  const found: unknown[] = await queryRunner.query(
    `SELECT 1 FROM information_schema.TABLE_CONSTRAINTS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'api_keys' AND CONSTRAINT_NAME = ?`,
    [CONSTRAINT],
  );
  return found.length > 0;
}
