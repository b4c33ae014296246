import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of linked_accounts that are brought along at once. */
const BATCH = 1_000;

/**
 * A real bank account is a row of its own, however its number is written and whoever links it; what recovery has sent
 * again, and when. Each step may be repeated, as a start may be killed between any two of them.
 */
export class BankAccounts1764310000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE IF NOT EXISTS bank_accounts (
         id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
         bank_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
         account_number VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
         UNIQUE KEY uq_bank_accounts_number (bank_code, account_number)
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
    const { isThere, isIndexThere } = inSchemaOf(queryRunner);
    if (!(await isThere('linked_accounts', 'bank_account_id'))) {
      await queryRunner.query('ALTER TABLE linked_accounts ADD COLUMN bank_account_id BIGINT NULL');
    }
    await bringLinksAlong(queryRunner);
    if (!(await isIndexThere('linked_accounts', 'ix_linked_accounts_bank_account'))) {
      await queryRunner.query(
        `ALTER TABLE linked_accounts MODIFY COLUMN bank_account_id BIGINT NOT NULL,
         ADD KEY ix_linked_accounts_bank_account (bank_account_id)`,
      );
    }
    if (!(await isThere('withdrawals', 'resent_at'))) {
      await queryRunner.query(
        `ALTER TABLE withdrawals ADD COLUMN resent_at DATETIME(3) NULL,
         ADD COLUMN turned_away VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL`,
      );
    }
    if (await isThere('withdrawals', 'bank_answer')) {
      await queryRunner.query('ALTER TABLE withdrawals DROP COLUMN bank_answer');
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE withdrawals DROP COLUMN resent_at, DROP COLUMN turned_away,
       ADD COLUMN bank_answer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL`,
    );
    await queryRunner.query(
      'ALTER TABLE linked_accounts DROP KEY ix_linked_accounts_bank_account, DROP COLUMN bank_account_id',
    );
    await queryRunner.query('DROP TABLE bank_accounts');
  }
}

async function bringLinksAlong(queryRunner: QueryRunner): Promise<void> {
  const digits = `REPLACE(l.account_number, '-', '')`;
  for (let after = 0; ;) {
    const [range]: { upTo: number | null }[] = await queryRunner.query(
      `SELECT MAX(id) AS upTo FROM (
         SELECT id FROM linked_accounts WHERE id > ? ORDER BY id LIMIT ${BATCH}) ids`,
      [after],
    );
    const upTo = range?.upTo ?? null;
    if (upTo === null) return;
    const within = [after, upTo];
    await queryRunner.query(
      `INSERT INTO bank_accounts (bank_code, account_number)
       SELECT DISTINCT l.bank_code, ${digits} FROM linked_accounts l
       LEFT JOIN bank_accounts b ON b.bank_code = l.bank_code AND b.account_number = ${digits}
       WHERE l.id > ? AND l.id <= ? AND b.id IS NULL`,
      within,
    );
    await queryRunner.query(
      `UPDATE linked_accounts l JOIN bank_accounts b ON b.bank_code = l.bank_code AND b.account_number = ${digits}
       SET l.bank_account_id = b.id WHERE l.id > ? AND l.id <= ? AND l.bank_account_id IS NULL`,
      within,
    );
    after = upTo;
  }
}

function inSchemaOf(queryRunner: QueryRunner) {
  const exists = async (sql: string, names: string[]): Promise<boolean> =>
    ((await queryRunner.query(sql, names)) as unknown[]).length > 0;
  return {
    isThere: (table: string, column: string) =>
      exists(
        `SELECT 1 FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?`,
        [table, column],
      ),
    isIndexThere: (table: string, index: string) =>
      exists(
        `SELECT 1 FROM information_schema.statistics
         WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?`,
        [table, index],
      ),
  };
}
