import type { MovementDeclaration } from '../../movements/index.js';
import type { Probe } from '../checks.js';

/** What each type of movement is, as a table: written from the declarations. */
function types(declarations: readonly MovementDeclaration[]): string {
  const rows = declarations.map(({ type, topUp, paysOutToBank, counter }) => {
    const [kind, of] = counter ? [`'${counter.kind}'`, `'${counter.of}'`] : ['NULL', 'NULL'];
    return `SELECT '${type}' AS type, '${topUp ?? 'none'}' AS top_up, ${paysOutToBank ? 1 : 0} AS pays_out,
      ${kind} AS counter_kind, ${of} AS counter_of`;
  });
  return `(${rows.join(' UNION ALL ')})`;
}

const movement = (declarations: readonly MovementDeclaration[]): Probe => ({
  check: 'movement',
  table: 'movements',
  key: ['id'],
  sql: (within) => `
    SELECT m.id,
      CASE
        WHEN t.type IS NULL THEN CONCAT(m.type, ' is not a type of movement')
        WHEN (m.status = 'PENDING') <> (m.completed_at IS NULL) THEN CONCAT('is ', m.status, ', against its completed_at')
        WHEN (m.status = 'FAILED') <> (m.failure_code IS NOT NULL) THEN CONCAT('is ', m.status, ', against its failure_code')
        WHEN m.status <> 'COMPLETED' AND m.topped_up_amount = 0 AND t.pays_out = 0
          THEN CONCAT('is ', m.status, ' without a top-up')
        WHEN t.top_up = 'all' AND m.topped_up_amount <> m.amount THEN CONCAT('is a ', m.type, ' that the bank has not paid whole')
        WHEN t.top_up = 'none' AND m.topped_up_amount <> 0 THEN CONCAT('is a ', m.type, ' with a top-up')
        WHEN NOT (a.kind <=> 'MAIN' AND a.owner_id <=> m.user_id)
          THEN CONCAT('account ', m.account_id, ' is not the main account of user ', m.user_id)
        WHEN t.counter_kind IS NULL AND m.counter_account_id IS NOT NULL THEN CONCAT('is a ', m.type, ' with a counter account')
        WHEN NOT (c.kind <=> t.counter_kind)
          THEN CONCAT('counter account ', COALESCE(m.counter_account_id, 'none'), ' is of the wrong kind')
        WHEN t.counter_of = 'sameUser' AND c.owner_id <> m.user_id
          THEN CONCAT('counter account ', c.id, ' is another user''s')
        WHEN m.account_id = m.counter_account_id THEN 'moves money from an account to itself'
      END AS problem
    FROM movements m LEFT JOIN ${types(declarations)} t ON t.type = m.type
    LEFT JOIN accounts a ON a.id = m.account_id LEFT JOIN accounts c ON c.id = m.counter_account_id
    WHERE ${within('m.id')} HAVING problem IS NOT NULL`,
});

const KEY: Probe = {
  check: 'key',
  table: 'movements',
  key: ['id'],
  sql: (within) => `
    SELECT m.id, CONCAT('is ', m.status, ' with key_live ', COALESCE(m.key_live, 'NULL')) AS problem
    FROM movements m
    WHERE ${within('m.id')} AND NOT (m.key_live <=> IF(m.status = 'FAILED', NULL, 1))`,
};

/** What is the same of withdrawals and payouts; `own` is what is not. */
const ordersIn = (table: 'withdrawals' | 'payouts', check: 'withdrawal' | 'payout', own: string): Probe => ({
  check,
  table,
  key: ['movement_id'],
  sql: (within) => `
    SELECT w.movement_id,
      CASE
        WHEN m.id IS NULL THEN 'belongs to no movement'
        WHEN NOT (l.user_id <=> m.user_id) THEN CONCAT('linked account ', w.linked_account_id, ' is not the user''s')
        WHEN m.status <> CASE w.status WHEN 'PENDING' THEN 'PENDING' WHEN 'DONE' THEN 'COMPLETED' ELSE 'FAILED' END
          THEN CONCAT('is ', w.status, ', but its movement is ', m.status)
        ${own}
        WHEN DATE_FORMAT(w.business_date, '%Y%m%d') <> LEFT(w.tran_dtime, 8)
          THEN 'business_date is not the day on which the bank was asked'
        WHEN (w.status = 'PENDING') <> (w.settled_at IS NULL) THEN CONCAT('is ', w.status, ', against its settled_at')
        WHEN NOT (w.refusal <=> m.failure_code) THEN 'refusal is not why its movement failed'
      END AS problem
    FROM ${table} w LEFT JOIN movements m ON m.id = w.movement_id
      LEFT JOIN linked_accounts l ON l.id = w.linked_account_id
    WHERE ${within('w.movement_id')} HAVING problem IS NOT NULL`,
});

const WITHDRAWAL = ordersIn(
  'withdrawals',
  'withdrawal',
  `WHEN w.amount <> m.topped_up_amount THEN CONCAT('amount is ', w.amount, ', not ', m.topped_up_amount)
        WHEN w.held_amount <> m.amount - m.topped_up_amount
          THEN CONCAT('held_amount is ', w.held_amount, ', not ', m.amount - m.topped_up_amount)`,
);

const PAYOUT = ordersIn(
  'payouts',
  'payout',
  `WHEN w.amount <> m.amount THEN CONCAT('amount is ', w.amount, ', not ', m.amount)
        WHEN w.held_amount <> m.amount THEN CONCAT('held_amount is ', w.held_amount, ', not ', m.amount)`,
);

/** A payout has its row, and no other movement has one. */
const paidOut = (declarations: readonly MovementDeclaration[]): Probe => ({
  check: 'payout',
  table: 'movements',
  key: ['id'],
  sql: (within) => `
    SELECT m.id, IF(p.movement_id IS NULL, 'was paid out without a payout', CONCAT('is a ', m.type, ' with a payout'))
      AS problem
    FROM movements m JOIN ${types(declarations)} t ON t.type = m.type LEFT JOIN payouts p ON p.movement_id = m.id
    WHERE ${within('m.id')} AND (p.movement_id IS NULL) = (t.pays_out = 1)`,
});

const TOP_UP: Probe = {
  check: 'withdrawal',
  table: 'movements',
  key: ['id'],
  sql: (within) => `
    SELECT m.id, 'has a top-up without a withdrawal' AS problem
    FROM movements m LEFT JOIN withdrawals w ON w.movement_id = m.id
    WHERE ${within('m.id')} AND m.topped_up_amount > 0 AND w.movement_id IS NULL`,
};

export const movementProbes = (declarations: readonly MovementDeclaration[]): readonly Probe[] => [
  movement(declarations),
  KEY,
  WITHDRAWAL,
  TOP_UP,
  PAYOUT,
  paidOut(declarations),
];
