import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type BatchTransaction, type RowId } from '../platform/database/batch-transactions.js';
import type { PlannedAct } from './act.js';

interface NewAct {
  readonly act: PlannedAct;
  /** What the act made, where it is not on something that was there before. */
  readonly madeId?: RowId;
  readonly at: Date;
}

const INSERT = `INSERT INTO operator_acts
  (acted_at, action, key_id, role, address, request_id, reason, subject, subject_id) VALUES ?`;

/** Where acts are written. There is nothing here that changes one. */
@Injectable()
export class OperatorActs {
  /** In the transaction of the act; nothing where it is no operator's. */
  async record(tx: EntityManager, { act, ...done }: Omit<NewAct, 'act'> & { act: PlannedAct | null }): Promise<void> {
    if (act) await tx.query(INSERT, [[rowOf({ act, ...done })]]);
  }

  /** The same for a group of movements: with COMMIT. */
  recordLater(tx: BatchTransaction, acts: readonly NewAct[]): void {
    if (acts.length > 0) tx.writeLater(INSERT, [acts.map(rowOf)]);
  }

  /**
   * Whether the same was done to the same less than so long ago, or is to be: the clocks of instances differ. Exact for
   * whoever has locked what it is done to.
   */
  async isRecent(
    tx: EntityManager,
    { action, subject, subjectId }: PlannedAct,
    at: Date,
    ms: number,
  ): Promise<boolean> {
    const [since, until] = [new Date(at.getTime() - ms), new Date(at.getTime() + ms)];
    const rows: object[] = await tx.query(
      `SELECT id FROM operator_acts
       WHERE subject = ? AND subject_id = ? AND action = ? AND acted_at > ? AND acted_at < ? LIMIT 1`,
      [subject, subjectId, action, since, until],
    );
    return rows.length > 0;
  }
}

function rowOf({ act, madeId, at }: NewAct): unknown[] {
  const { action, keyId, role, address, requestId, reason, subject, subjectId } = act;
  return [at, action, keyId, role, address, requestId, reason, subject, subjectId ?? madeId ?? null];
}
