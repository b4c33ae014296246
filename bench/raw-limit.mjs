// A process that makes payments straight on the database, one per transaction, with the statements that a service
// without groups would send: the limit of every such design on this machine. It writes the same rows as the service
// does, so the auditor must find nothing.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { anyOf, keySource } from './traffic.mjs';
import { serveJobs } from './worker.mjs';

const amount = 10; // won
const productItems = JSON.stringify([
  { name: 'Product A', count: 1 },
  { name: 'Product B', count: 2 },
]);

const sql = {
  lock: 'SELECT balance, held, last_seq FROM accounts WHERE id = ? FOR UPDATE',
  movement: `INSERT INTO movements (type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
    idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at)
    VALUES ('PAYMENT', 'COMPLETED', ?, ?, ?, ?, 0, ?, ?, 1, ?, ?, ?, ?)`,
  payment: `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items)
    VALUES (?, ?, ?, 1, ?, ?)`,
  entries: `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
    VALUES (?, 2, ?, ?, ?, ?, ?), (?, 3, ?, ?, NULL, NULL, ?)`,
  balance: 'UPDATE accounts SET balance = ?, held = ?, last_seq = ? WHERE id = ?',
};

/**
 * The six statements. `send` is mysql2's `query` (text) or `execute` (prepared). Without autocommit there is no BEGIN
 * to send.
 */
async function pay(connection, send, { userId, accountId, partnerId, payableAccountId, key, order }) {
  const at = new Date();
  const [[{ balance, held, last_seq: seq }]] = await connection[send](sql.lock, [accountId]);
  const scope = `partner:${partnerId}:payments`;
  const hash = createHash('sha256').update(key).digest();
  const [{ insertId: id }] = await connection[send](sql.movement, [
    ...[userId, accountId, payableAccountId, amount, scope, key, hash, randomBytes(16), at, at],
  ]);
  await connection[send](sql.payment, [id, partnerId, order, seoulDate(at), productItems]);
  const after = balance - amount;
  await connection[send](sql.entries, [
    ...[id, accountId, -amount, seq + 1, after, at],
    ...[id, payableAccountId, amount, at],
  ]);
  await connection[send](sql.balance, [after, held, seq + 1, accountId]);
  await connection.query('COMMIT');
}

const seoulDate = (at) => new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);

async function connectTo(databaseUrl, autocommit) {
  const connection = await mysql.createConnection({ uri: databaseUrl, timezone: 'Z', trace: false });
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await connection.query(`SET SESSION autocommit = ${autocommit}, time_zone = '+00:00'`);
  return connection;
}

/**
 * Every connection makes one payment after the other. `accounts` are the first account of the users' and of the
 * partners'.
 */
async function payments({ databaseUrl, send, connections, warmUpMs, measureMs, tag, users, partners, accounts }) {
  const nextKey = keySource(tag);
  const opened = await Promise.all(Array.from({ length: connections }, () => connectTo(databaseUrl, 0)));
  const from = performance.now() + warmUpMs;
  const until = from + measureMs;
  let made = 0;
  const payOn = async (connection) => {
    while (performance.now() < until) {
      const userId = anyOf(users);
      const partnerId = anyOf(partners);
      const accountId = accounts.main + userId - users.first;
      const payableAccountId = accounts.payable + partnerId - partners.first;
      const [key, order] = [nextKey(), `order-${nextKey()}`];
      await pay(connection, send, { userId, accountId, partnerId, payableAccountId, key, order });
      const now = performance.now();
      if (now >= from && now < until) made += 1;
    }
  };
  try {
    await Promise.all(opened.map(payOn));
  } finally {
    for (const connection of opened) connection.destroy();
  }
  return { perSecond: made / (measureMs / 1000) };
}

/**
 * How long the database alone takes to make one row durable: an INSERT that commits by itself, again and again; the
 * median, in ms.
 */
async function commitTime({ databaseUrl, measureMs }) {
  const connection = await connectTo(databaseUrl, 1);
  const times = [];
  try {
    await connection.query(
      'CREATE TABLE IF NOT EXISTS bench_commits (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(3))',
    );
    const until = performance.now() + measureMs;
    for (let startedAt = performance.now(); startedAt < until; startedAt = performance.now()) {
      await connection.execute('INSERT INTO bench_commits (at) VALUES (NULL)');
      times.push(performance.now() - startedAt);
      await sleep(0);
    }
  } finally {
    connection.destroy();
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

serveJobs({ payments, commitTime });
