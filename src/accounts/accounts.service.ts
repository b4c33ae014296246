import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { MovementKinds, MovementsService, userMovementKind } from '../movements/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { type Answer, Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';
import { type AccountEntry, AccountsRepository } from './accounts.repository.js';

const CHARGE = userMovementKind('CHARGE', false, (movement) => ({
  transactionId: movement.id,
  amount: movement.amount,
  mainAccount: { accountId: movement.accountId, balance: movement.balanceAfter },
}));

export interface EntryPage {
  readonly entries: readonly AccountEntry[];
  /** Place before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

@Injectable()
export class AccountsService implements OnModuleInit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly accounts: AccountsRepository,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly kinds: MovementKinds,
  ) {}

  onModuleInit(): void {
    this.kinds.register(CHARGE);
  }

  /**
   * Takes `amount` (won) from the linked bank account into the main account.
   *
   * @throws Refusal InvalidUserId, and those of `MovementsService.move`
   */
  async charge(userId: number, amount: number, claim: IdempotencyClaim): Promise<Answer<object>> {
    const accountId = await this.users.getMainAccountId(userId);
    return this.movements.move({ kind: CHARGE, userId, accountId, counter: null, amount, claim, details: undefined });
  }

  /** @throws Refusal AccountNotFound */
  async listEntries(accountId: number, limit: number, before: number): Promise<EntryPage> {
    return this.transactions.read('list-entries', async (reader) => {
      const entries = await this.accounts.listEntries(reader, accountId, before, limit + 1);
      if (entries.length === 0 && !(await this.accounts.isUserAccount(reader, accountId))) {
        throw new Refusal('AccountNotFound');
      }
      const page = entries.slice(0, limit);
      return { entries: page, nextBefore: entries.length > limit ? (page.at(-1)?.seq ?? null) : null };
    });
  }
}
