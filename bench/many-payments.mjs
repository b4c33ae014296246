// Millions of payments, written by the database itself, as if they had been made one after the other since the users'
// charges: the same rows, chains of balances included, so that the auditor finds nothing. Each table has a
// connection of its own, and its indexes are built at the end, which is many times faster.
import mysql from 'mysql2/promise';
import { openingBalance } from './seed.mjs';

const rowsAtOnce = 100_000;
const tellEvery = 5_000_000;
const amount = 10; // won

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
  const startedAt = performance.now();
  const statements = statementsOf(ids, last + 1);
  await Promise.all(
    Object.entries(statements).map(async ([table, insert]) => {
      const loader = await loaderTo(database);
      const indexes = await dropIndexes(loader, table);
      for (let done = 0; done < count; done += rowsAtOnce) {
        await loader.query(insert(`(${done} + n)`));
        if (done % tellEvery === 0 && done > 0) tell(`${table}: ${done / 1e6} million (${seconds(startedAt)} s)`);
      }
      if (indexes.length > 0) await loader.query(`ALTER TABLE ${table} ${indexes.map((it) => `ADD ${it}`).join(', ')}`);
      tell(`${table}: ${indexes.length} indexes (${seconds(startedAt)} s)`);
      await loader.end();
    }),
  );
  await settleBalances(database, ids, count);
  await database.query('DROP TABLE bench_numbers');
  await database.query('ANALYZE TABLE movements, payments, entries, accounts');
  await untilWritten(database);
  tell(`written to disk (${seconds(startedAt)} s)`);
}

/** A connection for one table's rows: of root's, where it may be had, so that they are not written to the binary log too. */
async function loaderTo(database) {
  const [[{ name, socketPath }]] = await database.query('SELECT DATABASE() AS name, @@socket AS socketPath');
  try {
    const loader = await mysql.createConnection({ user: 'root', socketPath, database: name });
    await loader.query('SET SESSION sql_log_bin = 0');
    return loader;
  } catch {
    const { host, port, user, password } = database.config; // the server is in a container
    return mysql.createConnection({ host, port, user, password, database: name });
  }
}

/** Drops all indexes but the primary key; returns how they are made again. */
async function dropIndexes(database, table) {
  const [[{ 'Create Table': sql }]] = await database.query(`SHOW CREATE TABLE ${table}`);
  const found = [...sql.matchAll(/^ +((?:UNIQUE )?KEY `(\w+)` \(.*\)),?$/gm)];
  const drops = found.map(([, , name]) => `DROP KEY ${name}`);
  if (drops.length > 0) await database.query(`ALTER TABLE ${table} ${drops.join(', ')}`);
  return found.map(([, definition]) => definition);
}

/** Payment `p` of all is made by user `p % users`, and is that user's payment number `p DIV users`. */
function statementsOf({ users, partners, mainAccountOf, payableAccountOf }, firstId) {
  const user = (p) => `(${users.first} + ${p} % ${users.count})`;
  const account = (p) => `(${mainAccountOf(users.first)} + ${p} % ${users.count})`;
  const nth = (p) => `(${p} DIV ${users.count})`;
  const partner = (p) => `(${partners.first} + ${p} % ${partners.count})`;
  const payable = (p) => `(${payableAccountOf(partners.first)} + ${p} % ${partners.count})`;
  const hash = (p) => `SHA2(${p}, 256)`; // MySQL 9 has no other
  const at = 'UTC_TIMESTAMP(3)';
  const from = 'FROM bench_numbers ORDER BY n';
  return {
    movements: (p) =>
      `INSERT INTO movements (id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
         idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at)
       SELECT ${firstId} + ${p}, 'PAYMENT', 'COMPLETED', ${user(p)}, ${account(p)}, ${payable(p)}, ${amount}, 0,
         CONCAT('partner:', ${partner(p)}, ':payments'), CONCAT(LEFT(${hash(p)}, 8), '-old', ${p}), 1, UNHEX(${hash(p)}),
         UNHEX(LEFT(${hash(p)}, 32)), ${at}, ${at} ${from}`,
    payments: (p) =>
      `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items)
       SELECT ${firstId} + ${p}, ${partner(p)}, CONCAT('order-', RIGHT(${hash(p)}, 8), '-old', ${p}), 1,
         DATE(${at} + INTERVAL 9 HOUR), '[{"name":"Product A","count":1},{"name":"Product B","count":2}]' ${from}`,
    entries: (p) =>
      `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
       SELECT ${firstId} + ${p}, leg, IF(leg = 2, ${account(p)}, ${payable(p)}), IF(leg = 2, -${amount}, ${amount}),
         IF(leg = 2, 2 + ${nth(p)}, NULL), IF(leg = 2, ${openingBalance} - ${amount} * (1 + ${nth(p)}), NULL), ${at}
       FROM bench_numbers, (SELECT 2 AS leg UNION SELECT 3) legs ORDER BY n, leg`,
  };
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
