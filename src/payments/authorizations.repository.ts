import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BusinessDays } from '../ledger/index.js';
import type { MovementRow, RecordedMovement } from '../movements/index.js';
import type { BatchTransaction, RowId } from '../platform/database/batch-transactions.js';
import {
  AUTHORIZATION,
  type AuthorizationEndDetails,
  type AuthorizationOutcome,
  CAPTURE,
  expiryOf,
} from './authorization.movements.js';

/** How a payment stands that was authorised. Amounts are won. */
export interface AuthorizationRecord {
  /** When it is voided by itself. */
  readonly expiresAt: Date;
  /** Null while it is held. */
  readonly end: {
    readonly outcome: AuthorizationOutcome;
    readonly capturedAmount: number;
    readonly endedAt: Date;
  } | null;
}

/** What was authorised. Amounts are won. */
export interface NewAuthorization {
  readonly paymentId: RowId;
  readonly accountId: number;
  readonly amount: number;
  /** From then on its time runs. */
  readonly at: Date;
}

@Injectable()
export class AuthorizationsRepository {
  constructor(private readonly businessDays: BusinessDays) {}

  /** Sent with COMMIT. */
  insert(tx: BatchTransaction, authorizations: readonly NewAuthorization[]): void {
    if (authorizations.length === 0) return;
    tx.writeLater('INSERT INTO authorizations (movement_id, account_id, amount, is_held, expires_at) VALUES ?', [
      authorizations.map(({ paymentId, accountId, amount, at }) => [paymentId, accountId, amount, 1, expiryOf(at)]),
    ]);
  }

  /** Those of these authorisations that are held; their main accounts must be locked already. */
  async findHeld(tx: EntityManager, paymentIds: readonly number[]): Promise<Set<number>> {
    const rows: { id: number }[] = await tx.query(
      'SELECT movement_id AS id FROM authorizations WHERE movement_id IN (?) AND is_held = 1',
      [paymentIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Sent with COMMIT, which is not reached but fails with a duplicate-key error when one of these authorisations has
   * ended. What is voided gives its order back.
   */
  insertEnds(tx: BatchTransaction, rows: readonly RecordedMovement<AuthorizationEndDetails>[]): void {
    const values = rows.map(({ movementId, request: { declaration, amount, details }, at }) => {
      const captured = declaration.type === CAPTURE.type ? amount : 0;
      const day = this.businessDays.postingDay(tx, at);
      return [movementId, details.paymentId, details.partnerId, day, details.outcome, captured, at];
    });
    tx.writeLater(
      `INSERT INTO authorization_ends (movement_id, payment_id, partner_id, business_date, outcome, captured_amount, ended_at)
       VALUES ?`,
      [values],
    );
    const paymentIds = rows.map(({ request: { details } }) => details.paymentId);
    tx.writeLater('UPDATE authorizations SET is_held = NULL WHERE movement_id IN (?)', [paymentIds]);
    const voided = rows.filter(({ request: { details } }) => details.outcome !== 'CAPTURED');
    if (voided.length === 0) return;
    tx.writeLater('UPDATE payments SET order_live = NULL WHERE movement_id IN (?)', [
      voided.map(({ request: { details } }) => details.paymentId),
    ]);
  }

  /** For each authorisation, the movement that has ended it. */
  async findEnds(reader: EntityManager, ends: readonly AuthorizationEndDetails[]): Promise<(number | null)[]> {
    const rows: { id: number; paymentId: number }[] = await reader.query(
      'SELECT movement_id AS id, payment_id AS paymentId FROM authorization_ends WHERE payment_id IN (?)',
      [ends.map(({ paymentId }) => paymentId)],
    );
    const holders = new Map(rows.map(({ paymentId, id }) => [paymentId, id]));
    return ends.map(({ paymentId }) => holders.get(paymentId) ?? null);
  }

  /** What these movements have ended, and how. */
  async findEndDetails(
    reader: EntityManager,
    endIds: readonly number[],
  ): Promise<Map<number, AuthorizationEndDetails>> {
    const rows: (AuthorizationEndDetails & { id: number })[] = await reader.query(
      `SELECT e.movement_id AS id, e.payment_id AS paymentId, e.partner_id AS partnerId, e.outcome,
         p.partner_pay_key AS partnerPayKey, a.amount AS authorizedAmount
       FROM authorization_ends e JOIN payments p ON p.movement_id = e.payment_id
         JOIN authorizations a ON a.movement_id = e.payment_id
       WHERE e.movement_id IN (?)`,
      [endIds],
    );
    return new Map(rows.map(({ id, ...details }) => [id, details]));
  }

  /** How those of these payments stand that were authorised. */
  async findOf(
    reader: EntityManager,
    payments: Iterable<Pick<MovementRow, 'id' | 'type'>>,
  ): Promise<Map<number, AuthorizationRecord>> {
    const paymentIds = [...payments].filter(({ type }) => type === AUTHORIZATION.type).map(({ id }) => id);
    if (paymentIds.length === 0) return new Map();
    const rows: {
      id: number;
      expiresAt: Date;
      outcome: AuthorizationOutcome | null;
      capturedAmount: number;
      endedAt: Date;
    }[] = await reader.query(
      `SELECT a.movement_id AS id, a.expires_at AS expiresAt, e.outcome, e.captured_amount AS capturedAmount,
         e.ended_at AS endedAt
       FROM authorizations a LEFT JOIN authorization_ends e ON e.payment_id = a.movement_id WHERE a.movement_id IN (?)`,
      [paymentIds],
    );
    return new Map(
      rows.map(({ id, expiresAt, outcome, ...end }) => [id, { expiresAt, end: outcome && { outcome, ...end } }]),
    );
  }
}
