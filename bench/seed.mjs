// Users and partners, written straight into the tables: signing thousands up through HTTP would take longer than a
// measurement. Their money comes the regular way, from the bank, so that the bank's books agree with ours.
import { randomUUID } from 'node:crypto';

const bankName = 'HANA BANK';
const rowsAtOnce = 1_000;
const chargesAtOnce = 64;
/** What the sites' services encrypt with. */
export const dataKey = '5'.repeat(64);
/** won: the most that a linked account gives on one day */
export const openingBalance = 3_000_000;

/**
 * What a fresh database holds: one clearing account, then an account per partner, then the users' main and savings
 * accounts.
 */
export function idsOf({ users, agreed, poor, partners }) {
  const mains = 2 + partners;
  const all = users + agreed + poor;
  return {
    users: { first: 1, count: users },
    /** users who have agreed to every partner's payments */
    agreed: { first: 1 + users, count: agreed },
    /** users without any money */
    poor: { first: 1 + users + agreed, count: poor },
    partners: { first: 1, count: partners },
    payableAccountOf: (partnerId) => 1 + partnerId,
    mainAccountOf: (userId) => mains + userId - 1,
    savingsAccountOf: (userId) => mains + all + userId - 1,
    mainAccounts: { first: mains, count: users },
  };
}

export async function seed(database, ids) {
  const { bankCodeOf, sandboxHandle } = await import('../dist/bank/banks.js');
  const { LinkVault } = await import('../dist/bank/link-vault.js');
  const { loadBlindIndex } = await import('../dist/platform/vault/blind-index.js');
  const { UserVault } = await import('../dist/users/user-vault.js');
  const config = { dataKeys: [dataKey] };
  const [userVault, linkVault] = [new UserVault(config), new LinkVault(config)];
  const query = async (sql) => (await database.query(sql))[0];
  const index = await loadBlindIndex({ query }, config.dataKeys);
  const at = new Date();
  const code = bankCodeOf(bankName);
  const partners = listOf(ids.partners);
  const users = [...listOf(ids.users), ...listOf(ids.agreed), ...listOf(ids.poor)];
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
    'users (id, created_at, key_id, sealed_name, sealed_email, email_print)',
    users.map((id) => {
      const email = `user-${id}@bench`;
      const print = index.of('users.email', email);
      const { keyId, sealedName, sealedEmail } = userVault.seal(`User ${id}`, email, print);
      return [id, at, keyId, sealedName, sealedEmail, print];
    }),
  );
  const number = (prefix, id) => `${prefix}-${String(id).padStart(9, '0')}`;
  await accounts(users.map((id) => [ids.mainAccountOf(id), 'MAIN', id, 1, number(3333, id), at]));
  await accounts(users.map((id) => [ids.savingsAccountOf(id), 'SAVINGS', id, null, number(3355, id), at]));
  const external = (id) => `${id}5555`; // the simulator's accounts may lie, by their last four digits: these do not
  await insert(
    database,
    'bank_accounts (id, bank_code, number_print)',
    users.map((id) => [id, code, index.of('bank_accounts.number', `${code} ${external(id)}`)]),
  );
  await insert(
    database,
    'linked_accounts (user_id, bank_account_id, bank, bank_code, clearing_account_id, linked_at, key_id, sealed_number, sealed_owner_name, sealed_handle)',
    users.map((id) => {
      const [accountNumber, ownerName] = [external(id), `User ${id}`];
      const fintechUseNum = sandboxHandle(code, accountNumber);
      const sealed = linkVault.seal(id, { accountNumber, ownerName, fintechUseNum });
      const { keyId, sealedNumber, sealedOwnerName, sealedHandle } = sealed;
      return [id, id, bankName, code, 1, at, keyId, sealedNumber, sealedOwnerName, sealedHandle];
    }),
  );
  await insert(
    database,
    'agreements (user_id, partner_id, is_latest, limit_per_payment, limit_per_day, agreed_at)',
    listOf(ids.agreed).flatMap((id) => partners.map((partnerId) => [id, partnerId, 1, limit, limit, at])),
  );
}

/** won: what nobody's payments reach */
const limit = 1_000_000_000;

/** Has every user charge what the bank gives on one day. */
export async function chargeAll(baseUrl, { users, agreed }) {
  const left = [...listOf(users), ...listOf(agreed)];
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
  const { newKey, printOf } = await import('../dist/auth/api-key.js');
  const rows = [];
  const make = (role, partnerId = null) => {
    const key = newKey('production');
    const { prefix, hash } = printOf(key);
    rows.push([role, partnerId, prefix, hash, new Date()]);
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
