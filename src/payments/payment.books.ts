import type { Probe, RoomBooks, Within } from '../audit/index.js';

const PAYMENT: Probe = {
  check: 'payment',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN payments p ON p.movement_id = m.id
    WHERE ${within('m.id')} AND m.type IN ('PAYMENT', 'AUTHORIZATION') AND p.movement_id IS NULL
    UNION ALL
    SELECT p.movement_id,
      CASE WHEN m.id IS NULL THEN 'belongs to no movement' WHEN m.type NOT IN ('PAYMENT', 'AUTHORIZATION') THEN CONCAT('belongs to a ', m.type)
        ELSE CONCAT('account ', m.counter_account_id, ' is not of partner ', p.partner_id) END
    FROM payments p LEFT JOIN movements m ON m.id = p.movement_id LEFT JOIN accounts c ON c.id = m.counter_account_id
    WHERE ${within('p.movement_id')} AND NOT (COALESCE(m.type IN ('PAYMENT', 'AUTHORIZATION'), 0) AND c.owner_id <=> p.partner_id)`,
};

/**
 * Payments in the range, and those that a cancel or an end in the range has changed: what was proven of them before is
 * proven again.
 */
const touched = (within: Within) => `(
  SELECT q.movement_id AS id FROM payments q WHERE ${within('q.movement_id')}
  UNION SELECT k.payment_id FROM payment_cancels k WHERE ${within('k.movement_id')}
  UNION SELECT n.payment_id FROM authorization_ends n WHERE ${within('n.movement_id')})`;

const ORDER: Probe = {
  check: 'order',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT p.movement_id, CONCAT('is ', m.status, ' with order_live ', COALESCE(p.order_live, 'NULL')) AS problem
    FROM ${touched(within)} t JOIN payments p ON p.movement_id = t.id JOIN movements m ON m.id = p.movement_id
      LEFT JOIN authorization_ends n ON n.payment_id = p.movement_id
    WHERE NOT (p.order_live <=> IF(m.status <> 'FAILED' AND (n.movement_id IS NULL OR n.outcome = 'CAPTURED')
      AND p.canceled_amount < IF(n.movement_id IS NULL, m.amount, n.captured_amount), 1, NULL))`,
};

const CANCELED: Probe = {
  check: 'cancel',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT x.movement_id, CONCAT('canceled_amount is ', x.canceled_amount, ', its cancels sum to ', x.given_back) AS problem
    FROM (
      SELECT p.movement_id, p.canceled_amount,
        COALESCE((SELECT SUM(c.amount) FROM payment_cancels c WHERE c.payment_id = p.movement_id), 0) AS given_back
      FROM ${touched(within)} t JOIN payments p ON p.movement_id = t.id
    ) x WHERE x.canceled_amount <> x.given_back`,
};

/** A payment's cancels are numbered 1, 2, 3 …, and each leaves less of it, down to nothing at the least. */
const CANCEL: Probe = {
  check: 'cancel',
  table: 'payment_cancels',
  key: ['movement_id'],
  sql: (within) => `
    SELECT c.movement_id,
      CASE
        WHEN NOT (m.type <=> 'PAYMENT_CANCEL' AND m.status <=> 'COMPLETED') THEN 'belongs to no cancel'
        WHEN c.amount <> m.amount THEN CONCAT('amount is ', c.amount, ', not ', m.amount)
        WHEN NOT (p.status <=> 'COMPLETED' AND (p.type <=> 'PAYMENT' OR n.outcome <=> 'CAPTURED'))
          THEN CONCAT(c.payment_id, ' is no payment to cancel')
        WHEN m.account_id <> p.account_id OR m.counter_account_id <> p.counter_account_id
          THEN CONCAT('does not go back the way that payment ', p.id, ' came')
        WHEN c.sequence < 1 OR (c.sequence > 1 AND b.movement_id IS NULL)
          THEN CONCAT('is number ', c.sequence, ' of payment ', p.id, ' without the one before')
        WHEN c.cancelable_after <> COALESCE(b.cancelable_after, n.captured_amount, p.amount) - c.amount
          THEN CONCAT('cancelable_after is ', c.cancelable_after, ', not ',
            COALESCE(b.cancelable_after, n.captured_amount, p.amount) - c.amount)
      END AS problem
    FROM payment_cancels c LEFT JOIN movements m ON m.id = c.movement_id LEFT JOIN movements p ON p.id = c.payment_id
      LEFT JOIN payment_cancels b ON b.payment_id = c.payment_id AND b.sequence = c.sequence - 1
      LEFT JOIN authorization_ends n ON n.payment_id = c.payment_id
    WHERE ${within('c.movement_id')} HAVING problem IS NOT NULL`,
};

const CANCEL_MOVEMENT: Probe = {
  check: 'cancel',
  table: 'payment_cancels',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN payment_cancels c ON c.movement_id = m.id
    WHERE ${within('m.id')} AND m.type = 'PAYMENT_CANCEL' AND c.movement_id IS NULL`,
};

/** In Seoul. */
const COMPLETED_ON = 'DATE(m.completed_at + INTERVAL 9 HOUR)';

/**
 * It counts for the day of its journal; for a later one only where that day, and all between, were closed before it was
 * committed.
 */
const onWrongDay = (date: string) => `(${date} < ${COMPLETED_ON} OR ${date} > ${COMPLETED_ON} AND EXISTS (
  SELECT 1 FROM business_days d WHERE d.day >= ${COMPLETED_ON} AND d.day < ${date} AND d.closed_at IS NULL))`;

const PAYMENT_DAY: Probe = {
  check: 'business-day',
  table: 'payments',
  key: ['movement_id'],
  sql: (within) => `
    SELECT p.movement_id, CONCAT('business_date is ', p.business_date, ', not ', ${COMPLETED_ON}) AS problem
    FROM payments p JOIN movements m ON m.id = p.movement_id
    WHERE ${within('p.movement_id')} AND m.status = 'COMPLETED' AND ${onWrongDay('p.business_date')}`,
};

const CANCEL_DAY: Probe = {
  check: 'business-day',
  table: 'payment_cancels',
  key: ['movement_id'],
  sql: (within) => `
    SELECT c.movement_id,
      CASE
        WHEN ${onWrongDay('c.business_date')} THEN CONCAT('business_date is ', c.business_date, ', not ', ${COMPLETED_ON})
        WHEN c.partner_id <> p.partner_id THEN CONCAT('partner_id is ', c.partner_id, ', not ', p.partner_id)
      END AS problem
    FROM payment_cancels c JOIN movements m ON m.id = c.movement_id JOIN payments p ON p.movement_id = c.payment_id
    WHERE ${within('c.movement_id')} HAVING problem IS NOT NULL`,
};

/** While it is held it has no end, and afterwards one. */
const AUTHORIZED: Probe = {
  check: 'authorization',
  table: 'authorizations',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN authorizations a ON a.movement_id = m.id
    WHERE ${within('m.id')} AND m.type = 'AUTHORIZATION' AND m.status = 'COMPLETED' AND a.movement_id IS NULL
    UNION ALL
    SELECT a.movement_id,
      CASE
        WHEN NOT (m.type <=> 'AUTHORIZATION' AND m.status <=> 'COMPLETED') THEN 'belongs to no payment that was authorised'
        WHEN a.amount <> m.amount OR a.account_id <> m.account_id
          THEN CONCAT('is ', a.amount, ' on account ', a.account_id, ', not ', m.amount, ' on ', m.account_id)
        ELSE CONCAT('is_held is ', COALESCE(a.is_held, 'NULL'), ', with ', IF(n.movement_id IS NULL, 'no end', 'an end'))
      END
    FROM ${touched(within)} t JOIN authorizations a ON a.movement_id = t.id LEFT JOIN movements m ON m.id = t.id
      LEFT JOIN authorization_ends n ON n.payment_id = t.id
    WHERE NOT (m.type <=> 'AUTHORIZATION' AND m.status <=> 'COMPLETED' AND a.amount <=> m.amount
      AND a.account_id <=> m.account_id AND (a.is_held <=> IF(n.movement_id IS NULL, 1, NULL)))`,
};

/** It takes no more than was authorised, to the partner that it was authorised for. */
const AUTHORIZATION_END: Probe = {
  check: 'authorization',
  table: 'authorization_ends',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN authorization_ends n ON n.movement_id = m.id
    WHERE ${within('m.id')} AND m.type IN ('CAPTURE', 'VOID') AND n.movement_id IS NULL
    UNION ALL
    SELECT x.movement_id, x.problem FROM (
      SELECT n.movement_id,
        CASE
          WHEN NOT (m.type <=> IF(n.outcome = 'CAPTURED', 'CAPTURE', 'VOID') AND m.status = 'COMPLETED')
            THEN CONCAT('is ', n.outcome, ', but its movement is a ', COALESCE(m.type, 'missing one'))
          WHEN NOT (a.type <=> 'AUTHORIZATION' AND a.status <=> 'COMPLETED')
            THEN CONCAT(n.payment_id, ' is no payment that was authorised')
          WHEN m.amount > a.amount OR n.outcome <> 'CAPTURED' AND m.amount <> a.amount
            THEN CONCAT('amount is ', m.amount, ' of ', a.amount)
          WHEN n.captured_amount <> IF(n.outcome = 'CAPTURED', m.amount, 0)
            THEN CONCAT('captured_amount is ', n.captured_amount, ', not what its movement says')
          WHEN m.account_id <> a.account_id OR m.counter_account_id <> a.counter_account_id
            THEN CONCAT('is not between those of payment ', a.id)
        END AS problem
      FROM authorization_ends n LEFT JOIN movements m ON m.id = n.movement_id LEFT JOIN movements a ON a.id = n.payment_id
      WHERE ${within('n.movement_id')}
    ) x WHERE x.problem IS NOT NULL`,
};

const CAPTURE_DAY: Probe = {
  check: 'business-day',
  table: 'authorization_ends',
  key: ['movement_id'],
  sql: (within) => `
    SELECT n.movement_id,
      CASE
        WHEN ${onWrongDay('n.business_date')} THEN CONCAT('business_date is ', n.business_date, ', not ', ${COMPLETED_ON})
        WHEN n.partner_id <> p.partner_id THEN CONCAT('partner_id is ', n.partner_id, ', not ', p.partner_id)
      END AS problem
    FROM authorization_ends n JOIN movements m ON m.id = n.movement_id JOIN payments p ON p.movement_id = n.payment_id
    WHERE ${within('n.movement_id')} HAVING problem IS NOT NULL`,
};

/** What is held until it is captured or voided. */
const heldOn = (within: Within) => `
  SELECT h.account_id, h.amount AS held_amount FROM authorizations h WHERE ${within('h.account_id')} AND h.is_held = 1`;

/** What the auditor checks of payments and their cancels. */
export const PAYMENT_BOOKS: RoomBooks = {
  tables: ['payments', 'payment_cancels', 'authorizations', 'authorization_ends'],
  uniqueKeys: [
    ['payments', 'uq_payments_order', 'partner_pay_key,partner_id,order_live'],
    ['payment_cancels', 'uq_payment_cancels_sequence', 'payment_id,sequence'],
    ['authorization_ends', 'uq_authorization_ends_payment', 'payment_id'],
  ],
  constraints: [
    ['ck_payment_cancels', 'amount > 0 AND cancelable_after >= 0'],
    ['ck_authorization_ends', 'captured_amount >= 0'],
  ],
  heldOn,
  probes: [
    PAYMENT,
    ORDER,
    CANCELED,
    CANCEL,
    CANCEL_MOVEMENT,
    PAYMENT_DAY,
    CANCEL_DAY,
    AUTHORIZED,
    AUTHORIZATION_END,
    CAPTURE_DAY,
  ],
};
