import { type Probe, type RoomBooks, type Within } from '../audit/index.js';

/** The main accounts of those whose agreements lie in the range, and the day that these count. */
const counting = (within: Within) => `
  SELECT g.id, g.user_id, g.partner_id, g.used_on, c.id AS account_id
  FROM agreements g JOIN accounts c ON c.kind = 'MAIN' AND c.owner_id = g.user_id AND c.sole = 1
  WHERE ${within('g.id')} AND g.is_latest = 1 AND g.used_on IS NOT NULL`;

/**
 * What counts of a user's payments, found from the user: what was posted since the day began, what is authorised, and
 * what waits for the bank.
 */
const counted = (within: Within) => `
  SELECT q.id, q.movement_id FROM (
    SELECT g.id, e.movement_id FROM (${counting(within)}) g
    JOIN entries e FORCE INDEX (ix_entries_posted) ON e.account_id = g.account_id
      AND e.posted_at >= g.used_on - INTERVAL 33 HOUR
    UNION SELECT g.id, a.movement_id FROM (${counting(within)}) g JOIN authorizations a ON a.account_id = g.account_id
      AND a.expires_at >= g.used_on
    UNION SELECT g.id, w.movement_id FROM (${counting(within)}) g JOIN linked_accounts l ON l.user_id = g.user_id
      JOIN withdrawals w ON w.linked_account_id = l.id AND w.business_date >= g.used_on - INTERVAL 1 DAY
        AND w.status = 'PENDING'
  ) q`;

const USED: Probe = {
  check: 'agreement',
  table: 'agreements',
  key: ['id'],
  sql: (within) => `
    SELECT g.id, CONCAT('used_amount is ', g.used_amount, ', not ', COALESCE(u.amount, 0)) AS problem
    FROM agreements g LEFT JOIN (
      SELECT t.id, SUM(m.amount) AS amount FROM (${counted(within)}) t
      JOIN agreements a ON a.id = t.id
      JOIN payments p ON p.movement_id = t.movement_id AND p.partner_id = a.partner_id AND p.agreement_day = a.used_on
      JOIN movements m ON m.id = p.movement_id AND m.status <> 'FAILED'
      GROUP BY t.id
    ) u ON u.id = g.id
    WHERE ${within('g.id')} AND g.is_latest = 1 AND g.used_amount <> COALESCE(u.amount, 0)`,
};

/** A payment counts for an agreement that its user had with its partner, and is not more than that lets one be. */
const PAYMENT: Probe = {
  check: 'agreement',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT p.movement_id, CONCAT('does not go by agreement ', p.agreement_id) AS problem
    FROM payments p JOIN movements m ON m.id = p.movement_id LEFT JOIN agreements g ON g.id = p.agreement_id
    WHERE ${within('p.movement_id')} AND p.agreement_id IS NOT NULL AND NOT (g.user_id <=> m.user_id
      AND g.partner_id <=> p.partner_id AND m.amount <= g.limit_per_payment AND p.agreement_day IS NOT NULL)`,
};

/** What the auditor checks of what users let partners take. */
export const AGREEMENT_BOOKS: RoomBooks = {
  tables: [],
  uniqueKeys: [['agreements', 'uq_agreements_latest', 'user_id,partner_id,is_latest']],
  constraints: [['ck_agreements', 'limit_per_payment > 0 AND limit_per_day > 0 AND used_amount >= 0']],
  references: [
    { table: 'agreements', column: 'user_id', to: 'users' },
    { table: 'agreements', column: 'partner_id', to: 'partners' },
  ],
  walks: [{ table: 'agreements', key: 'id', alsoUpTo: [['payments', 'agreement_id']], probes: [USED] }],
  probes: [PAYMENT],
};
