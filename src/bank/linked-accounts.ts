import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Ledger } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { BlindIndex } from '../platform/vault/blind-index.js';
import { Refusal } from '../platform/http/answers.js';
import { BankAccount } from './bank-account.entity.js';
import { bankCodeOf, sandboxHandle } from './banks.js';
import type { LimitUse } from './daily-limit.js';
import { LinkVault, type SealedPayer } from './link-vault.js';
import { LinkedAccount } from './linked-account.entity.js';
import { Payout } from './payout.entity.js';
import { Withdrawal } from './withdrawal.entity.js';

const CACHE_MAX = 100_000;
const ERASED_NUMBER = '0000000000';
/** So long a hint is heeded: another instance may make another bank's account the default, and is not heard of here. */
const HINT_MS = 2_000;
/** How many a user may have at a time. */
const LINKS_MAX = 10;

/** An account to be linked. */
export interface NewLink {
  readonly userId: number;
  readonly ownerName: string;
  readonly bank: string;
  readonly accountNumber: string;
  readonly isDefault: boolean;
}

/** A linked account as its bank is to hear of it. */
export interface BankLink {
  readonly id: number;
  readonly userId: number;
  readonly bankCode: string;
  readonly fintechUseNum: string;
  readonly ownerName: string;
}

/** One whose bank account's row is locked, with what is used of both limits. */
export interface LockedLink extends BankLink {
  readonly bankAccountId: number;
  readonly use: LimitUse;
}

/** Users' accounts at other banks, and how much of today's limits they have used. */
@Injectable()
export class LinkedAccounts {
  /** By the bank's code; they never change. */
  private readonly clearingAccounts = new Map<string, number>();
  /** Of the defaults, by user, as last read. */
  private readonly bankCodes = new Map<number, { readonly code: string; readonly readMs: number }>();

  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly vault: LinkVault,
    private readonly index: BlindIndex,
  ) {}

  /**
   * Links an account; returns the link's id. A user who is there already must be locked (`Ledger.lockUser`).
   *
   * @throws Refusal AlreadyLinked when the user has linked this account, however its number is written, and
   *   TooManyLinkedAccounts
   */
  async link(tx: EntityManager, { userId, bank, isDefault, ...link }: NewLink): Promise<number> {
    const bankCode = bankCodeOf(bank);
    const row = {
      ...this.vault.seal(userId, { ...link, fintechUseNum: sandboxHandle(bankCode, link.accountNumber) }),
      userId,
      bank,
      bankCode,
      clearingAccountId: await this.clearingAccountOf(tx, bankCode),
      bankAccountId: await this.bankAccountOf(tx, bankCode, link.accountNumber.replaceAll('-', '')),
      linkedAt: this.clock.now(),
      isDefault: isDefault ? (1 as const) : null,
      isLive: 1 as const,
    };
    const { identifiers } = await tx.insert(LinkedAccount, row).catch((error: unknown) => {
      if (!isDuplicateKey(error, 'uq_linked_accounts_bank_account')) throw error;
      throw new Refusal('AlreadyLinked', undefined, undefined, { cause: error });
    });
    if (!isDefault && (await tx.countBy(LinkedAccount, { userId, isLive: 1 })) > LINKS_MAX) {
      throw new Refusal('TooManyLinkedAccounts');
    }
    return (identifiers[0] as { id: number }).id;
  }

  /**
   * From now on top-ups take from this one; those under way stay with the one they were made with. The user must be
   * locked (`Ledger.lockUser`).
   *
   * @throws Refusal AccountNotFound
   */
  async makeDefault(tx: EntityManager, userId: number, id: number): Promise<void> {
    await this.getLive(tx, userId, id);
    await tx.update(LinkedAccount, { userId, isDefault: 1 }, { isDefault: null });
    await tx.update(LinkedAccount, { id }, { isDefault: 1 });
  }

  /**
   * Removes a link; its row stays. The user must be locked (`Ledger.lockUser`): without that lock nothing can be
   * asked of the link's bank, nor be settled.
   *
   * @throws Refusal AccountNotFound, DefaultLinkedAccount (so the last one stays), and LinkedAccountInUse while the
   *   outcome of a withdrawal or a payout is unknown
   */
  async remove(tx: EntityManager, userId: number, id: number): Promise<void> {
    const link = await this.getLive(tx, userId, id);
    if (link.isDefault) throw new Refusal('DefaultLinkedAccount');
    for (const order of [Withdrawal, Payout]) {
      const isOpen = await tx.existsBy(order, { linkedAccountId: id, status: 'PENDING' });
      if (isOpen) throw new Refusal('LinkedAccountInUse');
    }
    await tx.update(LinkedAccount, { id }, { isLive: null, removedAt: this.clock.now() });
  }

  /**
   * Removes all links of a user for good, and erases what is personal of all that were ever there. What tells real bank
   * accounts apart stays (`BankAccount`, a keyed print): the limits of a day are theirs, whoever has linked them.
   */
  async erase(tx: EntityManager, userId: number): Promise<void> {
    for (const { id, bankCode, removedAt } of await this.listEver(tx, userId)) {
      const fintechUseNum = sandboxHandle(bankCode, ERASED_NUMBER);
      const nobody = this.vault.seal(userId, { accountNumber: ERASED_NUMBER, ownerName: '-', fintechUseNum });
      const end = { isDefault: null, isLive: null, removedAt: removedAt ?? this.clock.now() };
      await tx.update(LinkedAccount, { id }, { ...nobody, ...end });
    }
  }

  private async getLive(tx: EntityManager, userId: number, id: number): Promise<LinkedAccount> {
    const link = await tx.findOneBy(LinkedAccount, { id, userId, isLive: 1 });
    if (!link) throw new Refusal('AccountNotFound');
    return link;
  }

  /** All that a user has ever linked, the one of the sign-up first. */
  listEver(reader: EntityManager, userId: number): Promise<LinkedAccount[]> {
    return reader.find(LinkedAccount, { where: { userId }, order: { id: 'ASC' } });
  }

  /** The number of a linked account, as the user has written it. */
  numberOf(link: LinkedAccount): string {
    return this.vault.numberOf(link);
  }

  /** What the banks that these movements were topped up from, or paid out to, are called, by movement. */
  async bankNamesOf(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, string>> {
    if (movementIds.length === 0) return new Map();
    const rows: { movementId: number; bank: string }[] = await reader.query(
      ['withdrawals', 'payouts']
        .map(
          (table) =>
            `SELECT w.movement_id AS movementId, l.bank FROM ${table} w
             JOIN linked_accounts l ON l.id = w.linked_account_id WHERE w.movement_id IN (?)`,
        )
        .join(' UNION ALL '),
      [movementIds, movementIds],
    );
    return new Map(rows.map(({ movementId, bank }) => [movementId, bank]));
  }

  /** The code of the default's bank, where it was read lately: a hint, good enough for not asking a bank in vain. */
  knownBankCodeOf(userId: number): string | undefined {
    const known = this.bankCodes.get(userId);
    return known && performance.now() - known.readMs < HINT_MS ? known.code : undefined;
  }

  /** The default has changed, and is committed. */
  forgetBankCodeOf(userId: number): void {
    this.bankCodes.delete(userId);
  }

  /**
   * Locks the bank accounts that are these users' defaults. The users' main accounts must be locked already: under
   * that lock no default changes. With these locks no other reservation of the same day can come between reading what
   * is used and adding to it. What somebody else has locked, who may have linked the same bank account, is never
   * waited for (`SKIP LOCKED`): its users get null. Users without a linked account are missing.
   */
  async lock(
    tx: EntityManager,
    userIds: readonly number[],
    businessDate: string,
  ): Promise<Map<number, LockedLink | null>> {
    if (userIds.length === 0) return new Map();
    type Row = Omit<LockedLink, 'use' | 'fintechUseNum' | 'ownerName'> & SealedPayer;
    const links: Row[] = await tx.query(
      `SELECT l.id, l.user_id AS userId, l.bank_account_id AS bankAccountId, l.bank_code AS bankCode,
         l.key_id AS keyId, l.sealed_handle AS sealedHandle, l.sealed_owner_name AS sealedOwnerName
       FROM linked_accounts l JOIN bank_accounts b ON b.id = l.bank_account_id
       WHERE l.user_id IN (?) AND l.is_default = 1 ORDER BY b.id FOR UPDATE SKIP LOCKED`,
      [userIds],
    );
    const found = new Map<number, LockedLink | null>();
    if (links.length < userIds.length) {
      const defaults = await tx.findBy(LinkedAccount, { userId: In([...userIds]), isDefault: 1 });
      for (const { userId } of defaults) found.set(userId, null);
    }
    const used = await this.usedOn(tx, links, businessDate);
    if (this.bankCodes.size >= CACHE_MAX) this.bankCodes.clear();
    const readMs = performance.now();
    for (const link of links) {
      this.bankCodes.set(link.userId, { code: link.bankCode, readMs });
      const { id, userId, bankAccountId, bankCode } = link;
      const use = used.get(userId) as LimitUse;
      found.set(userId, { id, userId, bankAccountId, bankCode, ...this.vault.payerOf(link), use });
    }
    return found;
  }

  /**
   * The linked accounts that these payouts are for: the one that is named, or the default. The users' main accounts
   * must be locked already: under that lock nothing is linked or unlinked. What is not (or no more) linked is null.
   */
  async findPayees(
    tx: EntityManager,
    wanted: readonly { readonly userId: number; readonly linkedAccountId?: number | undefined }[],
  ): Promise<(BankLink | null)[]> {
    if (wanted.length === 0) return [];
    const links = await tx.findBy(LinkedAccount, { userId: In(wanted.map(({ userId }) => userId)), isLive: 1 });
    return wanted.map(({ userId, linkedAccountId }) => {
      const own = links.filter((link) => link.userId === userId);
      const link = own.find(({ id, isDefault }) =>
        linkedAccountId === undefined ? isDefault : id === linkedAccountId,
      );
      return link ? { id: link.id, userId, bankCode: link.bankCode, ...this.vault.payerOf(link) } : null;
    });
  }

  /**
   * won taken or being taken on a business day, by user: by the user from all that was ever linked, and from the bank
   * account, whoever has linked it
   */
  async usedOn(
    reader: EntityManager,
    links: readonly Pick<LinkedAccount, 'userId' | 'bankAccountId'>[],
    businessDate: string,
  ): Promise<Map<number, LimitUse>> {
    if (links.length === 0) return new Map();
    const userIds = links.map(({ userId }) => userId);
    const bankAccountIds = links.map(({ bankAccountId }) => bankAccountId);
    const rows: { userId: number; bankAccountId: number; used: string | number }[] = await reader.query(
      `SELECT l.user_id AS userId, l.bank_account_id AS bankAccountId, SUM(w.amount) AS used
       FROM (SELECT id, user_id, bank_account_id FROM linked_accounts WHERE user_id IN (?)
         UNION SELECT id, user_id, bank_account_id FROM linked_accounts WHERE bank_account_id IN (?)) l
       JOIN withdrawals w ON w.linked_account_id = l.id AND w.business_date = ? AND w.status IN ('PENDING', 'DONE')
       GROUP BY l.user_id, l.bank_account_id`,
      [userIds, bankAccountIds, businessDate],
    );
    const byUser = new Map<number, number>();
    const ofBankAccount = new Map<number, number>();
    for (const { userId, bankAccountId, used } of rows) {
      byUser.set(userId, (byUser.get(userId) ?? 0) + Number(used));
      ofBankAccount.set(bankAccountId, (ofBankAccount.get(bankAccountId) ?? 0) + Number(used));
    }
    return new Map(
      links.map(({ userId, bankAccountId }) => [
        userId,
        { byUser: byUser.get(userId) ?? 0, ofBankAccount: ofBankAccount.get(bankAccountId) ?? 0 },
      ]),
    );
  }

  /** What is used of the limits, as `usedOn` counts, by the user and on the business day of this withdrawal. */
  async usedOnDayOf(reader: EntityManager, movementId: number): Promise<LimitUse> {
    const [link]: { userId: number; bankAccountId: number; businessDate: string }[] = await reader.query(
      `SELECT l.user_id AS userId, l.bank_account_id AS bankAccountId,
         DATE_FORMAT(w.business_date, '%Y-%m-%d') AS businessDate
       FROM withdrawals w JOIN linked_accounts l ON l.id = w.linked_account_id WHERE w.movement_id = ?`,
      [movementId],
    );
    const used = link && (await this.usedOn(reader, [link], link.businessDate)).get(link.userId);
    return used ?? { byUser: 0, ofBankAccount: 0 };
  }

  /** The ledger's clearing account of the bank that goes by this name; opened with the bank's first customer. */
  private async clearingAccountOf(tx: EntityManager, bankCode: string): Promise<number> {
    const known = this.clearingAccounts.get(bankCode);
    if (known !== undefined) return known;
    const found = await this.findClearingAccount(tx, bankCode);
    if (found === null) return this.openClearingAccount(tx, bankCode);
    this.clearingAccounts.set(bankCode, found);
    return found;
  }

  private findClearingAccount(reader: EntityManager, code: string): Promise<number | null> {
    return this.ledger.findSoleAccountId(reader, 'BANK_CLEARING', Number(code));
  }

  /** Of two first customers at once, the second waits for the first one's transaction. */
  private async openClearingAccount(tx: EntityManager, code: string): Promise<number> {
    const account = { kind: 'BANK_CLEARING', ownerId: Number(code), number: `BANK-${code}`, sole: true } as const;
    try {
      return await this.ledger.open(tx, { ...account, openedAt: this.clock.now() });
    } catch (error) {
      const found = isDuplicateKey(error) ? await this.findClearingAccount(tx, code) : null;
      if (found === null) throw error;
      return found;
    }
  }

  /**
   * The row of a real bank account; of two who link it first at once, the second waits for the first one's transaction.
   */
  private async bankAccountOf(tx: EntityManager, bankCode: string, digits: string): Promise<number> {
    const numberPrint = this.index.of('bank_accounts.number', `${bankCode} ${digits}`);
    const find = () => tx.findOneBy(BankAccount, { bankCode, numberPrint });
    const known = await find();
    if (known) return known.id;
    try {
      const { insertId }: { insertId: number } = await tx.query(
        'INSERT INTO bank_accounts (bank_code, number_print) VALUES (?)',
        [[bankCode, numberPrint]],
      );
      return insertId;
    } catch (error) {
      const found = isDuplicateKey(error) ? await find() : null;
      if (!found) throw error;
      return found.id;
    }
  }
}
