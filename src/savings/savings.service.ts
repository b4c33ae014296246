import { Injectable } from '@nestjs/common';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites, scopeOf } from '../idempotency/index.js';
import { Account, Ledger, newAccountNumber } from '../ledger/index.js';
import { type MovementDeclaration, type MovementOutcome, MovementsService } from '../movements/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';
import { firstDepositAfter } from './daily-deposit.js';
import { dayBefore } from './interest.js';
import { SavingsAccount } from './savings-account.entity.js';
import { SAVINGS_DEPOSIT, type SavingsDepositDetails } from './savings-deposit.movement.js';
import { SAVINGS_PRODUCTS, type SavingsProduct } from './savings-product.js';
import { SAVINGS_WITHDRAWAL } from './savings-withdrawal.movement.js';

interface SavingsRequest {
  readonly userId: number;
  /** won */
  readonly amount: number;
  /** The savings account; needed when the user has several. */
  readonly accountId?: number | undefined;
}

interface OpenSavings {
  readonly userId: number;
  readonly product?: SavingsProduct | undefined;
  /** won */
  readonly dailyDeposit?: number | undefined;
}

export type SavingsOverview = Account & Pick<SavingsAccount, 'product'>;

@Injectable()
export class SavingsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a savings account, free savings unless the request says something else; the outcome has its id.
   *
   * @throws Refusal InvalidUserId, AccountClosed, AccountFrozen, InvalidRequest when `dailyDeposit` is missing or has no
   *   place, and those of `KeyedWrites.once`
   */
  async open(request: OpenSavings, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    const { userId, product = 'FREE', dailyDeposit = null } = request;
    const { needsDailyDeposit } = SAVINGS_PRODUCTS[product];
    if (needsDailyDeposit && dailyDeposit === null) throw invalidField('dailyDeposit', 'is required');
    if (!needsDailyDeposit && dailyDeposit !== null) throw invalidField('dailyDeposit', `is not for ${product}`);
    const account = { kind: 'SAVINGS', ownerId: userId, sole: false, openedAt: this.clock.now() } as const;
    try {
      return await this.keyed.once(
        'open-savings',
        claim,
        async (tx) => {
          const main = await this.ledger.lockUser(tx, userId);
          if (main?.isClosed) throw new Refusal('AccountClosed');
          if (main?.isFrozen) throw new Refusal('AccountFrozen');
          const accountId = await this.ledger.open(tx, { ...account, number: newAccountNumber('SAVINGS') });
          const { openedAt } = account;
          const depositSeen = dailyDeposit === null ? null : dayBefore(firstDepositAfter(openedAt));
          const agreed = { accountId, product, dailyDeposit, depositSeen, ...earningFrom(openedAt, product) };
          await tx.insert(SavingsAccount, agreed);
          return accountId;
        },
        () => this.users.getMainAccountId(userId),
      );
    } catch (error) {
      if (!isDuplicateKey(error, 'uq_accounts_number')) throw error;
      // The number that was drawn is another account's: draw again.
      return this.open(request, claim);
    }
  }

  /** A savings account. */
  async get(accountId: number): Promise<SavingsOverview> {
    return this.transactions.read('get-savings', async (reader) => {
      const account = await reader.findOneByOrFail(Account, { id: accountId, kind: 'SAVINGS' });
      const agreed = await reader.findOneBy(SavingsAccount, { accountId });
      return { ...account, product: agreed?.product ?? 'FREE' };
    });
  }

  /** The savings accounts (none, or one) that a user has opened with this key. */
  async listByKey(userId: number, key: string): Promise<SavingsOverview[]> {
    const accountId = await this.keyed.find(scopeOf('user', userId, 'savings'), key);
    return accountId === null ? [] : [await this.get(accountId)];
  }

  /**
   * Moves `amount` (won) from the main account into a savings account of the same user.
   *
   * @throws Refusal InvalidUserId, AccountNotFound, AccountAmbiguous (several savings accounts and none named), and
   *   those of `MovementsService.move`
   */
  deposit(request: SavingsRequest, claim: IdempotencyClaim): Promise<MovementOutcome<SavingsDepositDetails>> {
    return this.move<SavingsDepositDetails>(SAVINGS_DEPOSIT, request, claim);
  }

  /**
   * Moves `amount` (won) from a savings account into the main account of the same user.
   *
   * @throws Refusal InvalidUserId, AccountNotFound, NotEnoughBalance, and those of `MovementsService.move`
   */
  withdraw(request: SavingsRequest, claim: IdempotencyClaim): Promise<MovementOutcome<undefined>> {
    return this.move<undefined>(SAVINGS_WITHDRAWAL, request, claim);
  }

  private move<Details>(
    declaration: MovementDeclaration<Details | undefined>,
    { userId, amount, accountId }: SavingsRequest,
    claim: IdempotencyClaim,
  ): Promise<MovementOutcome<Details | undefined>> {
    return this.movements.move({ declaration, userId, amount, claim, details: undefined }, () =>
      this.accountsOf(userId, accountId),
    );
  }

  /**
   * A user's main account and savings account: the one that is named, or the only open one.
   *
   * @throws Refusal InvalidUserId, AccountNotFound, AccountAmbiguous
   */
  async accountsOf(userId: number, wanted: number | undefined): Promise<{ main: number; counter: number }> {
    const main = await this.users.getMainAccountId(userId);
    const all = await this.transactions.read('find-savings', (reader) =>
      reader.find(Account, {
        where: { kind: 'SAVINGS', ownerId: userId },
        order: { id: 'ASC' },
        select: { id: true, closedAt: true },
      }),
    );
    const named = all.filter(({ id, closedAt }) => (wanted === undefined ? closedAt === null : id === wanted));
    // Of a user who has closed them all: which, does not matter, as none takes money.
    const [first, ...others] = (named.length === 0 && wanted === undefined ? all.slice(-1) : named).map(({ id }) => id);
    if (first === undefined) throw new Refusal('AccountNotFound');
    if (others.length > 0) throw new Refusal('AccountAmbiguous', { accountIds: [first, ...others] });
    return { main, counter: first };
  }
}

/** From the day of its opening on. */
function earningFrom(openedAt: Date, product: SavingsProduct) {
  const earnsFrom = seoulDate(openedAt);
  const { rateBasisPoints } = SAVINGS_PRODUCTS[product];
  return { rateBasisPoints, earnsFrom, interestSeen: dayBefore(earnsFrom) };
}
