// Users and partners, written straight into the tables: signing thousands up through HTTP would take longer than a measurement. Their
// money comes the regular way, from the bank, so that the bank's books agree with ours.
import { hash, randomBytes, randomUUID } from 'node:crypto';

const bankName = 'HANA BANK';
const rowsAtOnce = 1_000;
const chargesAtOnce = 64;
/** won: the most that a linked account gives on one day */
export const openingBalance = 3_000_000;

/** What a fresh database holds: one clearing account, then an account per partner, then the users' main and savings accounts. */
export function idsOf({ users, poor, partners }) {
  const mains = 2 + partners;
  return {
    users: { first: 1, count: users },
    /** users without any money */
    poor: { first: 1 + users, count: poor },
    partners: { first: 1, count: partners },
    payableAccountOf: (partnerId) => 1 + partnerId,
    mainAccountOf: (userId) => mains + userId - 1,
    savingsAccountOf: (userId) => mains + users + poor + userId - 1,
    mainAccounts: { first: mains, count: users },
  };
}

export async function seed(database, ids) {
  const { bankCodeOf, sandboxHandle } = await import('../dist/bank/banks.js');
  const at = new Date();
  const code = bankCodeOf(bankName);
  const partners = listOf(ids.partners);
  const users = [...listOf(ids.users), ...listOf(ids.poor)];
  const accounts = (rows) => insert(database, 'accounts (id, kind, owner_id, sole, number, opened_at)', rows);
  await insert(
    database,
    'partners (id, name, created_at)',
    partners.map((id) => [id, `Partner ${id}`, at]),
  );
  await accounts([[1, 'BANK_CLEARING', Number(code), 1, `BANK-${code}`, at]]);
  await accounts(partners.map((id) => [ids.payableAccountOf(id), 'PARTNER_PAYABLE', id, 1, `PARTNER-${id}`, at]));
  await insert(
    database,
    'users (id, name, email, email_key, created_at)',
    users.map((id) => [id, `User ${id}`, `user-${id}@bench`, `user-${id}@bench`, at]),
  );
  const number = (prefix, id) => `${prefix}-${String(id).padStart(9, '0')}`;
  await accounts(users.map((id) => [ids.mainAccountOf(id), 'MAIN', id, 1, number(3333, id), at]));
  await accounts(users.map((id) => [ids.savingsAccountOf(id), 'SAVINGS', id, null, number(3355, id), at]));
  await insert(
    database,
    'linked_accounts (user_id, bank, bank_code, account_number, owner_name, fintech_use_num, clearing_account_id, linked_at)',
    users.map((id) => {
      const external = `${id}5555`; // the simulator's accounts may lie, by their last four digits: these do not
      return [id, bankName, code, external, `User ${id}`, sandboxHandle(code, external), 1, at];
    }),
  );
}

/** Has every user charge what the bank gives on one day. */
export async function chargeAll(baseUrl, { users }) {
  const left = listOf(users);
  const charge = async () => {
    for (let userId = left.pop(); userId !== undefined; userId = left.pop()) {
      const response = await fetch(`${baseUrl}/accounts/main/charge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify({ userId, amount: openingBalance }),
      });
      if (response.status !== 200) throw new Error(`charging user ${userId}: ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: chargesAtOnce }, charge));
}

/** Makes the keys that callers show: an app's, an operator's, and one of each partner. */
export async function makeKeys(database, { partners }) {
  const rows = [];
  const make = (role, partnerId = null) => {
    const key = `pk_live_${randomBytes(32).toString('base64url')}`;
    rows.push([role, partnerId, key.slice(0, 16), hash('sha256', key, 'buffer'), new Date()]);
    return key;
  };
  const keys = {
    app: make('app'),
    operator: make('operator'),
    partners: Object.fromEntries(listOf(partners).map((id) => [id, make('partner', id)])),
  };
  await insert(database, 'api_keys (role, partner_id, prefix, hash, created_at)', rows);
  return keys;
}

async function insert(database, table, rows) {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await database.query(`INSERT INTO ${table} VALUES ?`, [rows.slice(start, start + rowsAtOnce)]);
  }
}

const listOf = ({ first, count }) => Array.from({ length: count }, (_, index) => first + index);
