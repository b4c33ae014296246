import type { Probe, Walk } from '../checks.js';
import { ACCOUNT_PROBES, LINKED_ACCOUNT_PROBES } from './account.probes.js';
import { JOURNAL_PROBES } from './journal.probes.js';
import { MOVEMENT_PROBES } from './movement.probes.js';
import { PAYMENT_PROBES } from './payment.probes.js';

/** While these are there, no two rows can hold one key, one order, one bank_tran_id or one place in a chain. */
const INDEXES = [
  ['movements', 'uq_movements_key', 'idempotency_key,idempotency_scope,key_live'],
  ['payments', 'uq_payments_order', 'partner_id,partner_pay_key,order_live'],
  ['payment_cancels', 'uq_payment_cancels_sequence', 'payment_id,sequence'],
  ['withdrawals', 'uq_withdrawals_bank_tran_id', 'bank_tran_id'],
  ['entries', 'uq_entries_account_seq', 'account_id,seq'],
  ['accounts', 'uq_accounts_owner', 'kind,owner_id,sole'],
];

/** Of the schema; asked once, outside any walk. */
export const UNIQUE_KEYS: Probe = {
  check: 'unique-keys',
  table: 'index',
  key: ['name'],
  sql: () => `
    SELECT x.name, 'is missing, or not what it must be' AS problem
    FROM (${INDEXES.map(([table, name, columns]) => `SELECT '${table}' AS tab, '${name}' AS name, '${columns}' AS cols`).join(' UNION ALL ')}) x
    WHERE x.cols <> COALESCE((
      SELECT GROUP_CONCAT(s.column_name ORDER BY s.seq_in_index) FROM information_schema.statistics s
      WHERE s.table_schema = DATABASE() AND s.table_name = x.tab AND s.index_name = x.name AND s.non_unique = 0
    ), '')`,
};

export const WALKS: readonly Walk[] = [
  {
    table: 'movements',
    key: 'id',
    alsoUpTo: [
      ['entries', 'movement_id'],
      ['payments', 'movement_id'],
      ['payment_cancels', 'movement_id'],
      ['withdrawals', 'movement_id'],
    ],
    probes: [...JOURNAL_PROBES, ...MOVEMENT_PROBES, ...PAYMENT_PROBES],
  },
  { table: 'accounts', key: 'id', alsoUpTo: [], probes: ACCOUNT_PROBES },
  {
    table: 'linked_accounts',
    key: 'id',
    alsoUpTo: [['withdrawals', 'linked_account_id']],
    probes: LINKED_ACCOUNT_PROBES,
  },
];
