import type { EntityManager } from 'typeorm';

/** What waits in a table. Counting it costs the same however much it is. */
export interface Backlog {
  /** Up to the bound. */
  readonly count: number;
  readonly isMore: boolean;
  /** How old the oldest of those counted is, by the database's clock; null when there is none. */
  readonly oldestSeconds: number | null;
}

const COUNT_MAX = 1_000;

/**
 * Counts rows up to a thousand. `rows` is what stands behind FROM and begins with an index: `withdrawals FORCE INDEX (…)
 * WHERE status = 'PENDING'`. The table needs a `created_at` by the database's clock.
 */
export async function backlogOf(reader: EntityManager, rows: string): Promise<Backlog> {
  const [row]: { counted: number | string; oldestSeconds: number | string | null }[] = await reader.query(
    `SELECT COUNT(*) AS counted, TIMESTAMPDIFF(SECOND, MIN(created_at), UTC_TIMESTAMP(3)) AS oldestSeconds
     FROM (SELECT created_at FROM ${rows} LIMIT ${COUNT_MAX + 1}) AS counted`,
  );
  const counted = Number(row?.counted ?? 0);
  const oldestSeconds = row?.oldestSeconds ?? null;
  return {
    count: Math.min(counted, COUNT_MAX),
    isMore: counted > COUNT_MAX,
    oldestSeconds: oldestSeconds === null ? null : Math.max(0, Number(oldestSeconds)),
  };
}
