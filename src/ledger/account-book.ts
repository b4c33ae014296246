import type { RowId } from '../platform/database/batch-transactions.js';
import type { Journal } from './journal.js';

/** A user's account under its row lock. Amounts are won. */
export interface LockedAccount {
  readonly id: number;
  balance: number;
  held: number;
  lastSeq: number;
}

export interface PostedEntry {
  readonly movementId: RowId;
  readonly leg: number;
  readonly accountId: number;
  readonly amount: number;
  readonly seq: number | null;
  readonly balanceAfter: number | null;
}

/** An account would go below zero, or below what is held on it. The caller must have asked `available` first. */
export class Overdrawn extends Error {
  override readonly name = 'Overdrawn';
}

/**
 * The accounts that one transaction has locked, as they will be when it commits. Decisions are made here, one after
 * the other, and written by `Ledger.write` in two statements however many there were.
 */
export class AccountBook {
  private readonly accounts: ReadonlyMap<number, LockedAccount>;
  private readonly touched = new Set<LockedAccount>();
  readonly entries: PostedEntry[] = [];

  constructor(accounts: readonly LockedAccount[]) {
    this.accounts = new Map(accounts.map((account) => [account.id, account]));
  }

  get changed(): readonly LockedAccount[] {
    return [...this.touched];
  }

  /** Whether this transaction has locked the account. */
  has(accountId: number): boolean {
    return this.accounts.has(accountId);
  }

  /** What a new movement may use: the balance less what is held. */
  available(accountId: number): number {
    const account = this.get(accountId);
    return account.balance - account.held;
  }

  balance(accountId: number): number {
    return this.get(accountId).balance;
  }

  /** Sets money aside for an open movement. */
  hold(accountId: number, amount: number): void {
    const account = this.get(accountId);
    account.held += amount;
    this.check(account);
  }

  /** Gives a hold back; post the journal that uses the money after this. */
  release(accountId: number, amount: number): void {
    const account = this.get(accountId);
    account.held -= amount;
    this.check(account);
  }

  /** Posts a journal's lines in order; every balance on the way must hold. */
  post(journal: Journal): void {
    for (const { leg, account: ref, amount } of journal.lines) {
      const base = { movementId: journal.movementId, leg, accountId: ref.id, amount };
      if (!ref.locked) {
        this.entries.push({ ...base, seq: null, balanceAfter: null });
        continue;
      }
      const account = this.get(ref.id);
      account.balance += amount;
      account.lastSeq += 1;
      this.check(account);
      this.entries.push({ ...base, seq: account.lastSeq, balanceAfter: account.balance });
    }
  }

  private get(accountId: number): LockedAccount {
    const account = this.accounts.get(accountId);
    if (!account) throw new Error(`account ${accountId} is not locked by this transaction`);
    return account;
  }

  private check(account: LockedAccount): void {
    this.touched.add(account);
    if (account.held < 0 || account.balance < account.held || !Number.isSafeInteger(account.balance)) {
      throw new Overdrawn(`account ${account.id}: balance ${account.balance}, held ${account.held}`);
    }
  }
}
