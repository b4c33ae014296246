import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';

/** So many are ended at once; they share a posting. */
const GROUP_MAX = 50;
/** A process that died while it ended some keeps others from them no longer than this. */
const TAKEN_SECONDS = 15;

const IS_DUE = 'is_held = 1 AND expires_at <= ? AND (taken_until IS NULL OR taken_until <= UTC_TIMESTAMP(3))';

/**
 * Movements that wait for an end, and end by themselves when their time is over. A room keeps them in a table of its
 * own with `movement_id`, `is_held`, `expires_at` and `taken_until`, and an index of `is_held` and `expires_at`.
 */
@Injectable()
export class Expiries {
  private readonly logger = new Logger(Expiries.name);

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends some whose time is over, and which no other instance is ending. `end` must be safe to repeat, by any process.
   * One that can't end now must not keep the others waiting: it comes round again. Returns whether there may be more.
   */
  async endSome(table: string, end: (movementId: number) => Promise<unknown>): Promise<boolean> {
    const now = this.clock.now();
    // Seldom is one due: no transaction for that.
    if (!(await this.transactions.read('find-expired', (reader) => hasDue(reader, table, now)))) return false;
    const due = await this.transactions.run('take-expired', (tx) => takeDue(tx, table, now));
    await Promise.all(
      due.map((movementId) =>
        end(movementId).catch((error: unknown) => {
          const story = { message: `movement ${movementId} is over, but was not ended yet`, err: error };
          if (error instanceof Refusal) this.logger.warn(story);
          else this.logger.error(story);
        }),
      ),
    );
    return due.length > 0;
  }
}

async function hasDue(reader: EntityManager, table: string, now: Date): Promise<boolean> {
  const rows: object[] = await reader.query(`SELECT movement_id FROM ${table} WHERE ${IS_DUE} LIMIT 1`, [now]);
  return rows.length > 0;
}

/** Other instances take others (`SKIP LOCKED`). */
async function takeDue(tx: EntityManager, table: string, now: Date): Promise<number[]> {
  const rows: { id: number }[] = await tx.query(
    `SELECT movement_id AS id FROM ${table} WHERE ${IS_DUE} ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [now, GROUP_MAX],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await tx.query(
    `UPDATE ${table} SET taken_until = UTC_TIMESTAMP(3) + INTERVAL ${TAKEN_SECONDS} SECOND WHERE movement_id IN (?)`,
    [ids],
  );
  return ids;
}
