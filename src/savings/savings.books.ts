import type { Probe, RoomBooks } from '../audit/index.js';
import { PARTS_OF_A_WON } from './interest.js';
import { SAVINGS_PRODUCT_NAMES } from './savings-product.js';

const POSTING: Probe = {
  check: 'interest',
  table: 'interest_postings',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN interest_postings p ON p.movement_id = m.id
    WHERE ${within('m.id')} AND m.type = 'INTEREST' AND p.movement_id IS NULL
    UNION ALL
    SELECT p.movement_id, CONCAT('belongs to no interest of account ', p.account_id)
    FROM interest_postings p LEFT JOIN movements m ON m.id = p.movement_id
    WHERE ${within('p.movement_id')} AND NOT (m.type <=> 'INTEREST' AND m.status <=> 'COMPLETED'
      AND m.counter_account_id <=> p.account_id)`,
};

/**
 * A posting and the one before it. What was there at the end of each day between them follows from the entries in front
 * of it: those that were settled by then, and the others, which count from the day on which they were posted.
 */
const postings = (within: string) => `
  SELECT p.movement_id, p.account_id, p.day, p.rest, p.settled_seq, m.amount, s.rate_basis_points, own.seq AS own_seq,
    COALESCE(q.rest, 0) AS rest_before, COALESCE(q.settled_seq, 0) AS settled_before,
    COALESCE(q.day + INTERVAL 1 DAY, s.earns_from) AS first_day
  FROM interest_postings p JOIN movements m ON m.id = p.movement_id
  JOIN savings_accounts s ON s.account_id = p.account_id
  JOIN entries own ON own.movement_id = p.movement_id AND own.leg = 3
  LEFT JOIN interest_postings q ON q.account_id = p.account_id AND q.day = (
    SELECT MAX(l.day) FROM interest_postings l WHERE l.account_id = p.account_id AND l.day < p.day)
  WHERE ${within}`;

/** `counts_from`: no earlier than the entries before it, wherever a clock was set back; interest counts at once. */
const between = (within: string) => `
  SELECT x.movement_id, e.seq, e.amount, f.type = 'INTEREST' AS is_interest,
    MAX(IF(f.type = 'INTEREST', NULL, DATE(e.posted_at + INTERVAL 9 HOUR)))
      OVER (PARTITION BY x.movement_id ORDER BY e.seq) AS counts_from
  FROM (${postings(within)}) x
  JOIN entries e ON e.account_id = x.account_id AND e.seq > x.settled_before AND e.seq < x.own_seq
  JOIN movements f ON f.id = e.movement_id`;

/** By induction over an account's postings, their sum is its exact interest, less the last one's rest. */
const AMOUNT: Probe = {
  check: 'interest',
  table: 'interest_postings',
  key: ['movement_id'],
  sql: (within) => `
    SELECT y.movement_id,
      CASE
        WHEN y.posted <> y.due THEN CONCAT(y.posted, ' parts of a won are posted or left over, of ', y.due)
        WHEN y.settled_seq < y.settled_before OR y.settled_seq >= y.own_seq OR y.unsettled > 0
          THEN CONCAT('settled_seq is ', y.settled_seq, ', against the days of the entries')
      END AS problem
    FROM (
      SELECT x.movement_id, x.settled_seq, x.settled_before, x.own_seq,
        CAST(x.amount AS DECIMAL(40)) * ${PARTS_OF_A_WON} + x.rest AS posted,
        x.rest_before + x.rate_basis_points * (
          CAST(COALESCE(MAX(b.balance_after), 0) AS DECIMAL(40)) * (DATEDIFF(x.day, x.first_day) + 1)
          + COALESCE(SUM(CAST(c.amount AS DECIMAL(40)) * GREATEST(0, 1 + DATEDIFF(x.day,
              IF(c.is_interest, x.first_day, GREATEST(c.counts_from, x.first_day))))), 0)) AS due,
        SUM(c.seq <= x.settled_seq AND NOT c.is_interest AND c.counts_from > x.day + INTERVAL 1 DAY) AS unsettled
      FROM (${postings(within('p.movement_id'))}) x
      LEFT JOIN entries b ON b.account_id = x.account_id AND b.seq = x.settled_before
      LEFT JOIN (${between(within('p.movement_id'))}) c ON c.movement_id = x.movement_id
      GROUP BY x.movement_id, x.settled_seq, x.settled_before, x.own_seq, x.amount, x.rest, x.rest_before,
        x.rate_basis_points, x.day, x.first_day
    ) y HAVING problem IS NOT NULL`,
};

const DAILY_DEPOSIT: Probe = {
  check: 'daily-deposit',
  table: 'daily_deposits',
  key: ['movement_id'],
  sql: (within) => `
    SELECT d.movement_id,
      CASE
        WHEN NOT (m.type <=> 'SAVINGS_DEPOSIT' AND m.counter_account_id <=> d.account_id)
          THEN CONCAT('belongs to no deposit into account ', d.account_id)
        WHEN m.status <> CASE d.status WHEN 'PAID' THEN 'COMPLETED' ELSE d.status END
          THEN CONCAT('is ', d.status, ', but its movement is ', m.status)
        WHEN m.amount <> d.amount THEN CONCAT('amount is ', d.amount, ', not ', m.amount)
        WHEN (d.status = 'FAILED') <> (d.failure_code IS NOT NULL) THEN CONCAT('is ', d.status, ', against its failure_code')
      END AS problem
    FROM daily_deposits d LEFT JOIN movements m ON m.id = d.movement_id
    WHERE ${within('d.movement_id')} HAVING problem IS NOT NULL
    UNION ALL
    SELECT m.id, 'is missing'
    FROM movements m LEFT JOIN daily_deposits d ON d.movement_id = m.id
    WHERE ${within('m.id')} AND m.idempotency_scope = 'daily-deposits' AND d.movement_id IS NULL`,
};

const ACCOUNT: Probe = {
  check: 'interest',
  table: 'savings_accounts',
  key: ['account_id'],
  sql: (within) => `
    SELECT s.account_id,
      CASE
        WHEN NOT (a.kind <=> 'SAVINGS') THEN 'is no savings account'
        WHEN s.product NOT IN (${SAVINGS_PRODUCT_NAMES.map((name) => `'${name}'`).join(', ')})
          THEN CONCAT(s.product, ' is no product')
        WHEN (s.closed_at IS NULL) <> (a.closed_at IS NULL) THEN 'is closed in one place only'
        WHEN a.closed_at IS NOT NULL AND (a.balance <> 0 OR a.held <> 0)
          THEN CONCAT('is closed, with ', a.balance, ' won on it')
        WHEN s.closed_at IS NOT NULL AND s.daily_deposit IS NOT NULL THEN 'is closed, and paid into by itself'
      END AS problem
    FROM savings_accounts s LEFT JOIN accounts a ON a.id = s.account_id
    WHERE ${within('s.account_id')} HAVING problem IS NOT NULL`,
};

/** What the auditor checks of savings. */
export const SAVINGS_BOOKS: RoomBooks = {
  tables: ['interest_postings', 'daily_deposits'],
  uniqueKeys: [
    ['interest_postings', 'uq_interest_postings_day', 'account_id,day'],
    ['daily_deposits', 'PRIMARY', 'account_id,day'],
  ],
  constraints: [['ck_interest_postings', `rest >= 0 AND rest < ${PARTS_OF_A_WON} AND settled_seq >= 0`]],
  probes: [POSTING, AMOUNT, DAILY_DEPOSIT],
  walks: [{ table: 'savings_accounts', key: 'account_id', alsoUpTo: [], probes: [ACCOUNT] }],
};
