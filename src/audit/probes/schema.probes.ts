import type { Books, Probe } from '../checks.js';

/** While these are there, no two rows can hold one key, one bank_tran_id, one place in a chain or one bank account. */
const UNIQUE_KEYS = [
  ['movements', 'uq_movements_key', 'idempotency_key,idempotency_scope,key_live'],
  ['withdrawals', 'uq_withdrawals_bank_tran_id', 'bank_tran_id'],
  ['payouts', 'uq_payouts_bank_tran_id', 'bank_tran_id'],
  ['entries', 'uq_entries_account_seq', 'account_id,seq'],
  ['accounts', 'uq_accounts_owner', 'kind,owner_id,sole'],
  ['keyed_requests', 'PRIMARY', 'idempotency_key,scope'],
  ['linked_accounts', 'uq_linked_accounts_default', 'user_id,is_default'],
  ['linked_accounts', 'uq_linked_accounts_bank_account', 'user_id,bank_account_id,is_live'],
  ['bank_accounts', 'uq_bank_accounts_print', 'bank_code,number_print'],
] as const;

const CONSTRAINTS = [
  ['ck_accounts_funds', 'held >= 0 AND balance >= held'],
  ['ck_movements_amount', 'amount > 0 AND topped_up_amount >= 0 AND topped_up_amount <= amount'],
  ['ck_entries', 'amount <> 0 AND balance_after >= 0'],
  ['ck_withdrawals', 'amount > 0 AND held_amount >= 0'],
  ['ck_payouts', 'amount > 0 AND held_amount = amount'],
] as const;

export function schemaProbes({ rooms }: Books): readonly Probe[] {
  return [
    uniqueKeys([...UNIQUE_KEYS, ...rooms.flatMap((room) => room.uniqueKeys)]),
    constraints([...CONSTRAINTS, ...rooms.flatMap((room) => room.constraints ?? [])]),
  ];
}

function uniqueKeys(keys: Books['rooms'][number]['uniqueKeys']): Probe {
  const rows = keys.map(
    ([table, name, columns]) => `SELECT '${table}' AS tab, '${name}' AS name, '${columns}' AS cols`,
  );
  return {
    check: 'unique-keys',
    table: 'index',
    key: ['name'],
    sql: () => `
      SELECT x.name, 'is missing, or not what it must be' AS problem
      FROM (${rows.join(' UNION ALL ')}) x
      WHERE x.cols <> COALESCE((
        SELECT GROUP_CONCAT(s.column_name ORDER BY s.seq_in_index) FROM information_schema.statistics s
        WHERE s.table_schema = DATABASE() AND s.table_name = x.tab AND s.index_name = x.name AND s.non_unique = 0
      ), '')`,
  };
}

/** The servers print a clause each in its own way, and only MySQL can have one that is not enforced. */
function constraints(wanted: readonly (readonly [name: string, says: string])[]): Probe {
  const clauses = new Map(wanted);
  const rows = wanted.map(([name]) => `SELECT '${name}' AS name`);
  return {
    check: 'check-constraints',
    table: 'constraint',
    key: ['name'],
    sql: () => `
      SELECT x.name, c.check_clause AS clause, t.*
      FROM (${rows.join(' UNION ALL ')}) x
      LEFT JOIN information_schema.check_constraints c ON c.constraint_schema = DATABASE() AND c.constraint_name = x.name
      LEFT JOIN information_schema.table_constraints t ON t.constraint_schema = DATABASE()
        AND t.constraint_name = x.name AND t.constraint_type = 'CHECK'`,
    judge: ({ name, clause, ENFORCED: enforced }) => {
      if (typeof clause !== 'string') return 'is missing';
      if (enforced === 'NO') return 'is not enforced';
      const isSame = plain(clause) === plain(clauses.get(String(name)) ?? '');
      return isSame ? null : `says ${clause}`;
    },
  };
}

function plain(clause: string): string {
  return clause.toLowerCase().replace(/_utf8mb4|_ascii|[`()\s\\]/g, '');
}
