import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { CommitUnknown } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';

/**
 * A day can be closed within milliseconds of its end, unless a COMMIT hangs: then its settlement has to wait for that.
 */
const LOOKS_MAX = 9;
const PAUSE_MS = 100;

type DayState = 'open' | 'closed';

/** A value that the server knows when the statement reaches it; the driver writes it unquoted. */
export interface ServerValue {
  toSqlString(): string;
}

const POSTING_DAY: ServerValue = { toSqlString: () => '@business_date' };

/**
 * Business days (Asia/Seoul) stay open until somebody needs to know that nothing of them can come any more. A posting
 * holds the row of its day in share mode until its COMMIT is done; closing takes the row for itself. So a COMMIT that
 * hangs past midnight keeps its day open, and one that comes after the day was closed belongs to the next open day.
 */
@Injectable()
export class BusinessDays {
  private readonly known = new WeakSet<BatchTransaction>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * The business day of what this transaction writes: the day of `at`, or the next one that is open. It is decided by
   * the server, in the message that has COMMIT. Share locks don't wait for each other, and nobody closes a day under
   * way.
   */
  postingDay(tx: BatchTransaction, at: Date): ServerValue {
    if (this.known.has(tx)) return POSTING_DAY;
    this.known.add(tx);
    tx.writeLater('SET @business_date = NULL', []);
    tx.writeLater(
      `SELECT day INTO @business_date FROM business_days WHERE day >= ? AND closed_at IS NULL
       ORDER BY day LIMIT 1 LOCK IN SHARE MODE`,
      [seoulDate(at)],
    );
    return POSTING_DAY;
  }

  isOver(day: string): boolean {
    return day < seoulDate(this.clock.now());
  }

  /**
   * Closes a day that is over: what it has now, it has for ever. False for one that is not in the calendar, and so
   * never had anything.
   *
   * @throws Refusal TemporarilyUnavailable while a transaction that is not done yet may still add to it
   */
  async close(day: string): Promise<boolean> {
    const state = (await this.closeOver(day, day)).get(day);
    if (state === 'open') throw new Refusal('TemporarilyUnavailable');
    return state === 'closed';
  }

  /**
   * Closes those of these days (both included) that are over. One that a transaction may still add to stays open after
   * some tries, as do those that are not over. What is not in the calendar is missing.
   */
  async closeOver(from: string, to: string): Promise<Map<string, DayState>> {
    for (let tried = 1; ; tried++) {
      const states = await this.transactions.read('find-day', (reader) => statesOf(reader, from, to));
      const open = [...states].filter(([day, state]) => state === 'open' && this.isOver(day)).map(([day]) => day);
      if (open.length === 0 || tried === LOOKS_MAX) return states;
      try {
        const closed = await this.transactions.run('close-day', (tx) => closeNow(tx, open));
        for (const day of closed) states.set(day, 'closed');
        if (closed.length === open.length) return states;
        await sleep(PAUSE_MS);
      } catch (error) {
        if (!(error instanceof CommitUnknown)) throw error; // else the next look says what became of it
      }
    }
  }
}

async function statesOf(reader: EntityManager, from: string, to: string): Promise<Map<string, DayState>> {
  const rows: { day: string; isOpen: number }[] = await reader.query(
    `SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day, closed_at IS NULL AS isOpen FROM business_days
     WHERE day BETWEEN ? AND ? ORDER BY day`,
    [from, to],
  );
  return new Map(rows.map(({ day, isOpen }) => [day, isOpen === 1 ? 'open' : 'closed']));
}

/**
 * Returns the days that are closed now, without those of which a posting holds the row. It is not waited for: others
 * that come for the row would have to wait as well.
 */
async function closeNow(tx: EntityManager, days: readonly string[]): Promise<string[]> {
  const rows: { day: string }[] = await tx.query(
    `SELECT DATE_FORMAT(day, '%Y-%m-%d') AS day FROM business_days WHERE day IN (?) ORDER BY day
     FOR UPDATE SKIP LOCKED`,
    [days],
  );
  const held = rows.map(({ day }) => day);
  if (held.length > 0) {
    await tx.query('UPDATE business_days SET closed_at = COALESCE(closed_at, UTC_TIMESTAMP(3)) WHERE day IN (?)', [
      held,
    ]);
  }
  return held;
}
