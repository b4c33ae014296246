// The peer that the service is measured against (plain/), on the same servers, with a database of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { buildPlainPeer } from '../scripts/prepare.mjs';
import { freePort } from '../scripts/stack/ports.mjs';
import { payService } from '../scripts/system.mjs';
import { openingBalance } from './seed.mjs';

const schemaName = 'pay_plain';
const schema = new URL('plain/schema.sql', import.meta.url);
/** What most searches for the best one find (tune.mjs). */
const usualPoolSize = 16;

/**
 * Starts it beside the site's service: same servers, same options of Node, and an account for each of the site's users.
 * A Program, with `setPoolSize`, and `audit` of its books.
 */
export async function startPlainPeer({ stack, ids: { users } }) {
  await buildPlainPeer();
  const urls = { database: new URL(stack.databaseUrl), redis: new URL(stack.redisUrl) };
  urls.database.pathname = `/${schemaName}`;
  urls.redis.pathname = '/1';
  await makeDatabase(stack.databaseUrl, urls.database.href, users);
  const peer = payService({
    name: 'The plain wallet',
    main: 'bench/dist/plain/main.js',
    folder: join(stack.folder, 'plain-peer'),
    port: await freePort(),
    env: {
      NODE_ENV: 'production',
      DATABASE_URL: urls.database.href,
      DATABASE_POOL_SIZE: String(usualPoolSize),
      REDIS_URL: urls.redis.href,
    },
  });
  await peer.start();
  await requirePaidOnce(peer.url, users.first);
  return Object.assign(peer, {
    async setPoolSize(size) {
      peer.launch.env.DATABASE_POOL_SIZE = String(size);
      await peer.restart();
    },
    audit: () => audit(urls.database.href),
  });
}

async function makeDatabase(serverUrl, ownUrl, users) {
  const server = await mysql.createConnection(serverUrl);
  await server.query(`CREATE DATABASE ${schemaName} CHARACTER SET utf8mb4`);
  await server.end();
  const own = await mysql.createConnection({ uri: ownUrl, multipleStatements: true });
  await own.query(readFileSync(schema, 'utf8'));
  const accounts = Array.from({ length: users.count }, (_, index) => [users.first + index, openingBalance]);
  await own.query('INSERT INTO accounts (user_id, balance) VALUES ?', [accounts]);
  await own.end();
}

/** One that pays twice, or more than there is, would be no measure. */
async function requirePaidOnce(url, userId) {
  const ask = async (key, order, totalPayAmount) => {
    const productItems = [{ count: 1, name: 'Product A' }];
    const response = await fetch(`${url}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ userId, partnerId: 1, partnerPayKey: order, productItems, totalPayAmount }),
    });
    return `${response.status} ${await response.text()}`;
  };
  const paid = await ask('key-1', 'order-1', 10);
  const sameKey = await ask('key-1', 'order-1', 10);
  const sameOrder = await ask('key-2', 'order-1', 10);
  const tooMuch = await ask('key-3', 'order-3', openingBalance);
  const isRight =
    paid.startsWith('201') && sameKey === paid && sameOrder.startsWith('409') && tooMuch.startsWith('422');
  if (!isRight) throw new Error(`The plain wallet answers:\n${[paid, sameKey, sameOrder, tooMuch].join('\n')}`);
}

/** What would be wrong in its books: each is a count that must be 0. */
const wrong = {
  'accounts below 0': 'SELECT COUNT(*) AS count FROM accounts WHERE balance < 0',
  'accounts that do not hold what their payments have left': `SELECT COUNT(*) AS count FROM accounts a
    LEFT JOIN (SELECT user_id, SUM(amount) AS paid FROM payments GROUP BY user_id) p ON p.user_id = a.user_id
    WHERE a.balance <> ${openingBalance} - COALESCE(p.paid, 0)`,
  'accounts that do not hold what their last transaction says': `SELECT COUNT(*) AS count FROM accounts a
    JOIN (SELECT account_id, MAX(id) AS id FROM transactions GROUP BY account_id) last ON last.account_id = a.id
    JOIN transactions t ON t.id = last.id WHERE t.balance_after <> a.balance`,
  'payments more than transactions of payments': `SELECT (SELECT COUNT(*) FROM payments)
    - (SELECT COUNT(DISTINCT payment_id) FROM transactions) AS count`,
};

/** In the form of the service's audit (audit.mjs). */
async function audit(url) {
  const startedAt = performance.now();
  const connection = await mysql.createConnection(url);
  const found = [];
  for (const [what, sql] of Object.entries(wrong)) {
    const [[{ count }]] = await connection.query(sql);
    if (count !== 0) found.push(`${count} ${what}`);
  }
  await connection.end();
  return {
    outcome: found.length === 0 ? 'clean' : 'VIOLATED',
    said: found.join(', '),
    seconds: (performance.now() - startedAt) / 1000,
  };
}
