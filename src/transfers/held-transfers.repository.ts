import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Acceptance, MovementsRepository, type MovementView, type RecordedMovement } from '../movements/index.js';
import type { BatchTransaction, RowId } from '../platform/database/batch-transactions.js';
import {
  type EndDetails,
  expiryOf,
  expiryRemindedOf,
  type HoldDetails,
  type TransferOutcome,
} from './held-transfer.movements.js';

/** A side of a transfer. */
interface Party {
  readonly userId: number;
  readonly accountId: number;
}

export interface TransferRecord {
  readonly transferId: number;
  /** Its `TRANSFER_HOLD` is COMPLETED once the money has left the sender. */
  readonly status: MovementView['status'];
  /** won */
  readonly amount: number;
  readonly sender: Party;
  readonly receiver: Party;
  readonly memo: string | undefined;
  /** Null until it has ended. */
  readonly outcome: TransferOutcome | null;
  readonly endedAt: Date | null;
}

/** What is said of a transfer that waits to be accepted. */
interface WaitingTransfer {
  readonly transferId: number;
  readonly fromUserId: number;
  readonly toUserId: number;
  /** won */
  readonly amount: number;
  readonly expiresAt: Date;
}

interface TransferRow extends Omit<TransferRecord, 'sender' | 'receiver' | 'memo'> {
  readonly senderId: number;
  readonly senderAccountId: number;
  readonly receiverId: number;
  readonly receiverAccountId: number;
}

/** Transfers that are read with one statement. */
const LOOKED_AT_ONCE = 1_000;

@Injectable()
export class HeldTransfersRepository {
  constructor(private readonly movements: MovementsRepository) {}

  /**
   * Whether a transfer from or to this main account is held. Exact for the sender's, under the account's lock; looks
   * through all that are held.
   */
  async hasHeld(reader: EntityManager, mainAccountId: number): Promise<boolean> {
    const rows: { transferId: number }[] = await reader.query(
      'SELECT movement_id AS transferId FROM held_transfers WHERE is_held = 1',
    );
    const ids = rows.map(({ transferId }) => transferId);
    for (let from = 0; from < ids.length; from += LOOKED_AT_ONCE) {
      const transfers = await this.movements.findRows(reader, ids.slice(from, from + LOOKED_AT_ONCE));
      for (const { accountId, counterAccountId } of transfers.values()) {
        if (accountId === mainAccountId || counterAccountId === mainAccountId) return true;
      }
    }
    return false;
  }

  /** Sent with COMMIT. From `at`, when the money left the sender, their time runs. */
  insert(tx: BatchTransaction, transferIds: readonly RowId[], at: Date): void {
    if (transferIds.length === 0) return;
    tx.writeLater('INSERT INTO held_transfers (movement_id, is_held, expires_at) VALUES ?', [
      transferIds.map((transferId) => [transferId, 1, expiryOf(at)]),
    ]);
  }

  /**
   * Sent with COMMIT, which is not reached but fails with a duplicate-key error when one of these transfers has ended.
   */
  insertEnds(tx: BatchTransaction, rows: readonly RecordedMovement<EndDetails>[]): void {
    const ends = rows.map(({ movementId, request: { details } }) => ({ movementId, ...details }));
    tx.writeLater('INSERT INTO transfer_ends (movement_id, transfer_id, outcome) VALUES ?', [
      ends.map(({ movementId, transferId, outcome }) => [movementId, transferId, outcome]),
    ]);
    tx.writeLater('UPDATE held_transfers SET is_held = NULL WHERE movement_id IN (?)', [
      ends.map(({ transferId }) => transferId),
    ]);
  }

  /** For each transfer, the movement that has ended it. */
  async findEnds(reader: EntityManager, ends: readonly EndDetails[]): Promise<(number | null)[]> {
    const rows: { id: number; transferId: number }[] = await reader.query(
      'SELECT movement_id AS id, transfer_id AS transferId FROM transfer_ends WHERE transfer_id IN (?)',
      [ends.map(({ transferId }) => transferId)],
    );
    const holders = new Map(rows.map(({ transferId, id }) => [transferId, id]));
    return ends.map(({ transferId }) => holders.get(transferId) ?? null);
  }

  /** What these movements have ended, and how. */
  async findEndDetails(reader: EntityManager, endIds: readonly number[]): Promise<Map<number, EndDetails>> {
    const rows: (EndDetails & { id: number })[] = await reader.query(
      'SELECT movement_id AS id, transfer_id AS transferId, outcome FROM transfer_ends WHERE movement_id IN (?)',
      [endIds],
    );
    return new Map(rows.map(({ id, transferId, outcome }) => [id, { transferId, outcome }]));
  }

  async findHoldDetails(reader: EntityManager, transferIds: readonly number[]): Promise<Map<number, HoldDetails>> {
    const rows: { id: number; expiresAt: Date }[] = await reader.query(
      'SELECT movement_id AS id, expires_at AS expiresAt FROM held_transfers WHERE movement_id IN (?)',
      [transferIds],
    );
    return new Map(rows.map(({ id, expiresAt }) => [id, { expiresAt }]));
  }

  async findAcceptances(reader: EntityManager, transferIds: readonly number[]): Promise<Map<number, Acceptance>> {
    const rows: (Acceptance & { id: number })[] = await reader.query(
      `SELECT h.movement_id AS id, COALESCE(e.outcome, 'HELD') AS status, h.expires_at AS expiresAt,
         m.completed_at AS endedAt
       FROM held_transfers h LEFT JOIN transfer_ends e ON e.transfer_id = h.movement_id
         LEFT JOIN movements m ON m.id = e.movement_id
       WHERE h.movement_id IN (?)`,
      [transferIds],
    );
    return new Map(rows.map(({ id, ...acceptance }) => [id, acceptance]));
  }

  /** A transfer that waits, or waited, to be accepted; what is said of its parties and amount never changes. */
  async find(reader: EntityManager, transferId: number): Promise<TransferRecord | null> {
    const [row]: TransferRow[] = await reader.query(
      `SELECT m.id AS transferId, m.status, m.amount, m.user_id AS senderId, m.account_id AS senderAccountId,
         c.owner_id AS receiverId, c.id AS receiverAccountId, e.outcome, n.completed_at AS endedAt
       FROM movements m JOIN accounts c ON c.id = m.counter_account_id
         LEFT JOIN transfer_ends e ON e.transfer_id = m.id LEFT JOIN movements n ON n.id = e.movement_id
       WHERE m.id = ? AND m.type = 'TRANSFER_HOLD'`,
      [transferId],
    );
    if (!row) return null;
    const { senderId, senderAccountId, receiverId, receiverAccountId, ...transfer } = row;
    return {
      ...transfer,
      sender: { userId: senderId, accountId: senderAccountId },
      receiver: { userId: receiverId, accountId: receiverAccountId },
      memo: (await this.movements.memosOf(reader, [transferId])).get(transferId),
    };
  }

  /** Transfers that wait, for whoever is told of them. */
  async listWaiting(reader: EntityManager, transferIds: readonly number[]): Promise<WaitingTransfer[]> {
    return reader.query(
      `SELECT m.id AS transferId, m.user_id AS fromUserId, c.owner_id AS toUserId, m.amount, h.expires_at AS expiresAt
       FROM held_transfers h JOIN movements m ON m.id = h.movement_id JOIN accounts c ON c.id = m.counter_account_id
       WHERE h.movement_id IN (?) ORDER BY m.id`,
      [transferIds],
    );
  }

  /** Whether somebody is to be reminded of some transfer. */
  async hasReminders(reader: EntityManager, now: Date): Promise<boolean> {
    const rows: object[] = await reader.query(
      `SELECT movement_id FROM held_transfers WHERE ${IS_TO_REMIND_OF} LIMIT 1`,
      timesToRemind(now),
    );
    return rows.length > 0;
  }

  /** Marks some that their receivers are to be reminded of, for good; other instances take others (`SKIP LOCKED`). */
  async takeReminders(tx: EntityManager, now: Date, limit: number): Promise<number[]> {
    const rows: { id: number }[] = await tx.query(
      `SELECT movement_id AS id FROM held_transfers WHERE ${IS_TO_REMIND_OF}
       ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`,
      [...timesToRemind(now), limit],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) {
      await tx.query('UPDATE held_transfers SET reminded_at = ? WHERE movement_id IN (?)', [now, ids]);
    }
    return ids;
  }
}

/** One whose time is over goes back: no reminder helps it any more. */
const IS_TO_REMIND_OF = 'is_held = 1 AND reminded_at IS NULL AND expires_at > ? AND expires_at <= ?';
const timesToRemind = (now: Date) => [now, expiryRemindedOf(now)];
