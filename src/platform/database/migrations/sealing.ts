import type { QueryRunner } from 'typeorm';
import { type BlindIndex, loadBlindIndex } from '../../vault/blind-index.js';
import { RowVault } from '../../vault/row-vault.js';
import { updateRows } from '../update-rows.js';

/** Rows that are encrypted at once: small enough that no statement holds locks for longer than a moment. */
const BATCH_ROWS = 500;
/** Movements that are looked through for memos at once. */
const BATCH_IDS = 5_000;

/** The keys for personal data, which the data source brings along. */
export function dataKeysOf(queryRunner: QueryRunner): readonly string[] {
  return (queryRunner.connection.options as unknown as { dataKeys: readonly string[] }).dataKeys;
}

/** Each of these leaves alone what was done before. */

export async function sealUsers(queryRunner: QueryRunner): Promise<void> {
  const index = await indexOf(queryRunner);
  const vault = new RowVault(dataKeysOf(queryRunner), {
    table: 'users',
    id: 'id',
    columns: ['sealed_name', 'sealed_email'],
    owner: 'LOWER(HEX(t.email_print))',
  });
  type Row = { id: number; name: string; email: string; emailKey: string };
  const select = `SELECT id, name, email, email_key AS emailKey FROM users WHERE id > ? AND sealed_name IS NULL`;
  await inBatches<Row>(queryRunner, select, async (rows) => {
    const columns = ['key_id', 'sealed_name', 'sealed_email', 'email_print'];
    const sealed = rows.map(({ id, name, email, emailKey }) => {
      const print = index.of('users.email', emailKey);
      const { sealed_name, sealed_email } = vault.seal(
        { sealed_name: name, sealed_email: email },
        print.toString('hex'),
      );
      return [id, vault.keyId, sealed_name, sealed_email, print];
    });
    await updateRows(queryRunner, { table: 'users', id: 'id', columns }, sealed);
  });
}

export async function sealBankAccounts(queryRunner: QueryRunner): Promise<void> {
  const index = await indexOf(queryRunner);
  type Row = { id: number; code: string; number: string };
  const select = `SELECT id, bank_code AS code, account_number AS number FROM bank_accounts
    WHERE id > ? AND number_print IS NULL`;
  await inBatches<Row>(queryRunner, select, async (rows) => {
    const printed = rows.map(({ id, code, number }) => [id, index.of('bank_accounts.number', `${code} ${number}`)]);
    await updateRows(queryRunner, { table: 'bank_accounts', id: 'id', columns: ['number_print'] }, printed);
  });
}

export async function sealLinks(queryRunner: QueryRunner): Promise<void> {
  const vault = new RowVault(dataKeysOf(queryRunner), {
    table: 'linked_accounts',
    id: 'id',
    columns: ['sealed_number', 'sealed_owner_name', 'sealed_handle'],
    owner: "CONCAT('user:', t.user_id)",
  });
  type Row = { id: number; userId: number; number: string; ownerName: string; handle: string };
  const select = `SELECT id, user_id AS userId, account_number AS number, owner_name AS ownerName,
      fintech_use_num AS handle FROM linked_accounts WHERE id > ? AND sealed_number IS NULL`;
  await inBatches<Row>(queryRunner, select, async (rows) => {
    const columns = ['key_id', 'sealed_number', 'sealed_owner_name', 'sealed_handle'];
    const sealed = rows.map(({ id, userId, number, ownerName, handle }) => {
      const plain = { sealed_number: number, sealed_owner_name: ownerName, sealed_handle: handle };
      const { sealed_number, sealed_owner_name, sealed_handle } = vault.seal(plain, `user:${userId}`);
      return [id, vault.keyId, sealed_number, sealed_owner_name, sealed_handle];
    });
    await updateRows(queryRunner, { table: 'linked_accounts', id: 'id', columns }, sealed);
  });
}

/** Moves memos to a table of their own: each is written there before it is deleted here. */
export async function sealMemos(queryRunner: QueryRunner): Promise<void> {
  const vault = new RowVault(dataKeysOf(queryRunner), {
    table: 'movement_memos',
    id: 'movement_id',
    columns: ['sealed_memo'],
    owner: '',
  });
  const [end] = (await queryRunner.query('SELECT MAX(id) AS id FROM movements')) as { id: number | null }[];
  for (let after = 0; after < (end?.id ?? 0); after += BATCH_IDS) {
    const rows = (await queryRunner.query(
      'SELECT id, user_id AS userId, memo FROM movements WHERE id > ? AND id <= ? AND memo IS NOT NULL',
      [after, after + BATCH_IDS],
    )) as { id: number; userId: number; memo: string }[];
    if (rows.length === 0) continue;
    const sealed = rows.map(({ id, userId, memo }) => {
      return [id, vault.keyId, vault.seal({ sealed_memo: memo }, `user:${userId}`).sealed_memo];
    });
    // One that is there already was moved by a run that was killed. Not IGNORE, which would cut a value short, too.
    await queryRunner.query(
      `INSERT INTO movement_memos (movement_id, key_id, sealed_memo) VALUES ?
       ON DUPLICATE KEY UPDATE movement_id = movement_memos.movement_id`,
      [sealed],
    );
    await queryRunner.query('UPDATE movements SET memo = NULL WHERE id IN (?)', [rows.map(({ id }) => id)]);
  }
}

/**
 * From a hash of what somebody has signed up with, a number can be found by trying all; not from a print of that hash.
 * The scope changes with it, so that none is printed twice.
 */
export async function sealKeyedRequests(queryRunner: QueryRunner): Promise<void> {
  const index = await indexOf(queryRunner);
  for (let after = ''; ;) {
    const rows = (await queryRunner.query(
      `SELECT idempotency_key AS id, request_hash AS hash FROM keyed_requests
       WHERE idempotency_key > ? AND scope = 'app:sign-ups' ORDER BY idempotency_key LIMIT ${BATCH_ROWS}`,
      [after],
    )) as { id: string; hash: Buffer }[];
    const last = rows.at(-1);
    if (!last) return;
    await queryRunner.query(
      `UPDATE keyed_requests
       SET scope = 'app:users', request_hash = CASE idempotency_key ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END
       WHERE scope = 'app:sign-ups' AND idempotency_key IN (?)`,
      [...rows.flatMap(({ id, hash }) => [id, index.of('keyed_requests.hash', hash)]), rows.map(({ id }) => id)],
    );
    after = last.id;
  }
}

const indexOf = (queryRunner: QueryRunner): Promise<BlindIndex> => loadBlindIndex(queryRunner, dataKeysOf(queryRunner));

/** Hands over the rows of `select`, some at a time; its one value is the id that they come after. */
async function inBatches<Row extends { id: number }>(
  queryRunner: QueryRunner,
  select: string,
  each: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  for (let after = 0; ;) {
    const rows = (await queryRunner.query(`${select} ORDER BY id LIMIT ${BATCH_ROWS}`, [after])) as Row[];
    const last = rows.at(-1);
    if (!last) return;
    await each(rows);
    after = last.id;
  }
}
