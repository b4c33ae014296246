import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LinkedAccounts, OrderRecords } from '../bank/index.js';
import { type Account, Journals } from '../ledger/index.js';
import { PaymentSearch } from '../payments/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { type MovementItem, MovementItems } from './movement-items.js';
import { Owners } from './owners.js';

/** What one answer shows of the holds at most. */
const HOLDS_MAX = 100;

/** won that are set aside for a movement */
export interface AccountHold {
  readonly movement: MovementItem;
  readonly amount: number;
}

/** All that there is to say of an account at a glance. Amounts are won. */
export interface AccountPage {
  readonly account: Account;
  /** Undefined where the account is ours. */
  readonly ownerName: string | undefined;
  readonly holds: readonly AccountHold[];
  readonly hasAllHolds: boolean;
}

/** Accounts of the ledger for people who look after the service, whosever they are. */
@Injectable()
export class AccountPagesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly journals: Journals,
    private readonly owners: Owners,
    private readonly links: LinkedAccounts,
    private readonly orders: OrderRecords,
    private readonly payments: PaymentSearch,
    private readonly movements: MovementItems,
  ) {}

  /** All of it as it was at one moment. @throws Refusal AccountNotFound */
  get(accountId: number): Promise<AccountPage> {
    return this.transactions.snapshot('account-page', async (reader) => {
      const account = (await this.journals.findAccounts(reader, [accountId])).get(accountId);
      if (!account) throw new Refusal('AccountNotFound');
      const ownerName = (await this.owners.namesOf(reader, [account]))(account);
      // What nothing is held on, as most accounts, has no holds to be looked for.
      const holds = account.held > 0 ? await this.holdsOn(reader, account) : [];
      return { account, ownerName, holds: holds.slice(0, HOLDS_MAX), hasAllHolds: holds.length <= HOLDS_MAX };
    });
  }

  /** Money is set aside while a bank is asked, and for payments that are authorised: on main accounts alone. */
  private async holdsOn(reader: EntityManager, { id, ownerId }: Account): Promise<AccountHold[]> {
    const links = await this.links.listEver(reader, ownerId);
    const asking = await this.orders.listHolding(
      reader,
      links.map((link) => link.id),
      HOLDS_MAX + 1,
    );
    const orders = await this.orders.findOf(reader, asking);
    const authorized = await this.payments.listHeldOn(reader, id, HOLDS_MAX + 1);
    const amounts = new Map([
      ...authorized.map(({ paymentId, amount }) => [paymentId, amount] as const),
      ...[...orders].map(([movementId, { heldAmount }]) => [movementId, heldAmount] as const),
    ]);
    const ids = [...amounts.keys()].sort((a, b) => a - b);
    const movements = await this.movements.find(reader, ids);
    return movements.map((movement) => ({ movement, amount: amounts.get(movement.id) ?? 0 }));
  }
}
