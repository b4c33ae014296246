import { beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, done, newKey } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { bankRecord, sql } from '../../support/stores.js';

/** What must never be there, and the first rows of it. */
const NEVER: readonly [what: string, rows: string][] = [
  [
    'a journal that does not sum to zero',
    'SELECT movement_id FROM entries GROUP BY movement_id HAVING SUM(amount) <> 0',
  ],
  [
    'an account whose balance is not the sum of its entries',
    `SELECT a.id, a.balance FROM accounts a LEFT JOIN entries e ON e.account_id = a.id
     WHERE a.kind IN ('MAIN', 'SAVINGS') GROUP BY a.id, a.balance HAVING a.balance <> COALESCE(SUM(e.amount), 0)`,
  ],
  [
    'an entry whose balance does not follow from the one before',
    `SELECT e.movement_id FROM entries e LEFT JOIN entries p ON p.account_id = e.account_id AND p.seq = e.seq - 1
     WHERE e.seq IS NOT NULL AND e.balance_after <> COALESCE(p.balance_after, 0) + e.amount`,
  ],
  [
    'a gap in the entries of an account',
    `SELECT a.id, a.last_seq FROM accounts a LEFT JOIN entries e ON e.account_id = a.id
     WHERE a.kind IN ('MAIN', 'SAVINGS') GROUP BY a.id, a.last_seq
     HAVING COUNT(e.seq) <> a.last_seq OR COALESCE(MAX(e.seq), 0) <> a.last_seq`,
  ],
  ['an account below zero', 'SELECT id FROM accounts WHERE balance < 0 OR held < 0 OR held > balance'],
  [
    'a hold without an open movement, or the other way round',
    `SELECT a.id, a.held FROM accounts a LEFT JOIN movements m ON m.account_id = a.id
     LEFT JOIN (SELECT movement_id, status, held_amount FROM withdrawals
       UNION ALL SELECT movement_id, status, held_amount FROM payouts
       UNION ALL SELECT movement_id, 'PENDING', amount FROM authorizations WHERE is_held = 1) w
       ON w.movement_id = m.id AND w.status = 'PENDING'
     WHERE a.kind = 'MAIN' GROUP BY a.id, a.held HAVING a.held <> COALESCE(SUM(w.held_amount), 0)`,
  ],
  [
    'a completed movement without a journal, or a journal without a completed movement',
    // An authorisation moves nothing but its top-up, and a void nothing at all.
    `SELECT m.id, m.status FROM movements m LEFT JOIN entries e ON e.movement_id = m.id
     GROUP BY m.id, m.status, m.type, m.topped_up_amount
     HAVING (m.status = 'COMPLETED' AND (m.type NOT IN ('AUTHORIZATION', 'VOID') OR m.topped_up_amount > 0))
       <> (COUNT(e.leg) > 0)`,
  ],
  [
    'a payment whose journal is about another amount',
    `SELECT m.id FROM movements m JOIN entries e ON e.movement_id = m.id AND e.leg = 2
     WHERE m.type = 'PAYMENT' AND e.amount <> -m.amount`,
  ],
  [
    'a top-up that differs from what the bank was asked for',
    `SELECT w.movement_id FROM withdrawals w LEFT JOIN entries e ON e.movement_id = w.movement_id AND e.leg = 1
     WHERE w.status = 'DONE' AND w.amount <> COALESCE(e.amount, 0)`,
  ],
  [
    'a payout that differs from what the bank was asked for',
    `SELECT p.movement_id FROM payouts p LEFT JOIN entries e ON e.movement_id = p.movement_id AND e.leg = 3
     WHERE p.status = 'DONE' AND p.amount <> COALESCE(e.amount, 0)`,
  ],
  [
    'a day on which more than the limit was taken',
    `SELECT l.user_id, w.business_date FROM withdrawals w JOIN linked_accounts l ON l.id = w.linked_account_id
     WHERE w.status IN ('PENDING', 'DONE') GROUP BY l.user_id, w.business_date HAVING SUM(w.amount) > 3000000`,
  ],
];

describeWith(['databaseUrl', 'simulatorUrl'], 'after everything that the other tests have done', () => {
  beforeAll(async () => {
    // One of each, whatever files came before.
    const { userId } = await aUser({ charged: 2_000 });
    await done(api.payOut({ userId, amount: 1_000 }, newKey()));
    const open = () => sql<{ id: number }>(`SELECT id FROM movements WHERE status = 'PENDING'`);
    await eventually(open, (movements) => movements.length === 0);
  });

  it.each(NEVER)('there is never %s', async (_what, rows) => {
    expect(await sql(`${rows} LIMIT 5`)).toEqual([]);
  });

  it.each(['withdrawals', 'payouts'] as const)(
    "the bank's record of %s is exactly what we have booked, one by one",
    async (table) => {
      const ours = await sql<{ bankTranId: string; amount: number }>(
        `SELECT bank_tran_id AS bankTranId, amount FROM ${table} WHERE status = 'DONE'`,
      );
      const byId = (a: { bankTranId: string }, b: { bankTranId: string }) => (a.bankTranId < b.bankTranId ? -1 : 1);
      expect(ours.sort(byId)).toEqual((await bankRecord(undefined, table)).sort(byId));
      expect(ours.length).toBeGreaterThan(0);
    },
  );
});
