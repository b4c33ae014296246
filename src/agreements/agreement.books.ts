import { type Probe, type RoomBooks } from '../audit/index.js';

/** Among what of a user's is looked for the payments of an agreement's day: conditions on each of the three. */
interface Among {
  readonly posted: string;
  readonly authorized: string;
  readonly waiting: string;
}

/**
 * Where payments of a day are all but always: around it, since clocks differ and it begins in Seoul. An agreement that
 * was last used long ago must not have all read that its user has paid since.
 */
const AROUND: Among = {
  posted: 'AND x.posted_at >= g.used_on - INTERVAL 33 HOUR AND x.posted_at < g.used_on + INTERVAL 39 HOUR',
  authorized: 'AND x.expires_at >= g.used_on AND x.expires_at < g.used_on + INTERVAL 30 DAY',
  waiting: 'AND x.business_date BETWEEN g.used_on - INTERVAL 1 DAY AND g.used_on + INTERVAL 1 DAY',
};
/** Also what waited for its bank over days, and what was paid after a clock was set back by days. */
const EVER: Among = { posted: '', authorized: '', waiting: '' };

const sumOf = (found: string, where: string) => `
  (SELECT STRAIGHT_JOIN COALESCE(SUM(m.amount), 0) FROM ${found}
   JOIN payments p ON p.movement_id = x.movement_id AND p.partner_id = g.partner_id AND p.agreement_day = g.used_on
   JOIN movements m ON m.id = p.movement_id AND m.status <> 'FAILED' WHERE ${where})`;

/** won of agreement `g`, of main account `c`, on its day: what was paid, was authorised, or waits for the bank. */
const taken = ({ posted, authorized, waiting }: Among) => `(
  ${sumOf('entries x FORCE INDEX (ix_entries_posted)', `x.account_id = c.id AND x.amount < 0 ${posted}`)} +
  ${sumOf('authorizations x', `x.account_id = c.id ${authorized}`)} +
  ${sumOf(
    `linked_accounts l JOIN withdrawals x FORCE INDEX (ix_withdrawals_limit) ON x.linked_account_id = l.id
     AND x.status = 'PENDING'`,
    `l.user_id = g.user_id ${waiting}`,
  )})`;

const USED: Probe = {
  check: 'agreement',
  table: 'agreements',
  key: ['id'],
  sql: (within) => `
    SELECT g.id,
      CASE
        WHEN g.is_latest IS NULL AND (g.ended_at IS NULL OR NOT EXISTS (SELECT 1 FROM agreements n
          WHERE n.user_id = g.user_id AND n.partner_id = g.partner_id AND n.is_latest = 1 AND n.id > g.id))
          THEN 'is not the latest one, but was replaced by none'
        WHEN g.is_latest IS NULL OR g.used_amount = ${taken(AROUND)} OR g.used_amount = ${taken(EVER)} THEN NULL
        ELSE CONCAT('used_amount is ', g.used_amount, ', not ', ${taken(EVER)})
      END AS problem
    FROM agreements g LEFT JOIN accounts c ON c.kind = 'MAIN' AND c.owner_id = g.user_id AND c.sole = 1
    WHERE ${within('g.id')} HAVING problem IS NOT NULL`,
};

/**
 * A payment counts for an agreement that its user had with its partner, and is not more than that lets one be; the
 * latest one of these two knows its day, or a later one.
 */
const PAYMENT: Probe = {
  check: 'agreement',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT p.movement_id, CONCAT('does not go by agreement ', p.agreement_id) AS problem
    FROM payments p JOIN movements m ON m.id = p.movement_id LEFT JOIN agreements g ON g.id = p.agreement_id
      LEFT JOIN agreements l ON l.user_id = m.user_id AND l.partner_id = p.partner_id AND l.is_latest = 1
    WHERE ${within('p.movement_id')} AND p.agreement_id IS NOT NULL AND NOT (g.user_id <=> m.user_id
      AND g.partner_id <=> p.partner_id AND m.amount <= g.limit_per_payment
      AND COALESCE(p.agreement_day <= l.used_on, 0))`,
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
