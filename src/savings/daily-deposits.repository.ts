import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MovementView, RecordedMovement, Resolution } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import type { FailedDeposit } from './schedule-events.js';
import type { SavingsDepositDetails } from './savings-deposit.movement.js';

/** How long an instance that has taken accounts is left alone with them, by the database's clock. */
const LEASE_SECONDS = 10;

/** A deposit that is due. */
export interface DueDeposit {
  readonly accountId: number;
  readonly userId: number;
  /** won */
  readonly amount: number;
}

/** Every statement about daily deposits. */
@Injectable()
export class DailyDepositsRepository {
  /**
   * Takes up to `max` accounts whose deposit of this day was not seen to yet, for some seconds; others take others
   * (`SKIP LOCKED`).
   */
  async take(tx: EntityManager, day: string, max: number): Promise<DueDeposit[]> {
    const rows: { accountId: number }[] = await tx.query(
      `SELECT account_id AS accountId FROM savings_accounts
       WHERE deposit_seen < ? AND closed_at IS NULL AND daily_deposit IS NOT NULL
         AND (deposit_lease_until IS NULL OR deposit_lease_until < UTC_TIMESTAMP(3))
       ORDER BY deposit_seen LIMIT ? FOR UPDATE SKIP LOCKED`,
      [day, max],
    );
    if (rows.length === 0) return [];
    const ids = rows.map(({ accountId }) => accountId);
    await tx.query(
      `UPDATE savings_accounts SET deposit_lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND
       WHERE account_id IN (?)`,
      [ids],
    );
    return tx.query(
      `SELECT s.account_id AS accountId, a.owner_id AS userId, s.daily_deposit AS amount
       FROM savings_accounts s JOIN accounts a ON a.id = s.account_id WHERE s.account_id IN (?)`,
      [ids],
    );
  }

  /** These accounts were seen to. An account that is not paid into any more stays so. */
  async giveBack(tx: EntityManager, day: string, accountIds: readonly number[]): Promise<void> {
    if (accountIds.length === 0) return;
    await tx.query(
      `UPDATE savings_accounts SET deposit_lease_until = NULL, deposit_seen = GREATEST(deposit_seen, ?)
       WHERE account_id IN (?)`,
      [day, accountIds],
    );
  }

  /** Those of these accounts whose deposit of this day is made, failed, or under way. */
  async findKnown(reader: EntityManager, day: string, accountIds: readonly number[]): Promise<Set<number>> {
    if (accountIds.length === 0) return new Set();
    const rows: { accountId: number }[] = await reader.query(
      'SELECT account_id AS accountId FROM daily_deposits WHERE day = ? AND account_id IN (?)',
      [day, accountIds],
    );
    return new Set(rows.map(({ accountId }) => accountId));
  }

  /**
   * One that was refused before anything was written. COMMIT is not reached but fails with a duplicate-key error when
   * something is known of that day already.
   */
  insertFailed(tx: BatchTransaction, { accountId, day, amount, failureCode }: FailedDeposit, at: Date): void {
    tx.writeLater(
      'INSERT INTO daily_deposits (account_id, day, status, amount, failure_code, recorded_at) VALUES (?)',
      [[accountId, day, 'FAILED', amount, failureCode, at]],
    );
  }

  /** Those of these movements that are made by themselves, and wait for the bank. */
  async findPending(
    reader: EntityManager,
    movementIds: readonly number[],
  ): Promise<(Omit<FailedDeposit, 'failureCode'> & { readonly movementId: number })[]> {
    return reader.query(
      `SELECT a.owner_id AS userId, d.account_id AS accountId, DATE_FORMAT(d.day, '%Y-%m-%d') AS day, d.amount,
         d.movement_id AS movementId
       FROM daily_deposits d JOIN accounts a ON a.id = d.account_id
       WHERE d.movement_id IN (?) AND d.status = 'PENDING' ORDER BY d.movement_id`,
      [movementIds],
    );
  }

  /** With their movements; a second one for a day is refused by the primary key. */
  insert(tx: BatchTransaction, rows: readonly RecordedMovement<SavingsDepositDetails>[]): void {
    const values = rows.flatMap(({ movementId, request: { accounts, amount, details }, status, at }) =>
      details ? [[accounts.counter, details.day, status === 'PENDING' ? status : 'PAID', amount, movementId, at]] : [],
    );
    if (values.length === 0) return;
    tx.writeLater('INSERT INTO daily_deposits (account_id, day, status, amount, movement_id, recorded_at) VALUES ?', [
      values,
    ]);
  }

  /** What the bank has said of those that were PENDING. */
  settle(
    tx: BatchTransaction,
    movements: readonly Resolution[],
    { status, failureCode }: Pick<MovementView, 'status' | 'failureCode'>,
    answer: string | undefined,
    at: Date,
  ): void {
    tx.writeLater(
      `UPDATE daily_deposits SET status = ?, failure_code = ?, recorded_at = ?
       WHERE movement_id IN (?) AND status = 'PENDING'`,
      [
        status === 'COMPLETED' ? 'PAID' : status,
        failureCode === null ? null : (answer ?? failureCode),
        at,
        movements.map(({ movementId }) => movementId),
      ],
    );
  }
}
