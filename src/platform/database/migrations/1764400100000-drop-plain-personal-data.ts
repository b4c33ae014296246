import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeTable, hasColumn } from './repeatable-steps.js';
import { sealKeyedRequests, sealLinks, sealMemos, sealBankAccounts, sealUsers } from './sealing.js';

const KEY_ID = 'CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
/** Columns that are to hold something do not yet, on MySQL and MariaDB. */
const NULLS_LEFT = new Set([1138, 1265]);

/**
 * The plain columns go, table by table, and with the same statement the encrypted ones are demanded: where an instance
 * of the former version has written a row meanwhile that has none, nothing is dropped and that row is brought along.
 *
 * From here on such an instance answers 500 to sign-ups, to reads of users and statements, and to whatever needs the
 * bank; nothing moves by these, and what it has asked the bank is settled by the others. It pays from balances as
 * before: `movements.memo`, which its INSERT names, stays for this release, emptied, and what it writes there is read.
 *
 * Each table is written anew, so that no page keeps what was dropped (`movements` is not: it may be large).
 */
export class DropPlainPersonalData1764400100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await contract(queryRunner, 'users', 'email', () => sealUsers(queryRunner), {
      withoutIndexes: ['uq_users_email'],
      withoutColumns: ['name', 'email', 'email_key'],
      modified: {
        key_id: KEY_ID,
        sealed_name: 'VARBINARY(255) NOT NULL',
        sealed_email: 'VARBINARY(512) NOT NULL',
        email_print: 'BINARY(32) NOT NULL',
      },
    });
    await contract(queryRunner, 'bank_accounts', 'account_number', () => sealBankAccounts(queryRunner), {
      withoutIndexes: ['uq_bank_accounts_number'],
      withoutColumns: ['account_number'],
      modified: { number_print: 'BINARY(32) NOT NULL' },
    });
    await contract(queryRunner, 'linked_accounts', 'account_number', () => sealLinks(queryRunner), {
      withoutColumns: ['account_number', 'owner_name', 'fintech_use_num'],
      modified: {
        key_id: KEY_ID,
        sealed_number: 'VARBINARY(64) NOT NULL',
        sealed_owner_name: 'VARBINARY(255) NOT NULL',
        sealed_handle: 'VARBINARY(64) NOT NULL',
      },
    });
    await sealMemos(queryRunner);
    // No instance of the former version signs anybody up any more.
    await sealKeyedRequests(queryRunner);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('what was dropped is there in encrypted form only'));
  }
}

/** `column` is one of those that go: without it the table is done. */
async function contract(
  queryRunner: QueryRunner,
  table: string,
  column: string,
  seal: () => Promise<void>,
  change: Parameters<typeof changeTable>[2],
): Promise<void> {
  while (await hasColumn(queryRunner, table, column)) {
    await seal();
    try {
      await changeTable(queryRunner, table, { ...change, isWrittenAnew: true });
    } catch (error) {
      if (!NULLS_LEFT.has((error as { errno?: number }).errno ?? 0)) throw error;
    }
  }
}
