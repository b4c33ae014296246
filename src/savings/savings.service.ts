import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { Account, Ledger, newAccountNumber } from '../ledger/index.js';
import { MovementKinds, MovementsService, userMovementKind } from '../movements/index.js';
import { Clock } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { untilKnown } from '../platform/database/until-known.js';
import { type Answer, Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';

const SAVINGS_DEPOSIT = userMovementKind('SAVINGS_DEPOSIT', true, (movement) => ({
  transactionId: movement.id,
  amount: movement.amount,
  toppedUpAmount: movement.toppedUpAmount,
  mainAccount: { accountId: movement.accountId, balance: movement.balanceAfter },
  savingsAccount: { accountId: movement.counterAccountId, balance: movement.counterBalanceAfter },
}));

@Injectable()
export class SavingsService implements OnModuleInit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly kinds: MovementKinds,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.kinds.register(SAVINGS_DEPOSIT);
  }

  /** @throws Refusal InvalidUserId */
  async open(userId: number): Promise<{ accountId: number; accountNumber: string }> {
    await this.users.getMainAccountId(userId);
    const number = newAccountNumber('SAVINGS');
    const account = { kind: 'SAVINGS', ownerId: userId, number, sole: false, openedAt: this.clock.now() } as const;
    const opened = await untilKnown(async (commitLost) => {
      try {
        const accountId = await this.transactions.run('open-savings', (tx) => this.ledger.open(tx, account));
        return { accountId, accountNumber: number };
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_accounts_number')) throw error;
        return commitLost ? this.getOwn(number) : null;
      }
    });
    // The number that was drawn is another account's: draw again.
    return opened ?? this.open(userId);
  }

  /**
   * Moves `amount` (won) from the main account into a savings account of the same user.
   *
   * @throws Refusal AccountNotFound, AccountAmbiguous (several savings accounts and none named), and those of
   *   `MovementsService.move`
   */
  async deposit(
    { userId, amount, accountId }: { userId: number; amount: number; accountId?: number | undefined },
    claim: IdempotencyClaim,
  ): Promise<Answer<object>> {
    const claiming = { kind: SAVINGS_DEPOSIT, claim, details: undefined };
    // A savings account that nobody had to name may have been the only one when this key was first used.
    const accounts = await this.movements.prepare(claiming, async () => ({
      accountId: await this.users.getMainAccountId(userId),
      counter: { id: await this.getSavingsAccountId(userId, accountId), locked: true },
    }));
    return this.movements.move({ ...claiming, ...accounts, userId, amount });
  }

  private async getSavingsAccountId(userId: number, wanted: number | undefined): Promise<number> {
    const accounts = await this.transactions.read('find-savings', (reader) =>
      reader.find(Account, { where: { kind: 'SAVINGS', ownerId: userId }, order: { id: 'ASC' }, select: { id: true } }),
    );
    const ids = accounts.map(({ id }) => id);
    const [first, ...others] = wanted === undefined ? ids : ids.filter((id) => id === wanted);
    if (first === undefined) throw new Refusal('AccountNotFound');
    if (others.length > 0) throw new Refusal('AccountAmbiguous', { accountIds: ids });
    return first;
  }

  /** The account that was opened although the answer to its COMMIT was lost. */
  private async getOwn(number: string): Promise<{ accountId: number; accountNumber: string }> {
    const { id } = await this.transactions.read('find-own-savings', (reader) =>
      reader.findOneByOrFail(Account, { number }),
    );
    return { accountId: id, accountNumber: number };
  }
}
