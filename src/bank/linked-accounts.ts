import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import { bankCodeOf, sandboxHandle } from './banks.js';
import { LinkedAccount } from './linked-account.entity.js';

/** A linked account under its row lock, with what its limit has left. */
export interface LockedLink {
  readonly id: number;
  readonly userId: number;
  readonly fintechUseNum: string;
  readonly ownerName: string;
  /** won; rises as one transaction reserves several times */
  usedToday: number;
}

/** Users' accounts at other banks, and how much of today's limit they have used. */
@Injectable()
export class LinkedAccounts {
  private readonly clearingAccounts = new Map<string, number>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /**
   * The ledger's clearing account of the bank that goes by this name; opened when it is the bank's first customer.
   * Call it before the transaction that needs it.
   */
  async clearingAccountOf(bank: string): Promise<number> {
    const code = bankCodeOf(bank);
    const known = this.clearingAccounts.get(code);
    if (known !== undefined) return known;
    const id = (await this.findClearingAccount(code)) ?? (await this.openClearingAccount(code));
    this.clearingAccounts.set(code, id);
    return id;
  }

  /** @throws a duplicate-key error when the user has linked an account already */
  async link(
    tx: EntityManager,
    link: { userId: number; ownerName: string; bank: string; accountNumber: string; clearingAccountId: number },
  ): Promise<void> {
    const bankCode = bankCodeOf(link.bank);
    await tx.insert(LinkedAccount, {
      ...link,
      bankCode,
      fintechUseNum: sandboxHandle(bankCode, link.accountNumber),
      linkedAt: this.clock.now(),
    });
  }

  async findByUser(reader: EntityManager, userId: number): Promise<LinkedAccount | null> {
    return reader.findOneBy(LinkedAccount, { userId });
  }

  /**
   * Locks the linked accounts of these users in ascending order; the users' ledger accounts must be locked already.
   * With that lock no other reservation of the same day can come between reading the use and adding to it.
   */
  async lock(tx: EntityManager, userIds: readonly number[], businessDate: string): Promise<Map<number, LockedLink>> {
    if (userIds.length === 0) return new Map();
    const links: LockedLink[] = await tx
      .createQueryBuilder(LinkedAccount, 'l')
      .select(['l.id AS id', 'l.user_id AS userId', 'l.fintech_use_num AS fintechUseNum', 'l.owner_name AS ownerName'])
      .where('l.user_id IN (:userIds)', { userIds })
      .orderBy('l.id')
      .setLock('pessimistic_write')
      .getRawMany();
    const used = await this.usedOn(
      tx,
      links.map((link) => link.id),
      businessDate,
    );
    return new Map(links.map((link) => [link.userId, { ...link, usedToday: used.get(link.id) ?? 0 }]));
  }

  /** won taken or being taken on a business day, by linked account */
  async usedOn(
    reader: EntityManager,
    linkedIds: readonly number[],
    businessDate: string,
  ): Promise<Map<number, number>> {
    if (linkedIds.length === 0) return new Map();
    const rows: { id: number; used: string | number }[] = await reader.query(
      `SELECT linked_account_id AS id, SUM(amount) AS used FROM withdrawals
       WHERE linked_account_id IN (?) AND business_date = ? AND status IN ('PENDING', 'DONE') GROUP BY linked_account_id`,
      [linkedIds, businessDate],
    );
    return new Map(rows.map((row) => [row.id, Number(row.used)]));
  }

  /** won of the daily limit that is used, as `usedOn` counts, by the account and on the business day of this withdrawal */
  async usedOnDayOf(reader: EntityManager, movementId: number): Promise<number> {
    const [row]: { used: string | number | null }[] = await reader.query(
      `SELECT SUM(d.amount) AS used FROM withdrawals w
       JOIN withdrawals d ON d.linked_account_id = w.linked_account_id AND d.business_date = w.business_date
         AND d.status IN ('PENDING', 'DONE')
       WHERE w.movement_id = ?`,
      [movementId],
    );
    return Number(row?.used ?? 0);
  }

  private async findClearingAccount(code: string): Promise<number | null> {
    const rows: { id: number }[] = await this.transactions.read('find-clearing-account', (reader) =>
      reader.query(`SELECT id FROM accounts WHERE kind = 'BANK_CLEARING' AND owner_id = ? AND sole = 1`, [
        Number(code),
      ]),
    );
    return rows[0]?.id ?? null;
  }

  private async openClearingAccount(code: string): Promise<number> {
    return untilKnown(async () => {
      try {
        return await this.transactions.run('open-clearing-account', (tx) =>
          this.ledger.open(tx, {
            kind: 'BANK_CLEARING',
            ownerId: Number(code),
            number: `BANK-${code}`,
            sole: true,
            openedAt: this.clock.now(),
          }),
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const id = await this.findClearingAccount(code);
        if (id === null) throw error;
        return id;
      }
    });
  }
}
