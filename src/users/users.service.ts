import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type EntityManager, In, IsNull, Not } from 'typeorm';
import { type DailyLimitUse, dailyLimitUse, type LimitUse, type LinkedAccount, LinkedAccounts } from '../bank/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, scopeOf } from '../idempotency/index.js';
import { Account, Ledger, newAccountNumber } from '../ledger/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { BlindIndex } from '../platform/vault/blind-index.js';
import { UserVault } from './user-vault.js';
import { User } from './user.entity.js';

const CACHE_MAX = 100_000;
/** The name that others see in their statements. */
const ERASED = '탈퇴한 회원';
/** Of the route that signs up: see `Idempotent` there. */
const SIGN_UPS = scopeOf('app', null, 'users');

interface SignUp {
  readonly name: string;
  readonly email: string;
  readonly externalBank: string;
  readonly externalAccountNumber: string;
}

interface ShownLink {
  readonly bank: string;
  readonly accountNumber: string;
}

export interface UserOverview {
  readonly user: { readonly id: number; readonly name: string; readonly email: string };
  readonly accounts: readonly Account[];
  /** The default. */
  readonly link: ShownLink;
  /** The one of the sign-up. */
  readonly firstLink: ShownLink;
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
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
    private readonly vault: UserVault,
    private readonly index: BlindIndex,
  ) {}

  /**
   * Signs a user up, with the one main account and the linked account; the outcome has the user's id.
   *
   * @throws Refusal AlreadyRegistered when the e-mail is taken, whatever its case, and those of `KeyedWrites.once`
   */
  async signUp(signUp: SignUp, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    // A hash alone would let the account's number be found by trying all.
    const printed = { ...claim, hash: this.index.of('keyed_requests.hash', claim.hash) };
    try {
      return await this.keyed.once('sign-up', printed, (tx) => this.write(tx, signUp));
    } catch (error) {
      if (!isDuplicateKey(error, 'uq_accounts_number')) throw error;
      // The number that was drawn is another account's: draw again.
      return this.signUp(signUp, claim);
    }
  }

  /** The users (none, or one) whom a sign-up with this key has made. */
  async listByKey(key: string): Promise<UserOverview[]> {
    const userId = await this.keyed.find(SIGN_UPS, key);
    const isThere = userId !== null && !(await this.isErased(userId));
    return isThere ? [await this.getOverview(userId)] : [];
  }

  /** Whether the user has closed their wallet. */
  isErased(id: number): Promise<boolean> {
    return this.transactions.read('find-erased', (reader) => reader.existsBy(User, { id, erasedAt: Not(IsNull()) }));
  }

  /** @throws Refusal InvalidUserId */
  async getOverview(userId: number): Promise<UserOverview> {
    return this.transactions.read('user-overview', async (reader) => {
      const user = await reader.findOneBy(User, { id: userId });
      const links = await this.linkedAccounts.listEver(reader, userId);
      const link = links.find(({ isDefault }) => isDefault);
      if (!user || user.erasedAt || !link) throw new Refusal('InvalidUserId');
      const accounts = await reader
        .createQueryBuilder(Account, 'a')
        .where("a.kind IN ('MAIN', 'SAVINGS') AND a.owner_id = :userId", { userId })
        .orderBy('a.id')
        .getMany();
      const used = await this.linkedAccounts.usedOn(reader, [link], seoulDate(this.clock.now()));
      return {
        user: { id: user.id, name: this.vault.nameOf(user), email: this.vault.emailOf(user) },
        accounts,
        link: this.shownLink(link),
        firstLink: this.shownLink(links[0] as LinkedAccount),
        limit: dailyLimitUse(used.get(userId) as LimitUse),
      };
    });
  }

  /** Names of these users. */
  async namesOf(reader: EntityManager, userIds: readonly number[]): Promise<Map<number, string>> {
    const users = await reader.findBy(User, { id: In([...userIds]) });
    return new Map(users.map((user) => [user.id, this.vault.nameOf(user)]));
  }

  /** @throws Refusal InvalidUserId */
  async getMainAccountId(userId: number): Promise<number> {
    const known = this.mainAccounts.get(userId);
    if (known !== undefined) return known;
    const accountId = await this.transactions.read('find-main-account', (reader) =>
      this.ledger.findSoleAccountId(reader, 'MAIN', userId),
    );
    if (accountId === null) throw new Refusal('InvalidUserId');
    if (this.mainAccounts.size >= CACHE_MAX) this.mainAccounts.clear();
    this.mainAccounts.set(userId, accountId);
    return accountId;
  }

  /** Leaves the user's id, and nothing personal. The main account must be closed, in the same transaction. */
  async erase(tx: EntityManager, userId: number, at: Date): Promise<void> {
    const emailPrint = randomBytes(32); // nobody's, so that the e-mail is free
    await tx.update(User, { id: userId }, { ...this.vault.seal(ERASED, ERASED, emailPrint), emailPrint, erasedAt: at });
  }

  private shownLink(link: LinkedAccount): ShownLink {
    return { bank: link.bank, accountNumber: this.linkedAccounts.numberOf(link) };
  }

  private async write(tx: EntityManager, signUp: SignUp): Promise<number> {
    const { name, email, externalBank, externalAccountNumber } = signUp;
    const now = this.clock.now();
    const emailPrint = this.index.of('users.email', email.toLowerCase());
    const { keyId, sealedName, sealedEmail } = this.vault.seal(name, email, emailPrint);
    const { insertId: userId }: { insertId: number } = await tx
      .query('INSERT INTO users (created_at, key_id, sealed_name, sealed_email, email_print) VALUES (?)', [
        [now, keyId, sealedName, sealedEmail, emailPrint],
      ])
      .catch((error: unknown) => {
        if (!isDuplicateKey(error, 'uq_users_email_print')) throw error;
        throw new Refusal('AlreadyRegistered', undefined, undefined, { cause: error });
      });
    const number = newAccountNumber('MAIN');
    await this.ledger.open(tx, { kind: 'MAIN', ownerId: userId, number, sole: true, openedAt: now });
    const link = {
      userId,
      ownerName: name,
      bank: externalBank,
      accountNumber: externalAccountNumber,
      isDefault: true,
    };
    await this.linkedAccounts.link(tx, link);
    return userId;
  }
}
