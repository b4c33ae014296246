import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { seoulDate } from '../platform/clock/clock.js';
import type { BatchTransaction, Statement } from '../platform/database/batch-transactions.js';
import { type AgreementTerms, agreementKey, type Counted } from './agreement.rule.js';

export interface AgreementRecord {
  readonly id: number;
  readonly userId: number;
  readonly partnerId: number;
  readonly isLatest: number | null;
  /** won */
  readonly limitPerPayment: number;
  /** won */
  readonly limitPerDay: number;
  readonly agreedAt: Date;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  readonly usedOn: string | null;
  /** won */
  readonly usedAmount: number;
}

const COLUMNS = `id, user_id AS userId, partner_id AS partnerId, is_latest AS isLatest, limit_per_payment AS limitPerPayment,
  limit_per_day AS limitPerDay, agreed_at AS agreedAt, expires_at AS expiresAt, ended_at AS endedAt,
  DATE_FORMAT(used_on, '%Y-%m-%d') AS usedOn, used_amount AS usedAmount`;

/** Who agrees with whom. */
export type Parties = readonly [userId: number, partnerId: number];

@Injectable()
export class AgreementsRepository {
  /** What payments between these are held against; exact under the users' locks. */
  findLatest(parties: readonly Parties[]): Statement {
    return {
      sql: `SELECT ${COLUMNS} FROM agreements WHERE (user_id, partner_id, is_latest) IN (?)`,
      values: [parties.map(([userId, partnerId]) => [userId, partnerId, 1])],
    };
  }

  /** What `findLatest` has found, as it is at this time. */
  termsOf(rows: readonly AgreementRecord[], at: Date): Map<string, AgreementTerms> {
    const today = seoulDate(at);
    return new Map(
      rows.map((row) => {
        const { id, userId, partnerId, limitPerPayment, limitPerDay, usedOn, usedAmount } = row;
        // Clocks of several machines differ: what one has counted for tomorrow stays counted.
        const day = usedOn !== null && usedOn > today ? usedOn : today;
        const usedOnDay = usedOn === day ? usedAmount : 0;
        const terms = { id, limitPerPayment, limitPerDay, state: stateOf(row, at), day, usedOnDay };
        return [agreementKey(userId, partnerId), terms];
      }),
    );
  }

  /** Counts payments, with COMMIT, under their users' locks. Amounts are won. */
  count(tx: BatchTransaction, payments: readonly { readonly counted: NonNullable<Counted>; amount: number }[]): void {
    for (const [day, ofDay] of Map.groupBy(payments, ({ counted }) => counted.day)) {
      const sums = new Map<number, number>();
      for (const { counted, amount } of ofDay) sums.set(counted.id, (sums.get(counted.id) ?? 0) + amount);
      const added = [...sums].map(([id, amount]) => `WHEN ${id} THEN ${amount}`).join(' ');
      // The server assigns from left to right, so that the first one still sees the former day.
      tx.writeLater(
        `UPDATE agreements SET used_amount = IF(used_on = ?, used_amount, 0) + CASE id ${added} END, used_on = ?
         WHERE id IN (?)`,
        [day, day, [...sums.keys()]],
      );
    }
  }

  /**
   * Gives what failed payments were counted for back, with COMMIT, under their users' locks: to whatever the parties
   * have agreed to since.
   */
  giveBack(tx: BatchTransaction, paymentIds: readonly number[]): void {
    for (const paymentId of paymentIds) {
      tx.writeLater(
        `UPDATE agreements g JOIN payments p ON p.movement_id = ? JOIN movements m ON m.id = p.movement_id
         SET g.used_amount = g.used_amount - m.amount
         WHERE g.user_id = m.user_id AND g.partner_id = p.partner_id AND g.is_latest = 1 AND g.used_on = p.agreement_day`,
        [paymentId],
      );
    }
  }

  /** Under the user's lock. What the partner has taken today stays counted. Returns the id of the new one. */
  async insert(
    tx: EntityManager,
    agreement: Pick<AgreementRecord, 'userId' | 'partnerId' | 'limitPerPayment' | 'limitPerDay' | 'expiresAt'>,
    at: Date,
  ): Promise<number> {
    const { userId, partnerId, limitPerPayment, limitPerDay, expiresAt } = agreement;
    const { sql, values } = this.findLatest([[userId, partnerId]]);
    const [before]: AgreementRecord[] = await tx.query(sql, [...values]);
    if (before) {
      await tx.query('UPDATE agreements SET is_latest = NULL, ended_at = COALESCE(ended_at, ?) WHERE id = ?', [
        at,
        before.id,
      ]);
    }
    const row = [userId, partnerId, 1, limitPerPayment, limitPerDay, at, expiresAt];
    const { insertId }: { insertId: number } = await tx.query(
      `INSERT INTO agreements (user_id, partner_id, is_latest, limit_per_payment, limit_per_day, agreed_at, expires_at,
         used_on, used_amount) VALUES (?)`,
      [[...row, before?.usedOn ?? null, before?.usedAmount ?? 0]],
    );
    return insertId;
  }

  /** Under the user's lock. Nothing when it has ended before. */
  async end(tx: EntityManager, id: number, at: Date): Promise<void> {
    await tx.query('UPDATE agreements SET ended_at = ? WHERE id = ? AND ended_at IS NULL', [at, id]);
  }

  async find(reader: EntityManager, userId: number, id: number): Promise<AgreementRecord | null> {
    const rows: AgreementRecord[] = await reader.query(
      `SELECT ${COLUMNS} FROM agreements WHERE id = ? AND user_id = ?`,
      [id, userId],
    );
    return rows[0] ?? null;
  }

  /** All that a user ever agreed to, newest first, before one of them. */
  list(reader: EntityManager, userId: number, before: number, limit: number): Promise<AgreementRecord[]> {
    return reader.query(`SELECT ${COLUMNS} FROM agreements WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, [
      userId,
      before,
      limit,
    ]);
  }
}

export function stateOf({ endedAt, expiresAt }: AgreementRecord, at: Date): AgreementTerms['state'] {
  if (endedAt) return 'ENDED';
  return expiresAt && expiresAt <= at ? 'EXPIRED' : 'ACTIVE';
}
