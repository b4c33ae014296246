import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type AuditFound, writeAudit } from './audit-history.js';
import type { OrderKind } from '../bank/index.js';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';

/** Ids are given before COMMIT: those up to a mark are older than this before they count as decided. */
export const MARK_AGE_MS = 600_000;
/** Ids that are locked at once when they are proven decided. */
const DECIDE_IDS = 50_000;

/** How far audits have come in one table. */
export interface Place {
  /** What lies up to here was proven, and is final but for what is doubtful. */
  readonly sealedUpTo: number;
  /** Nothing up to here can be committed any more that is not committed yet. */
  readonly decidedUpTo: number;
  /** Of the audit under way. */
  readonly reached: number;
  /** Of the present second look at what is sealed. */
  readonly againUpTo: number;
}

/** How far the statement of a day was read, for each kind of order. */
export type StatementPlaces = Record<OrderKind, { readonly readUpTo: string | null; readonly isWhole: boolean }>;

export function nothingRead(): StatementPlaces {
  return { withdrawal: { readUpTo: null, isWhole: false }, payout: { readUpTo: null, isWhole: false } };
}

/** Another instance has taken the audit over. */
export class AuditTakenOver extends Error {
  override readonly name = 'AuditTakenOver';
}

/**
 * What audits remember from one to the next, and across the end of a process. Whatever is written here is written by
 * the instance that audits: one that has lost its lock to another is told so.
 */
export class AuditMemory {
  private readonly runner = randomUUID();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly markAgeMs = MARK_AGE_MS,
  ) {}

  /** Begins an audit, or goes on with one that was interrupted. */
  async begin(): Promise<void> {
    await this.transactions.run('audit-begin', (tx) =>
      tx.query(
        'UPDATE last_audit SET runner = ?, running_since = COALESCE(running_since, UTC_TIMESTAMP(3)) WHERE id = 1',
        [this.runner],
      ),
    );
  }

  async place(name: string): Promise<Place> {
    const [row]: Place[] = await this.transactions.read('audit-place', (reader) =>
      reader.query(
        `SELECT sealed_up_to AS sealedUpTo, decided_up_to AS decidedUpTo, reached, again_up_to AS againUpTo
         FROM audit_walks WHERE name = ?`,
        [name],
      ),
    );
    return row ?? { sealedUpTo: 0, decidedUpTo: 0, reached: 0, againUpTo: 0 };
  }

  /** Remembers the last id that was given by now, unless a mark is there that is not used yet. */
  async mark(table: string, key: string): Promise<void> {
    await this.transactions.run('audit-mark', (tx) =>
      tx.query(
        `INSERT INTO audit_walks (name, mark, marked_at)
         SELECT ?, COALESCE(MAX(${key}), 0), UTC_TIMESTAMP(3) FROM ${table}
         ON DUPLICATE KEY UPDATE marked_at = IF(mark IS NULL, VALUES(marked_at), marked_at),
           mark = COALESCE(mark, VALUES(mark))`,
        [table],
      ),
    );
  }

  /**
   * Up to where every id is decided. An id that was given before the mark belongs to a transaction that has begun
   * before it. By now its INSERT is over, as no statement takes as long as a mark is old; and if it is not committed,
   * its rows are locked: reading them in share mode waits for its end, also when it hangs in COMMIT.
   */
  async decide(table: string, key: string): Promise<number> {
    const ofMark = `FROM audit_walks WHERE name = ? AND marked_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND`;
    const [row]: { mark: number; decidedUpTo: number }[] = await this.transactions.read('audit-place', (reader) =>
      reader.query(`SELECT mark, decided_up_to AS decidedUpTo ${ofMark}`, [table, this.markAgeMs * 1000]),
    );
    if (!row) return (await this.place(table)).decidedUpTo;
    for (let reached = row.decidedUpTo; reached < row.mark;) {
      const upTo = Math.min(row.mark, reached + DECIDE_IDS);
      if (!(await this.isDecided(table, key, reached, upTo))) return reached;
      await this.write((tx) => tx.query('UPDATE audit_walks SET decided_up_to = ? WHERE name = ?', [upTo, table]));
      reached = upTo;
    }
    await this.write((tx) => tx.query('UPDATE audit_walks SET mark = NULL, marked_at = NULL WHERE name = ?', [table]));
    await this.mark(table, key);
    return row.mark;
  }

  /** Ids to be looked at again, up to this one: not final when they were, or wrong. */
  async doubts(name: string, upTo: number): Promise<number[]> {
    const rows: { id: number }[] = await this.transactions.read('audit-doubts', (reader) =>
      reader.query('SELECT id FROM audit_doubts WHERE walk = ? AND id <= ? ORDER BY id', [name, upTo]),
    );
    return rows.map(({ id }) => id);
  }

  /** Forgets those of the doubts `ids` that are not `doubtful` any more. */
  async settleDoubts(name: string, ids: readonly number[], doubtful: readonly number[]): Promise<void> {
    const kept = new Set(doubtful);
    const settled = ids.filter((id) => !kept.has(id));
    if (settled.length === 0) return;
    await this.write((tx) => tx.query('DELETE FROM audit_doubts WHERE walk = ? AND id IN (?)', [name, settled]));
  }

  /** A range was looked at: in the audit under way, and (`sealed`) for good but for its doubts. */
  async pass(
    name: string,
    range: { after: number; upTo: number },
    { doubts, sealed }: { doubts: readonly number[]; sealed: boolean },
  ): Promise<void> {
    await this.write(async (tx) => {
      await this.moveOn(tx, name, sealed ? 'sealed_up_to' : 'reached', range.upTo);
      await tx.query('DELETE FROM audit_doubts WHERE walk = ? AND id > ? AND id <= ?', [name, range.after, range.upTo]);
      await addDoubts(tx, name, doubts);
    });
  }

  /** A range of what is sealed was looked at once more. */
  async passAgain(name: string, upTo: number, doubts: readonly number[]): Promise<void> {
    await this.write(async (tx) => {
      await this.moveOn(tx, name, 'again_up_to', upTo);
      await addDoubts(tx, name, doubts);
    });
  }

  /** All that is sealed was looked at once more: the next time it is begun anew. */
  async endAgain(name: string): Promise<void> {
    await this.write((tx) =>
      tx.query('UPDATE audit_walks SET again_up_to = 0, again_ended_at = UTC_TIMESTAMP(3) WHERE name = ?', [name]),
    );
  }

  /** The statements that were read so far: where to go on with each, and which are wholly read. */
  async statements(): Promise<Map<string, StatementPlaces>> {
    type Row = { day: string; readUpTo: string | null; isWhole: number; paidUpTo: string | null; isPaidWhole: number };
    const rows: Row[] = await this.transactions.read('audit-statements', (reader) =>
      reader.query(
        `SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day, read_up_to AS readUpTo, is_whole AS isWhole,
           paid_read_up_to AS paidUpTo, paid_is_whole AS isPaidWhole FROM audit_statements`,
      ),
    );
    return new Map(
      rows.map(({ day, readUpTo, isWhole, paidUpTo, isPaidWhole }) => [
        day,
        {
          withdrawal: { readUpTo, isWhole: isWhole === 1 },
          payout: { readUpTo: paidUpTo, isWhole: isPaidWhole === 1 },
        },
      ]),
    );
  }

  async passStatement(day: string, { withdrawal, payout }: StatementPlaces): Promise<void> {
    const row = [day, withdrawal.readUpTo, withdrawal.isWhole ? 1 : 0, payout.readUpTo, payout.isWhole ? 1 : 0];
    await this.write(async (tx) => {
      await tx.query(
        'REPLACE INTO audit_statements (day, read_up_to, is_whole, paid_read_up_to, paid_is_whole) VALUES (?)',
        [row],
      );
    });
  }

  async tellProgress(progress: object): Promise<void> {
    await this.write((tx) => tx.query('UPDATE last_audit SET progress = ? WHERE id = 1', [JSON.stringify(progress)]));
  }

  /** The audit is over, and one of the last ones: the next one begins at the seals. */
  async end(found: AuditFound): Promise<void> {
    await this.write(async (tx) => {
      await writeAudit(tx, found);
      await tx.query('UPDATE audit_walks SET reached = 0');
      await tx.query(
        `UPDATE last_audit SET ended_at = UTC_TIMESTAMP(3), violations = ?, bank_unanswered = ?,
           duration_seconds = TIMESTAMPDIFF(MICROSECOND, running_since, UTC_TIMESTAMP(3)) / 1000000,
           runner = NULL, running_since = NULL, progress = NULL WHERE id = 1`,
        [JSON.stringify(found.violations), found.bankUnanswered],
      );
    });
  }

  private async isDecided(table: string, key: string, after: number, upTo: number): Promise<boolean> {
    try {
      await this.transactions.run('audit-decide', (tx) =>
        tx.query(`SELECT COUNT(*) FROM ${table} WHERE ${key} > ? AND ${key} <= ? LOCK IN SHARE MODE`, [after, upTo]),
      );
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  private async moveOn(
    tx: EntityManager,
    name: string,
    column: 'sealed_up_to' | 'reached' | 'again_up_to',
    upTo: number,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO audit_walks (name, ${column}) VALUES (?) ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`,
      [[name, upTo]],
    );
  }

  private write<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.transactions.run('audit-remember', async (tx) => {
      const sql = 'SELECT 1 FROM last_audit WHERE id = 1 AND runner = ? FOR UPDATE';
      const rows: object[] = await tx.query(sql, [this.runner]);
      if (rows.length === 0) throw new AuditTakenOver('another instance audits now');
      return work(tx);
    });
  }
}

async function addDoubts(tx: EntityManager, name: string, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query('INSERT IGNORE INTO audit_doubts (walk, id) VALUES ?', [ids.map((id) => [name, id])]);
}
