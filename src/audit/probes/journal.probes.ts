import { LEG } from '../../ledger/index.js';
import type { MovementDeclaration } from '../../movements/index.js';
import type { Probe } from '../checks.js';

const BALANCE: Probe = {
  check: 'journal-balance',
  table: 'entries',
  key: ['movement_id'],
  sql: (within) => `
    SELECT e.movement_id, CONCAT('the journal sums to ', SUM(e.amount)) AS problem
    FROM entries e WHERE ${within('e.movement_id')} GROUP BY e.movement_id HAVING SUM(e.amount) <> 0`,
};

/** The entries that each type of movement demands, as a table: written from the declarations. */
function journals(declarations: readonly MovementDeclaration[]): string {
  const rows = declarations.flatMap(({ type, topUp, legs }) => [
    ...(topUp ? [row(type, LEG.topUpFrom, 'bank', 'topUp'), row(type, LEG.topUpTo, 'main', 'topUp')] : []),
    ...legs.flatMap(({ from, to, amount }, index) => [
      row(type, LEG.from + 2 * index, from, amount),
      row(type, LEG.to + 2 * index, to, amount),
    ]),
  ]);
  return `(${rows.join(' UNION ALL ')})`;
}

function row(type: string, leg: number, place: string, amount: keyof typeof AMOUNTS | 'fee'): string {
  if (amount === 'fee') throw new Error(`${type}: no column keeps its fee`);
  return `SELECT '${type}' AS type, ${leg} AS leg, '${place}' AS place, '${amount}' AS amount`;
}

/** Where a movement keeps each amount. */
const AMOUNTS = { amount: 'm.amount', topUp: 'm.topped_up_amount' } as const;

/** Each entry that a movement demands beside the one that is there; then those that are no part of its journal. */
const entries = (declarations: readonly MovementDeclaration[]): Probe => ({
  check: 'journal-entries',
  table: 'entries',
  key: ['movement_id', 'leg'],
  sql: (within) => `
    SELECT x.movement_id, x.leg,
      CASE
        WHEN e.amount IS NULL THEN 'is missing'
        WHEN e.amount <> x.amount THEN CONCAT('amount is ', e.amount, ', not ', x.amount)
        WHEN NOT (e.account_id <=> x.account_id)
          THEN COALESCE(CONCAT('account_id is ', e.account_id, ', not ', x.account_id), 'has an account, but none is due')
      END AS problem
    FROM (
      SELECT m.id AS movement_id, j.leg,
        IF(j.leg % 2 = 0, -1, 1) * CASE j.amount WHEN 'topUp' THEN ${AMOUNTS.topUp} ELSE ${AMOUNTS.amount} END AS amount,
        CASE j.place
          WHEN 'main' THEN m.account_id
          WHEN 'counter' THEN m.counter_account_id
          WHEN 'bank' THEN (SELECT l.clearing_account_id FROM linked_accounts l WHERE l.id = IF(j.amount = 'topUp',
            (SELECT w.linked_account_id FROM withdrawals w WHERE w.movement_id = m.id),
            (SELECT p.linked_account_id FROM payouts p WHERE p.movement_id = m.id)))
          ELSE (SELECT a.id FROM accounts a WHERE a.kind = j.place AND a.sole = 1)
        END AS account_id
      FROM movements m JOIN ${journals(declarations)} j ON j.type = m.type
      WHERE m.status = 'COMPLETED' AND ${within('m.id')} AND (j.amount <> 'topUp' OR m.topped_up_amount > 0)
    ) x
    LEFT JOIN entries e ON e.movement_id = x.movement_id AND e.leg = x.leg
    HAVING problem IS NOT NULL
    UNION ALL
    SELECT e.movement_id, e.leg, 'is no part of such a journal' AS problem
    FROM entries e JOIN movements m ON m.id = e.movement_id
    LEFT JOIN ${journals(declarations)} j ON j.type = m.type AND j.leg = e.leg
    WHERE m.status = 'COMPLETED' AND ${within('e.movement_id')}
      AND (j.leg IS NULL OR j.amount = 'topUp' AND m.topped_up_amount = 0)`,
});

const CAUSE: Probe = {
  check: 'journal-cause',
  table: 'entries',
  key: ['movement_id', 'leg'],
  sql: (within) => `
    SELECT e.movement_id, e.leg,
      CASE
        WHEN m.id IS NULL THEN 'belongs to no movement'
        WHEN m.status <> 'COMPLETED' THEN CONCAT('belongs to a ', m.status, ' movement')
      END AS problem
    FROM entries e LEFT JOIN movements m ON m.id = e.movement_id
    WHERE ${within('e.movement_id')} HAVING problem IS NOT NULL`,
};

/**
 * By induction every chain is 1, 2, 3 … without a gap: an index keeps places unique, and each has the one before it.
 */
const CHAIN: Probe = {
  check: 'chain',
  table: 'entries',
  key: ['account_id', 'seq', 'movement_id', 'leg'],
  sql: (within) => `
    SELECT e.account_id, e.seq, e.movement_id, e.leg,
      CASE
        WHEN e.seq < 1 THEN 'chains begin with 1'
        WHEN e.seq > 1 AND b.seq IS NULL THEN CONCAT('entry ', e.seq - 1, ' of the account is missing before it')
        WHEN NOT (e.balance_after <=> COALESCE(b.balance_after, 0) + e.amount)
          THEN CONCAT('balance_after is ', COALESCE(e.balance_after, 'NULL'), ', not ',
            COALESCE(b.balance_after, 0) + e.amount)
        WHEN e.balance_after < 0 THEN CONCAT('balance_after is ', e.balance_after)
      END AS problem
    FROM entries e LEFT JOIN entries b ON b.account_id = e.account_id AND b.seq = e.seq - 1
    WHERE ${within('e.movement_id')} AND e.seq IS NOT NULL HAVING problem IS NOT NULL`,
};

const ENTRY_ACCOUNT: Probe = {
  check: 'entry-account',
  table: 'entries',
  key: ['movement_id', 'leg'],
  sql: (within) => `
    SELECT e.movement_id, e.leg,
      CASE
        WHEN a.id IS NULL THEN CONCAT('account ', e.account_id, ' does not exist')
        WHEN a.kind IN ('MAIN', 'SAVINGS') AND (e.seq IS NULL OR e.balance_after IS NULL)
          THEN CONCAT('has no place in the chain of account ', a.id)
        WHEN a.kind NOT IN ('MAIN', 'SAVINGS') AND (e.seq IS NOT NULL OR e.balance_after IS NOT NULL)
          THEN CONCAT('has a place in a chain, but account ', a.id, ' is only summed')
      END AS problem
    FROM entries e LEFT JOIN accounts a ON a.id = e.account_id
    WHERE ${within('e.movement_id')} HAVING problem IS NOT NULL`,
};

/** Movement by movement, and so in every sum: what a clearing account lost is what its bank took less what it paid. */
const CLEARING: Probe = {
  check: 'clearing',
  table: 'entries',
  key: ['movement_id', 'account_id'],
  sql: (within) => `
    SELECT x.movement_id, x.account_id,
      CONCAT('the clearing account has ', SUM(x.posted), ' for ', SUM(x.taken), ' taken') AS problem
    FROM (
      SELECT e.movement_id, e.account_id, e.amount AS posted, 0 AS taken
      FROM entries e JOIN accounts a ON a.id = e.account_id AND a.kind = 'BANK_CLEARING'
      WHERE ${within('e.movement_id')}
      UNION ALL
      SELECT w.movement_id, COALESCE(l.clearing_account_id, 0), 0, w.amount
      FROM withdrawals w LEFT JOIN linked_accounts l ON l.id = w.linked_account_id
      WHERE w.status = 'DONE' AND ${within('w.movement_id')}
      UNION ALL
      SELECT p.movement_id, COALESCE(l.clearing_account_id, 0), 0, -p.amount
      FROM payouts p LEFT JOIN linked_accounts l ON l.id = p.linked_account_id
      WHERE p.status = 'DONE' AND ${within('p.movement_id')}
    ) x
    GROUP BY x.movement_id, x.account_id HAVING SUM(x.posted) + SUM(x.taken) <> 0`,
};

export const journalProbes = (declarations: readonly MovementDeclaration[]): readonly Probe[] => [
  BALANCE,
  entries(declarations),
  CAUSE,
  CHAIN,
  ENTRY_ACCOUNT,
  CLEARING,
];
