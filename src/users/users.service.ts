import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type DailyLimitUse, dailyLimitUse, type LinkedAccount, LinkedAccounts } from '../bank/index.js';
import { Account, Ledger, newAccountNumber } from '../ledger/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import { Refusal } from '../platform/http/answers.js';
import { User } from './user.entity.js';

const CACHE_MAX = 100_000;

export interface SignUp {
  readonly name: string;
  readonly email: string;
  readonly externalBank: string;
  readonly externalAccountNumber: string;
}

export interface SignedUp {
  readonly userId: number;
  readonly mainAccount: { readonly accountId: number; readonly accountNumber: string };
}

export interface UserOverview {
  readonly user: User;
  readonly accounts: readonly Account[];
  readonly link: LinkedAccount;
  readonly limit: DailyLimitUse;
}

@Injectable()
export class UsersService {
  /** A user's main account never changes, so it is looked up once. */
  private readonly mainAccounts = new Map<number, number>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs a user up, with the one main account and the linked account.
   *
   * @throws Refusal AlreadyRegistered when the e-mail is taken, whatever its case
   */
  async signUp(signUp: SignUp): Promise<SignedUp> {
    const clearingAccountId = await this.linkedAccounts.clearingAccountOf(signUp.externalBank);
    const number = newAccountNumber('MAIN');
    const signedUp = await untilKnown(async (commitLost) => {
      try {
        return await this.transactions.run('sign-up', (tx) => this.write(tx, signUp, number, clearingAccountId));
      } catch (error) {
        if (isDuplicateKey(error, 'uq_accounts_number')) return null;
        if (!isDuplicateKey(error, 'uq_users_email')) throw error;
        // The account's number tells by whom the e-mail is taken.
        const own = commitLost ? await this.findByMainAccountNumber(number) : null;
        if (own) return own;
        throw new Refusal('AlreadyRegistered', undefined, undefined, { cause: error });
      }
    });
    // The number that was drawn is another account's: draw again.
    return signedUp ?? this.signUp(signUp);
  }

  /** @throws Refusal InvalidUserId */
  async getOverview(userId: number): Promise<UserOverview> {
    return this.transactions.read('user-overview', async (reader) => {
      const user = await reader.findOneBy(User, { id: userId });
      const link = await this.linkedAccounts.findByUser(reader, userId);
      if (!user || !link) throw new Refusal('InvalidUserId');
      const accounts = await reader
        .createQueryBuilder(Account, 'a')
        .where("a.kind IN ('MAIN', 'SAVINGS') AND a.owner_id = :userId", { userId })
        .orderBy('a.id')
        .getMany();
      const used = await this.linkedAccounts.usedOn(reader, [link.id], seoulDate(this.clock.now()));
      return { user, accounts, link, limit: dailyLimitUse(used.get(link.id) ?? 0) };
    });
  }

  /** @throws Refusal InvalidUserId */
  async getMainAccountId(userId: number): Promise<number> {
    const known = this.mainAccounts.get(userId);
    if (known !== undefined) return known;
    const account = await this.transactions.read('find-main-account', (reader) =>
      reader.findOneBy(Account, { kind: 'MAIN', ownerId: userId, sole: 1 }),
    );
    if (!account) throw new Refusal('InvalidUserId');
    if (this.mainAccounts.size >= CACHE_MAX) this.mainAccounts.clear();
    this.mainAccounts.set(userId, account.id);
    return account.id;
  }

  private async write(tx: EntityManager, signUp: SignUp, number: string, clearingAccountId: number): Promise<SignedUp> {
    const { name, email, externalBank, externalAccountNumber } = signUp;
    const now = this.clock.now();
    const emailKey = email.toLowerCase();
    const inserted: { insertId: number } = await tx.query(
      'INSERT INTO users (name, email, email_key, created_at) VALUES (?)',
      [[name, email, emailKey, now]],
    );
    const userId = inserted.insertId;
    const accountId = await this.ledger.open(tx, { kind: 'MAIN', ownerId: userId, number, sole: true, openedAt: now });
    const link = {
      userId,
      ownerName: name,
      bank: externalBank,
      accountNumber: externalAccountNumber,
      clearingAccountId,
    };
    await this.linkedAccounts.link(tx, link);
    return { userId, mainAccount: { accountId, accountNumber: number } };
  }

  private async findByMainAccountNumber(number: string): Promise<SignedUp | null> {
    const account = await this.transactions.read('find-own-sign-up', (reader) => reader.findOneBy(Account, { number }));
    return account && { userId: account.ownerId, mainAccount: { accountId: account.id, accountNumber: number } };
  }
}
