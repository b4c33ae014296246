import type { Probe, RoomBooks } from '../audit/index.js';
import { DAY_ENTRIES, DAY_TABLES, type DayTable } from '../payments/index.js';

/** A part has up to 50,000 movements: a snapshot is to be short, so that it may have a single one. */
const PARTS_MIN = 1;

const sums = (of: DayTable): Probe => ({
  check: 'settlement',
  table: 'settlement_parts',
  key: ['id'],
  sql: (within) => `
    SELECT x.id, CONCAT('said ', x.entry_count, ' ${of} of partner ', x.partner_id, ' on ', x.day, ', ', x.amount,
      ' won; there are ', x.found_count, ', ', x.found_amount) AS problem
    FROM (
      SELECT STRAIGHT_JOIN s.id, s.partner_id, s.day, s.entry_count, s.amount, COUNT(e.amount) AS found_count,
        COALESCE(SUM(e.amount), 0) AS found_amount
      FROM settlement_parts s
      LEFT JOIN accounts a ON a.kind = 'PARTNER_PAYABLE' AND a.owner_id = s.partner_id AND a.sole = 1
      LEFT JOIN ${of} d FORCE INDEX (${DAY_ENTRIES[of].index}) ON d.partner_id = s.partner_id AND d.business_date = s.day
        AND d.movement_id > s.after_id AND (s.up_to_id IS NULL OR d.movement_id <= s.up_to_id)
      LEFT JOIN entries e ON e.movement_id = d.movement_id AND e.leg = ${DAY_ENTRIES[of].leg} AND e.account_id = a.id
      WHERE ${within('s.id')} AND s.part_of = '${of}'
      GROUP BY s.id, s.partner_id, s.day, s.entry_count, s.amount
    ) x WHERE x.entry_count <> x.found_count OR x.amount <> x.found_amount`,
});

/**
 * What was told of a day is only told again as long as the day is closed; and the parts follow each other without a
 * gap.
 */
const DAY: Probe = {
  check: 'settlement',
  table: 'settlement_parts',
  key: ['id'],
  sql: (within) => `
    SELECT s.id,
      CASE
        WHEN d.day IS NULL OR d.closed_at IS NULL THEN CONCAT('was told of ', s.day, ', which is not closed')
        WHEN s.after_id > 0 AND b.id IS NULL THEN 'the part before it is missing'
        WHEN s.up_to_id IS NOT NULL AND n.id IS NULL THEN 'the part after it is missing'
      END AS problem
    FROM settlement_parts s LEFT JOIN business_days d ON d.day = s.day
    LEFT JOIN settlement_parts b ON b.partner_id = s.partner_id AND b.day = s.day AND b.part_of = s.part_of
      AND b.up_to_id = s.after_id
    LEFT JOIN settlement_parts n ON n.partner_id = s.partner_id AND n.day = s.day AND n.part_of = s.part_of
      AND n.after_id = s.up_to_id
    WHERE ${within('s.id')} HAVING problem IS NOT NULL`,
};

/** What the auditor checks of settlements. */
export const SETTLEMENT_BOOKS: RoomBooks = {
  tables: [],
  uniqueKeys: [['settlement_parts', 'uq_settlement_parts', 'partner_id,day,part_of,after_id']],
  probes: [],
  walks: [
    {
      table: 'settlement_parts',
      key: 'id',
      alsoUpTo: [],
      probes: [...DAY_TABLES.map(sums), DAY],
      seals: { pending: null },
      rowsMin: PARTS_MIN,
    },
  ],
};
