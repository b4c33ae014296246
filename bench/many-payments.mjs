// Millions of payments, written by the database itself, as if they had been made one after the other since the users'
// charges: the same rows, chains of balances included, so that the auditor finds nothing. Indexes are built at the end,
// which is many times faster.
import { openingBalance } from './seed.mjs';

const rowsAtOnce = 100_000;
const amount = 10; // won

const tables = ['movements', 'payments', 'entries'];

/**
 * `count` must be a multiple of 100,000. Call it when every user has been charged once and nothing else has happened.
 */
export async function makePayments(database, ids, count, tell) {
  const [[{ last }]] = await database.query('SELECT MAX(id) AS last FROM movements');
  await database.query('CREATE TABLE bench_numbers (n INT PRIMARY KEY)');
  const digits =
    '(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
  await database.query(
    `INSERT INTO bench_numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
     FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e, ${digits} f`,
  );
  const indexes = await dropIndexes(database);
  const startedAt = performance.now();
  for (let done = 0; done < count; done += rowsAtOnce) {
    for (const statement of statements(ids, last + 1, done)) await database.query(statement);
    if (done % 1_000_000 === 0 && done > 0) tell(`${done / 1e6} million (${seconds(startedAt)} s)`);
  }
  await settleBalances(database, ids, count);
  for (const { table, definition } of indexes) {
    await database.query(`ALTER TABLE ${table} ADD ${definition}`);
    tell(`${definition} (${seconds(startedAt)} s)`);
  }
  await database.query('DROP TABLE bench_numbers');
  await database.query('ANALYZE TABLE movements, payments, entries, accounts');
  await untilWritten(database);
  tell(`written to disk (${seconds(startedAt)} s)`);
}

/** Drops all indexes but the primary keys; returns how they are made again. */
async function dropIndexes(database) {
  const indexes = [];
  for (const table of tables) {
    const [[{ 'Create Table': sql }]] = await database.query(`SHOW CREATE TABLE ${table}`);
    for (const [, definition, name] of sql.matchAll(/^ +((?:UNIQUE )?KEY `(\w+)` \(.*\)),?$/gm)) {
      await database.query(`ALTER TABLE ${table} DROP KEY ${name}`);
      indexes.push({ table, definition });
    }
  }
  return indexes;
}

/** Payment `p` of all is made by user `p % users`, and is that user's payment number `p DIV users`. */
function statements({ users, partners, mainAccountOf, payableAccountOf }, firstId, done) {
  const p = `(${done} + n)`;
  const user = `(${users.first} + ${p} % ${users.count})`;
  const account = `(${mainAccountOf(users.first)} + ${p} % ${users.count})`;
  const nth = `(${p} DIV ${users.count})`;
  const partner = `(${partners.first} + ${p} % ${partners.count})`;
  const payable = `(${payableAccountOf(partners.first)} + ${p} % ${partners.count})`;
  const hash = `SHA2(${p}, 256)`; // MySQL 9 has no other
  const at = 'UTC_TIMESTAMP(3)';
  const from = 'FROM bench_numbers ORDER BY n';
  return [
    `INSERT INTO movements (id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
       idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at)
     SELECT ${firstId} + ${p}, 'PAYMENT', 'COMPLETED', ${user}, ${account}, ${payable}, ${amount}, 0,
       CONCAT('partner:', ${partner}, ':payments'), CONCAT(LEFT(${hash}, 8), '-old', ${p}), 1, UNHEX(${hash}),
       UNHEX(LEFT(${hash}, 32)), ${at}, ${at} ${from}`,
    `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items)
     SELECT ${firstId} + ${p}, ${partner}, CONCAT('order-', RIGHT(${hash}, 8), '-old', ${p}), 1, DATE(${at} + INTERVAL 9 HOUR),
       '[{"name":"Product A","count":1},{"name":"Product B","count":2}]' ${from}`,
    `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
     SELECT ${firstId} + ${p}, leg, IF(leg = 2, ${account}, ${payable}), IF(leg = 2, -${amount}, ${amount}),
       IF(leg = 2, 2 + ${nth}, NULL), IF(leg = 2, ${openingBalance} - ${amount} * (1 + ${nth}), NULL), ${at}
     FROM bench_numbers, (SELECT 2 AS leg UNION SELECT 3) legs ORDER BY n, leg`,
  ];
}

async function settleBalances(database, { users, mainAccountOf }, count) {
  const first = mainAccountOf(users.first);
  // Of `count` payments, the user at `place` made as many as there are numbers below `count` with that remainder.
  const made = `((${count} - 1 - (id - ${first})) DIV ${users.count} + 1)`;
  await database.query(
    `UPDATE accounts SET balance = balance - ${amount} * ${made}, last_seq = last_seq + ${made} WHERE id >= ? AND id < ?`,
    [first, first + users.count],
  );
}

/** Waits, at most two minutes, until the server has little left to write in the background. */
async function untilWritten(database) {
  const few = 2_000; // pages
  for (const giveUpAt = performance.now() + 120_000; performance.now() < giveUpAt;) {
    const [[{ Value: dirtyPages }]] = await database.query("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
    if (Number(dirtyPages) < few) return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

const seconds = (startedAt) => Math.round((performance.now() - startedAt) / 1000);
