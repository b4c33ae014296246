import { seoulDate } from '../platform/clock/clock.js';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';

const DAY_MS = 86_400_000;

/** Today in Seoul, by the database's clock, which all instances share. */
export async function todayAtBank(transactions: TransactionRunner): Promise<string> {
  const [row]: { today: string }[] = await transactions.read('audit-today', (reader) =>
    reader.query("SELECT DATE_FORMAT(UTC_TIMESTAMP() + INTERVAL 9 HOUR, '%Y-%m-%d') AS today"),
  );
  return row?.today ?? seoulDate(new Date());
}

/** The days whose statements there are, oldest first: from our first order's, or since then, up to today. */
export async function listDays(transactions: TransactionRunner, today: string, since = new Date(0)): Promise<string[]> {
  const [row]: { first: string | null }[] = await transactions.read('audit-first-day', (reader) =>
    reader.query(
      `SELECT DATE_FORMAT(MIN(day), '%Y-%m-%d') AS first FROM (
         (SELECT business_date AS day FROM withdrawals ORDER BY movement_id LIMIT 1) UNION ALL
         (SELECT business_date AS day FROM payouts ORDER BY movement_id LIMIT 1)) orders`,
    ),
  );
  const from = [row?.first ?? today, seoulDate(since)].sort().at(-1) as string;
  const days: string[] = [];
  for (let at = Date.parse(from); at < Date.parse(today); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return from > today ? [] : [...days, today];
}
