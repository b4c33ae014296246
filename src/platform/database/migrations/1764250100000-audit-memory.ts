import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What audits remember: how far each table was proven, what is to be looked at again, how far the bank's statements
 * were read, and what the last audit found. Times are the database's own. Nothing here is part of the books: it may be
 * lost, and then everything is proven anew.
 */
export class AuditMemory1764250100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = (name: string, body: string) =>
      queryRunner.query(
        `CREATE TABLE IF NOT EXISTS ${name} (${body}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
      );
    const name = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    // mark: ids up to it were given at marked_at. decided_up_to: every id up to it is committed, or never will be.
    // reached: of the audit under way. again_up_to: of the present second look at what is sealed.
    await table(
      'audit_walks',
      `name ${name} PRIMARY KEY,
       sealed_up_to BIGINT NOT NULL DEFAULT 0,
       decided_up_to BIGINT NOT NULL DEFAULT 0,
       mark BIGINT NULL,
       marked_at DATETIME(3) NULL,
       reached BIGINT NOT NULL DEFAULT 0,
       again_up_to BIGINT NOT NULL DEFAULT 0,
       again_ended_at DATETIME(3) NULL`,
    );
    await table('audit_doubts', `walk ${name}, id BIGINT NOT NULL, PRIMARY KEY (walk, id)`);
    await table(
      'audit_statements',
      `day DATE NOT NULL PRIMARY KEY,
       read_up_to VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
       is_whole TINYINT NOT NULL DEFAULT 0`,
    );
    await queryRunner.query('DROP TABLE IF EXISTS last_audit');
    // runner: whoever audits now; running_since is kept by whoever takes an interrupted audit up.
    await table(
      'last_audit',
      `id TINYINT NOT NULL PRIMARY KEY,
       ended_at DATETIME(3) NULL,
       duration_seconds DOUBLE NOT NULL DEFAULT 0,
       violations TEXT NOT NULL,
       bank_unanswered BIGINT NOT NULL DEFAULT 0,
       runner CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
       running_since DATETIME(3) NULL,
       progress TEXT NULL`,
    );
    await queryRunner.query("INSERT IGNORE INTO last_audit (id, violations) VALUES (1, '{}')");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of ['audit_walks', 'audit_doubts', 'audit_statements', 'last_audit']) {
      await queryRunner.query(`DROP TABLE ${name}`);
    }
    await queryRunner.query(
      `CREATE TABLE last_audit (
         id TINYINT NOT NULL PRIMARY KEY,
         ended_at DATETIME(3) NOT NULL,
         duration_seconds DOUBLE NOT NULL,
         violations TEXT NOT NULL,
         bank_unanswered BIGINT NOT NULL,
         settled_until DATETIME(3) NULL
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
  }
}
