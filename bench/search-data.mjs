// What operators search through: millions of payments, of which a part was topped up and told of; a million users and
// a hundred thousand merchants. All of it is written by the database itself, as in many-payments.mjs.
import { makePayments } from './many-payments.mjs';

const million = 1_000_000;
export const sizesOf = (millions) => ({
  payments: millions * million,
  users: million,
  partners: 100_000,
  /** Payments, the first ones, that a bank was asked for; and those whose partner was told. */
  toppedUp: (millions * million) / 5,
  toldOf: (millions * million) / 10,
  /** Orders that wait for a bank while the list of them is measured. */
  waiting: 100_000,
});
const rowsAtOnce = 100_000;
/** Nobody can open these users: their ids are none that is asked for. */
const firstExtra = 1_000 * million;
const linkedDigits = 5_555; // how all numbers of linked accounts end

/** Returns what is there, for requests to be made of it. */
export async function makeSearchable(site, sizes, tell) {
  const { database, ids } = site;
  const [[{ last: lastMovement }]] = await database.query('SELECT MAX(id) AS last FROM movements');
  await makePayments(database, ids, sizes.payments, (line) => tell(`  ${line}`));
  const firstPayment = lastMovement + 1;
  await makeNumbers(database);
  const [[{ accounts, partners, banks }]] = await database.query(
    `SELECT (SELECT MAX(id) FROM accounts) AS accounts,
       (SELECT MAX(id) FROM partners) AS partners, (SELECT MAX(id) FROM bank_accounts) AS banks`,
  );
  const next = { user: firstExtra, account: accounts + 1, partner: partners + 1, bankAccount: banks + 1 };
  await inParts(database, sizes.users, (nth) => usersSql(next, nth));
  tell(`  ${sizes.users / million} million users`);
  await inParts(database, sizes.partners, (nth) => [
    `INSERT INTO partners (id, name, created_at)
     SELECT ${next.partner} + ${nth}, CONCAT('Store ', LPAD(${nth}, 6, '0')), NOW(3) FROM bench_numbers`,
  ]);
  await inParts(database, sizes.toppedUp, (nth) => [ordersSql(`${firstPayment} + ${nth}`, nth, 'DONE', 'NOW(3)')]);
  tell(`  ${sizes.toppedUp / million} million orders of banks`);
  await tellPartners(database, ids, sizes, firstPayment);
  tell(`  ${sizes.toldOf / million} million deliveries`);
  await database.query(
    'ANALYZE TABLE users, accounts, partners, bank_accounts, linked_accounts, withdrawals, webhook_events, webhook_attempts',
  );
  return { firstPayment, next };
}

/** Orders that wait, and are not due for some minutes: the service does not touch them meanwhile. */
export async function makeWaiting(database, sizes, { users }) {
  const [[{ last }]] = await database.query('SELECT MAX(id) AS last FROM movements');
  await inParts(database, sizes.waiting, (nth) => [
    `INSERT INTO movements (id, type, status, user_id, account_id, amount, topped_up_amount, idempotency_scope,
       idempotency_key, key_live, request_hash, attempt_id, created_at)
     SELECT ${last} + 1 + ${nth}, 'CHARGE', 'PENDING', ${users.first} + ${nth} % ${users.count}, 1, 10, 10, 'bench',
       CONCAT('waiting-', ${nth}), 1, '', '', NOW(3) FROM bench_numbers`,
    ordersSql(`${last} + 1 + ${nth}`, nth, 'PENDING', 'NULL'),
  ]);
  const clear = async () => {
    for (const [table, key] of [
      ['withdrawals', 'movement_id'],
      ['movements', 'id'],
    ]) {
      await database.query(`DELETE FROM ${table} WHERE ${key} > ?`, [last]);
    }
  };
  return { clear, first: last + 1 };
}

async function makeNumbers(database) {
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} d`).join(' UNION ');
  await database.query('CREATE TABLE bench_numbers (n INT PRIMARY KEY)');
  await database.query(
    `INSERT INTO bench_numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
     FROM (${digits}) a, (${digits}) b, (${digits}) c, (${digits}) e, (${digits}) f`,
  );
}

async function inParts(database, count, statementsOf) {
  for (let done = 0; done < count; done += rowsAtOnce) {
    for (const sql of statementsOf(`(${done} + n)`)) await database.query(sql);
  }
}

/** Prints are of nothing that anybody looks for; what is looked for is among the users that the site was made with. */
function usersSql({ user, account, bankAccount }, nth) {
  return [
    `INSERT INTO users (id, created_at, key_id, sealed_name, sealed_email, email_print)
     SELECT ${user} + ${nth}, NOW(3), 'bench', '-', '-', UNHEX(SHA2(CONCAT('u', ${nth}), 256)) FROM bench_numbers`,
    `INSERT INTO accounts (id, kind, owner_id, sole, number, opened_at)
     SELECT ${account} + ${nth}, 'MAIN', ${user} + ${nth}, 1,
       CONCAT('3333-', LPAD(${nth} DIV 10000, 2, '0'), '-', LPAD(${nth}, 7, '0')), NOW(3) FROM bench_numbers`,
    `INSERT INTO bank_accounts (id, bank_code, number_print)
     SELECT ${bankAccount} + ${nth}, '081', UNHEX(SHA2(CONCAT('b', ${nth}), 256)) FROM bench_numbers`,
    `INSERT INTO linked_accounts (user_id, bank_account_id, bank, bank_code, clearing_account_id, linked_at, key_id,
       sealed_number, sealed_owner_name, sealed_handle)
     SELECT ${user} + ${nth}, ${bankAccount} + ${nth}, 'HANA BANK', '081', 1, NOW(3), 'bench', '-', '-', '-'
     FROM bench_numbers`,
  ];
}

function ordersSql(movementId, nth, status, settledAt) {
  return `INSERT INTO withdrawals (movement_id, linked_account_id, business_date, status, amount, held_amount, bank_tran_id,
      tran_dtime, inquiries, next_inquiry_at, created_at, settled_at)
    SELECT ${movementId}, 1 + ${nth} % 2000, '2025-02-26', '${status}', 5, 5,
      CONCAT('M2026${status === 'DONE' ? '00001' : '00002'}U', LPAD(${nth}, 9, '0')), '20250226090000', 0,
      UTC_TIMESTAMP(3) + INTERVAL 280 SECOND, UTC_TIMESTAMP(3), ${settledAt} FROM bench_numbers`;
}

/** An endpoint for each merchant, which is disabled so that nothing is sent; all that was told was taken at once. */
async function tellPartners(database, { partners }, sizes, firstPayment) {
  await database.query(
    `INSERT INTO webhook_endpoints (id, partner_id, url, created_at, disabled_at)
     SELECT ${partners.first} + n, ${partners.first} + n, 'http://127.0.0.1:9/', NOW(3), NOW(3)
     FROM bench_numbers WHERE n < ${partners.count}`,
  );
  const partner = (nth) => `${partners.first} + ${nth} % ${partners.count}`;
  await inParts(database, sizes.toldOf, (nth) => [
    `INSERT INTO webhook_events (id, endpoint_id, partner_id, payment_id, sequence, type, payload, occurred_at, status,
       attempts, next_attempt_at, last_status, created_at, delivered_at)
     SELECT 1 + ${nth}, ${partner(nth)}, ${partner(nth)}, ${firstPayment} + ${nth}, 1, 'payment.approved', '{}', NOW(3),
       'DELIVERED', 1, UTC_TIMESTAMP(3), 200, NOW(3), NOW(3) FROM bench_numbers ORDER BY n`,
  ]);
  // Of each endpoint some more than are kept: the others are deleted every ten minutes.
  await inParts(database, rowsAtOnce, (nth) => [
    `INSERT INTO webhook_attempts (endpoint_id, delivery_id, event_id, type, attempt, status, duration_ms, attempted_at)
     SELECT ${partner(nth)}, 1 + ${nth}, 1 + ${nth}, 'payment.approved', 1, 200, 5, UTC_TIMESTAMP(3)
     FROM bench_numbers ORDER BY n`,
  ]);
}

/** Of the extra users: `3333-12-0123456`. */
export const accountNumberOf = (nth) =>
  `3333-${String(Math.floor(nth / 10_000)).padStart(2, '0')}-${String(nth).padStart(7, '0')}`;
/** As `seed` has written them. */
export const linkedNumberOf = (userId) => `${userId}${linkedDigits}`;
