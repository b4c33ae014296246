import { DAILY_LIMIT } from '../../bank/index.js';
import type { Probe, RoomBooks } from '../checks.js';

const BALANCE: Probe = {
  check: 'balance',
  table: 'accounts',
  key: ['id'],
  sql: (within) => `
    SELECT a.id,
      CASE
        WHEN a.kind NOT IN ('MAIN', 'SAVINGS') AND (a.balance <> 0 OR a.held <> 0 OR a.last_seq <> 0)
          THEN CONCAT('balance is ', a.balance, ', held ', a.held, ', last_seq ', a.last_seq, ' on an account that is only summed')
        WHEN a.balance < 0 OR a.held < 0 OR a.balance < a.held THEN CONCAT('balance is ', a.balance, ', held ', a.held)
        WHEN a.last_seq > 0 AND t.seq IS NULL THEN CONCAT('entry ', a.last_seq, ', its last, is missing')
        WHEN a.balance <> COALESCE(t.balance_after, 0)
          THEN CONCAT('balance is ', a.balance, ', not ', COALESCE(t.balance_after, 0), ' as its last entry says')
        WHEN EXISTS (SELECT 1 FROM entries n WHERE n.account_id = a.id AND n.seq > a.last_seq)
          THEN CONCAT('last_seq is ', a.last_seq, ', but there are entries beyond')
      END AS problem
    FROM accounts a LEFT JOIN entries t ON t.account_id = a.id AND t.seq = a.last_seq
    WHERE ${within('a.id')} HAVING problem IS NOT NULL`,
};

const hold = (rooms: readonly RoomBooks[]): Probe => ({
  check: 'hold',
  table: 'accounts',
  key: ['id'],
  sql: (within) => `
    SELECT a.id, CONCAT('held is ', a.held, ', not ', COALESCE(h.held, 0)) AS problem
    FROM accounts a
    LEFT JOIN (
      SELECT o.account_id, SUM(o.held_amount) AS held FROM (
        SELECT m.account_id, w.held_amount FROM withdrawals w JOIN movements m ON m.id = w.movement_id
        WHERE w.status = 'PENDING' AND ${within('m.account_id')}
        UNION ALL
        SELECT m.account_id, p.held_amount FROM payouts p JOIN movements m ON m.id = p.movement_id
        WHERE p.status = 'PENDING' AND ${within('m.account_id')}
        ${rooms.map(({ heldOn }) => (heldOn ? `UNION ALL ${heldOn(within)}` : '')).join(' ')}
      ) o GROUP BY o.account_id
    ) h ON h.account_id = a.id
    WHERE ${within('a.id')} AND a.held <> COALESCE(h.held, 0)`,
});

/** The last that operators did to whom an account `a` stands for, of what freezes it or frees it. */
const LAST_ACT = `
  (SELECT o.action FROM operator_acts o FORCE INDEX (ix_operator_acts_subject)
   WHERE o.subject = IF(a.kind = 'MAIN', 'user', 'partner') AND o.subject_id = a.owner_id
     AND o.action IN ('freezeUser', 'unfreezeUser', 'freezePartner', 'unfreezePartner')
   ORDER BY o.id DESC LIMIT 1)`;

/** Acts are only ever added to, and each is written with what it does, under a lock: the last one says how it stands. */
const FROZEN: Probe = {
  check: 'frozen',
  table: 'accounts',
  key: ['id'],
  sql: (within) => `
    SELECT a.id,
      CASE
        WHEN a.kind NOT IN ('MAIN', 'PARTNER_PAYABLE') THEN CONCAT('is frozen, and of kind ', a.kind)
        WHEN a.frozen_at IS NOT NULL AND a.closed_at IS NOT NULL THEN 'is frozen, and closed'
        WHEN (a.frozen_at IS NOT NULL) <> COALESCE(${LAST_ACT} IN ('freezeUser', 'freezePartner'), 0)
          THEN CONCAT('is ', IF(a.frozen_at IS NULL, 'not ', ''), 'frozen, but ', COALESCE(${LAST_ACT}, 'nothing'),
            ' was the last that was done')
      END AS problem
    FROM accounts a
    WHERE ${within('a.id')} AND (a.frozen_at IS NOT NULL OR a.kind IN ('MAIN', 'PARTNER_PAYABLE'))
    HAVING problem IS NOT NULL`,
};

/** What the linked accounts that share `column` have used of a day's limit, named by the first of them. */
const overLimit = (within: string, column: 'user_id' | 'bank_account_id', having: string) => `
    SELECT f.id AS linked_account_id, DATE_FORMAT(w.business_date, '%Y-%m-%d') AS business_date,
      CONCAT(SUM(w.amount), ' of ${DAILY_LIMIT} are used, ${column} ', f.${column}) AS problem
    FROM linked_accounts f
    JOIN linked_accounts l ON l.${column} = f.${column}
    JOIN withdrawals w ON w.linked_account_id = l.id AND w.status IN ('PENDING', 'DONE')
    WHERE ${within} AND NOT EXISTS (
      SELECT 1 FROM linked_accounts e WHERE e.${column} = f.${column} AND e.id < f.id)
    GROUP BY f.id, f.${column}, w.business_date HAVING SUM(w.amount) > ${DAILY_LIMIT}${having}`;

/** Of each user, and of each bank account that several have linked. */
const LIMIT: Probe = {
  check: 'limit',
  table: 'linked_accounts',
  key: ['linked_account_id', 'business_date'],
  sql: (within) => `
    ${overLimit(within('f.id'), 'user_id', '')}
    UNION ALL
    ${overLimit(within('f.id'), 'bank_account_id', ' AND COUNT(DISTINCT l.user_id) > 1')}`,
};

export const accountProbes = (rooms: readonly RoomBooks[]): readonly Probe[] => [BALANCE, FROZEN, hold(rooms)];
export const LINKED_ACCOUNT_PROBES = [LIMIT];
