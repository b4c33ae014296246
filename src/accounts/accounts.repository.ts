import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LEG } from '../ledger/index.js';
import type { MovementType } from '../movements/index.js';

export interface AccountEntry {
  readonly movementId: number;
  readonly leg: number;
  readonly type: MovementType;
  /** won, signed */
  readonly amount: number;
  readonly seq: number;
  readonly balanceAfter: number;
  readonly occurredAt: Date;
  /** Who is on the other side: a person, a partner, a bank, or an account of one's own. */
  readonly counterparty: string;
}

@Injectable()
export class AccountsRepository {
  async isUserAccount(reader: EntityManager, accountId: number): Promise<boolean> {
    const rows: unknown[] = await reader.query(`SELECT 1 FROM accounts WHERE id = ? AND kind IN ('MAIN', 'SAVINGS')`, [
      accountId,
    ]);
    return rows.length > 0;
  }

  /**
   * Entries of one account before its place `beforeSeq`, newest first. Places are given under the account's lock and
   * never change, so a page stays the same however many new entries arrive.
   */
  async listEntries(
    reader: EntityManager,
    accountId: number,
    beforeSeq: number,
    limit: number,
  ): Promise<AccountEntry[]> {
    return reader.query(
      `SELECT e.movement_id AS movementId, e.leg, m.type, e.amount, e.seq, e.balance_after AS balanceAfter,
         e.posted_at AS occurredAt,
         CASE other.kind
           WHEN 'MAIN' THEN (SELECT u.name FROM users u WHERE u.id = other.owner_id)
           WHEN 'PARTNER_PAYABLE' THEN (SELECT p.name FROM partners p WHERE p.id = other.owner_id)
           WHEN 'BANK_CLEARING' THEN (SELECT l.bank FROM linked_accounts l WHERE l.user_id = m.user_id)
           ELSE other.number
         END AS counterparty
       FROM entries e
       JOIN movements m ON m.id = e.movement_id
       JOIN entries o ON o.movement_id = e.movement_id
         AND o.leg = CASE e.leg WHEN ${LEG.topUpTo} THEN ${LEG.topUpFrom} WHEN ${LEG.from} THEN ${LEG.to} ELSE ${LEG.from} END
       JOIN accounts other ON other.id = o.account_id
       WHERE e.account_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
      [accountId, beforeSeq, limit],
    );
  }
}
