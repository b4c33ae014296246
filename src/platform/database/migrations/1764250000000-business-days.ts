import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIRST = Date.UTC(2020, 0, 1);
const END = Date.UTC(2100, 0, 1);
const DAY_MS = 86_400_000;
const ROWS_MAX = 5_000;

/**
 * The calendar of business days (Asia/Seoul), each open until it is closed for ever, and what settlements said of
 * closed ones. Every day is there from the start: postings lock the row of their day in share mode, and only closing
 * changes it.
 */
export class BusinessDays1764250000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE IF NOT EXISTS business_days (
         day DATE NOT NULL PRIMARY KEY,
         closed_at DATETIME(3) NULL
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
    for (let from = FIRST; from < END; from += ROWS_MAX * DAY_MS) {
      const days: string[][] = [];
      for (let at = from; at < Math.min(END, from + ROWS_MAX * DAY_MS); at += DAY_MS) {
        days.push([new Date(at).toISOString().slice(0, 10)]);
      }
      await queryRunner.query('INSERT IGNORE INTO business_days (day) VALUES ?', [days]);
    }
    // A part has the payments, or cancels, after one movement up to another (NULL: to the end of the day). Amounts are
    // won.
    await queryRunner.query(
      `CREATE TABLE IF NOT EXISTS settlement_parts (
         id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
         partner_id BIGINT NOT NULL,
         day DATE NOT NULL,
         part_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
         after_id BIGINT NOT NULL,
         up_to_id BIGINT NULL,
         entry_count BIGINT NOT NULL,
         amount BIGINT NOT NULL,
         told_at DATETIME(3) NOT NULL,
         UNIQUE KEY uq_settlement_parts (partner_id, day, part_of, after_id)
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE settlement_parts');
    await queryRunner.query('DROP TABLE business_days');
  }
}
