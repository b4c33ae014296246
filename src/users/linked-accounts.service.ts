import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type LinkedAccount, LinkedAccounts } from '../bank/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, ownedBy, scopeOf } from '../idempotency/index.js';
import { Ledger } from '../ledger/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { BlindIndex } from '../platform/vault/blind-index.js';
import { UsersService } from './users.service.js';

/** A linked account, with its number as the user has written it. */
export interface Link {
  readonly id: number;
  readonly bank: string;
  readonly accountNumber: string;
  readonly isDefault: boolean;
  readonly linkedAt: Date;
}

/**
 * A user's accounts at other banks. Each change locks the main account, as every reservation does, and so falls between
 * two top-ups, never into one. Outcomes have the link's id.
 */
@Injectable()
export class LinkedAccountsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly users: UsersService,
    private readonly keyed: KeyedWrites,
    private readonly index: BlindIndex,
  ) {}

  /**
   * Links another account, which is not the default.
   *
   * @throws Refusal InvalidUserId, AccountFrozen, AlreadyLinked, TooManyLinkedAccounts, and those of `KeyedWrites.once`
   */
  add(
    userId: number,
    link: { readonly bank: string; readonly accountNumber: string },
    claim: IdempotencyClaim,
  ): Promise<KeyedOutcome> {
    // A hash alone would let the account's number be found by trying all.
    const printed = { ...claim, hash: this.index.of('keyed_requests.hash', claim.hash) };
    return this.change('links', userId, printed, async (tx) => {
      const ownerName = (await this.users.namesOf(tx, [userId])).get(userId) as string;
      return this.linkedAccounts.link(tx, { ...link, userId, ownerName, isDefault: false });
    });
  }

  /** @throws Refusal InvalidUserId, AccountFrozen, AccountNotFound, and those of `KeyedWrites.once` */
  async makeDefault(userId: number, id: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const outcome = await this.change('link-defaults', userId, claim, async (tx) => {
      await this.linkedAccounts.makeDefault(tx, userId, id);
      return id;
    });
    this.linkedAccounts.forgetBankCodeOf(userId);
    return outcome;
  }

  /**
   * @throws Refusal InvalidUserId, AccountFrozen, AccountNotFound, DefaultLinkedAccount, LinkedAccountInUse, and those
   *   of `KeyedWrites.once`
   */
  remove(userId: number, id: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    return this.change('link-removals', userId, claim, async (tx) => {
      await this.linkedAccounts.remove(tx, userId, id);
      return id;
    });
  }

  /** Those that are linked, in the order in which they were. @throws Refusal InvalidUserId */
  async list(userId: number): Promise<Link[]> {
    const links = await this.transactions.read('list-links', (reader) => this.linkedAccounts.listEver(reader, userId));
    const live = links.filter(({ isLive }) => isLive);
    if (live.length === 0) throw new Refusal('InvalidUserId');
    return live.map((link) => this.opened(link));
  }

  /** A link of the user's, also one that was removed since. @throws Refusal AccountNotFound */
  async get(userId: number, id: number): Promise<Link> {
    const links = await this.transactions.read('get-link', (reader) => this.linkedAccounts.listEver(reader, userId));
    const link = links.find((one) => one.id === id);
    if (!link) throw new Refusal('AccountNotFound');
    return this.opened(link);
  }

  private change(
    name: string,
    userId: number,
    claim: IdempotencyClaim,
    work: (tx: EntityManager) => Promise<number>,
  ): Promise<KeyedOutcome> {
    return this.keyed.once(name, ownedBy(claim, scopeOf('user', userId, name)), async (tx) => {
      const main = await this.ledger.lockUser(tx, userId);
      if (!main || main.isClosed) throw new Refusal('InvalidUserId');
      // Whoever has taken an account over must not choose where its money goes once it moves again.
      if (main.isFrozen) throw new Refusal('AccountFrozen');
      return work(tx);
    });
  }

  private opened(link: LinkedAccount): Link {
    const { id, bank, isDefault, linkedAt } = link;
    return { id, bank, accountNumber: this.linkedAccounts.numberOf(link), isDefault: isDefault !== null, linkedAt };
  }
}
