import type { Probe, RoomBooks, Within } from '../audit/index.js';

/** Transfers in the range, and those that an end in the range has ended: what was proven of them is proven again. */
const touched = (within: Within) => `(
  SELECT h.movement_id AS id FROM held_transfers h WHERE ${within('h.movement_id')}
  UNION SELECT e.transfer_id FROM transfer_ends e WHERE ${within('e.movement_id')})`;

const HELD: Probe = {
  check: 'transfer',
  table: 'held_transfers',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN held_transfers h ON h.movement_id = m.id
    WHERE ${within('m.id')} AND m.type = 'TRANSFER_HOLD' AND m.status = 'COMPLETED' AND h.movement_id IS NULL
    UNION ALL
    SELECT h.movement_id,
      CASE
        WHEN NOT (m.type <=> 'TRANSFER_HOLD' AND m.status <=> 'COMPLETED') THEN 'belongs to no transfer that was held'
        ELSE CONCAT('is_held is ', COALESCE(h.is_held, 'NULL'), ', with ',
          (SELECT COUNT(*) FROM transfer_ends e WHERE e.transfer_id = h.movement_id), ' ends')
      END
    FROM ${touched(within)} t JOIN held_transfers h ON h.movement_id = t.id LEFT JOIN movements m ON m.id = t.id
    WHERE NOT (m.type <=> 'TRANSFER_HOLD' AND m.status <=> 'COMPLETED' AND COALESCE(h.is_held, 0) +
      (SELECT COUNT(*) FROM transfer_ends e WHERE e.transfer_id = h.movement_id) = 1)`,
};

/** An accepted one goes to the receiver, whose movement that is; any other goes back the way it came. */
const END: Probe = {
  check: 'transfer',
  table: 'transfer_ends',
  key: ['movement_id'],
  sql: (within) => `
    SELECT m.id AS movement_id, 'is missing' AS problem
    FROM movements m LEFT JOIN transfer_ends e ON e.movement_id = m.id
    WHERE ${within('m.id')} AND m.type IN ('TRANSFER_RELEASE', 'TRANSFER_RETURN') AND e.movement_id IS NULL
    UNION ALL
    SELECT x.movement_id, x.problem FROM (
      SELECT e.movement_id,
        CASE
          WHEN NOT (m.type <=> IF(e.outcome = 'ACCEPTED', 'TRANSFER_RELEASE', 'TRANSFER_RETURN') AND m.status = 'COMPLETED')
            THEN CONCAT('is ', e.outcome, ', but its movement is a ', COALESCE(m.type, 'missing one'))
          WHEN NOT (h.type <=> 'TRANSFER_HOLD' AND h.status <=> 'COMPLETED')
            THEN CONCAT(e.transfer_id, ' is no transfer that was held')
          WHEN m.amount <> h.amount THEN CONCAT('amount is ', m.amount, ', not ', h.amount)
          WHEN e.outcome = 'ACCEPTED' AND (m.account_id <> h.counter_account_id OR m.counter_account_id <> h.account_id)
            THEN CONCAT('does not go to the receiver of transfer ', h.id)
          WHEN e.outcome <> 'ACCEPTED' AND (m.account_id <> h.account_id OR m.counter_account_id <> h.counter_account_id)
            THEN CONCAT('does not go back to the sender of transfer ', h.id)
        END AS problem
      FROM transfer_ends e LEFT JOIN movements m ON m.id = e.movement_id LEFT JOIN movements h ON h.id = e.transfer_id
      WHERE ${within('e.movement_id')}
    ) x WHERE x.problem IS NOT NULL`,
};

/** Transfer by transfer, and so in every sum: while one is held all of it is there, and nothing afterwards. */
const ESCROW: Probe = {
  check: 'escrow',
  table: 'held_transfers',
  key: ['movement_id'],
  sql: (within) => `
    SELECT x.movement_id, CONCAT('the escrow account has ', x.posted, ' for ', x.held, ' held') AS problem
    FROM (
      SELECT h.movement_id, IF(h.is_held = 1, m.amount, 0) AS held,
        COALESCE((SELECT SUM(p.amount) FROM entries p JOIN accounts a ON a.id = p.account_id
          WHERE a.kind = 'TRANSFER_ESCROW' AND p.movement_id = h.movement_id), 0) +
        COALESCE((SELECT SUM(p.amount) FROM transfer_ends e JOIN entries p ON p.movement_id = e.movement_id
          JOIN accounts a ON a.id = p.account_id
          WHERE a.kind = 'TRANSFER_ESCROW' AND e.transfer_id = h.movement_id), 0) AS posted
      FROM ${touched(within)} t JOIN held_transfers h ON h.movement_id = t.id JOIN movements m ON m.id = t.id
    ) x WHERE x.posted <> x.held`,
};

/** What the auditor checks of transfers that wait, or waited, to be accepted. */
export const TRANSFER_BOOKS: RoomBooks = {
  tables: ['held_transfers', 'transfer_ends'],
  uniqueKeys: [['transfer_ends', 'uq_transfer_ends_transfer', 'transfer_id']],
  probes: [HELD, END, ESCROW],
};
