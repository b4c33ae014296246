import type { Journal } from './journal.js';

/** A user's account under its row lock. Amounts are won. */
export interface LockedAccount {
  readonly id: number;
  readonly balance: number;
  readonly held: number;
  readonly lastSeq: number;
  /** Not 0: nothing moves on it any more. */
  readonly isClosed: number;
  /** Not 0: nothing new moves on it. */
  readonly isFrozen: number;
}

/** One line of a journal as it will be stored. Amounts are won. */
export interface PostedEntry {
  readonly leg: number;
  readonly accountId: number;
  readonly amount: number;
  /** Place in the account's chain; null on accounts that carry no balance. */
  readonly seq: number | null;
  readonly balanceAfter: number | null;
}

/** An account would go below zero, or below what is held on it. The caller must have asked `available` first. */
export class Overdrawn extends Error {
  override readonly name = 'Overdrawn';
}

type WorkingAccount = { -readonly [Field in keyof LockedAccount]: LockedAccount[Field] };

/**
 * The accounts that one transaction has locked, as they will be when it commits. It works on copies: the accounts it
 * was made from stay as they were read. Written by `Ledger.write`.
 */
export class AccountBook {
  private readonly accounts = new Map<number, WorkingAccount>();
  private readonly touched = new Set<LockedAccount>();

  constructor(accounts: Iterable<LockedAccount>) {
    for (const account of accounts) this.accounts.set(account.id, { ...account });
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

  /** won set aside on it */
  held(accountId: number): number {
    return this.get(accountId).held;
  }

  isClosed(accountId: number): boolean {
    return this.get(accountId).isClosed !== 0;
  }

  isFrozen(accountId: number): boolean {
    return this.get(accountId).isFrozen !== 0;
  }

  /** Closes an account on which nothing is left. */
  close(accountId: number): void {
    const account = this.get(accountId);
    if (account.balance !== 0)
      throw new Error(`account ${accountId} would be closed with ${account.balance} won on it`);
    account.isClosed = 1;
    this.touched.add(account);
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

  /** Posts a journal's lines in order and returns them as entries; every balance on the way must hold. */
  post({ lines }: Journal): PostedEntry[] {
    return lines.map(({ leg, account: { id, carriesBalance }, amount }) => {
      if (!carriesBalance) return { leg, accountId: id, amount, seq: null, balanceAfter: null };
      const account = this.get(id);
      account.balance += amount;
      account.lastSeq += 1;
      this.check(account);
      return { leg, accountId: id, amount, seq: account.lastSeq, balanceAfter: account.balance };
    });
  }

  private get(accountId: number): WorkingAccount {
    const account = this.accounts.get(accountId);
    if (!account) throw new Error(`account ${accountId} is not locked by this transaction`);
    return account;
  }

  private check(account: WorkingAccount): void {
    this.touched.add(account);
    if (account.held < 0 || account.balance < account.held || !Number.isSafeInteger(account.balance)) {
      throw new Overdrawn(`account ${account.id}: balance ${account.balance}, held ${account.held}`);
    }
  }
}
