import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { Account } from '../ledger/index.js';
import { Clock } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';
import { firstDepositAfter } from './daily-deposit.js';
import { dayBefore } from './interest.js';
import { SavingsAccount } from './savings-account.entity.js';
import { SAVINGS_PRODUCTS, type SavingsProduct } from './savings-product.js';

interface Schedule {
  readonly accountId: number;
  readonly product: SavingsProduct;
  /** won on each business day; null: nothing */
  readonly dailyDeposit: number | null;
}

/** What is paid into savings accounts by itself. */
@Injectable()
export class SavingsSchedules {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly users: UsersService,
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal AccountNotFound */
  get(accountId: number): Promise<Schedule> {
    return this.transactions.read('get-schedule', async (reader) => {
      const isThere = await reader.existsBy(Account, { id: accountId, kind: 'SAVINGS' });
      if (!isThere) throw new Refusal('AccountNotFound');
      const agreed = await reader.findOneBy(SavingsAccount, { accountId });
      return { accountId, product: agreed?.product ?? 'FREE', dailyDeposit: agreed?.dailyDeposit ?? null };
    });
  }

  /**
   * Changes what is paid in, or ends it. What begins anew begins with the 08:00 that comes next.
   *
   * @throws Refusal InvalidUserId, AccountNotFound, AccountClosed, InvalidRequest for an account that has no daily
   *   deposit, and those of `KeyedWrites.once`
   */
  change(
    wanted: { userId: number; accountId: number; dailyDeposit: number | null },
    claim: IdempotencyClaim,
  ): Promise<KeyedOutcome> {
    const { userId } = wanted;
    const check = () => this.users.getMainAccountId(userId);
    return this.keyed.once('change-schedule', claim, (tx) => this.write(tx, wanted), check);
  }

  private async write(
    tx: EntityManager,
    { userId, accountId, dailyDeposit }: { userId: number; accountId: number; dailyDeposit: number | null },
  ): Promise<number> {
    const isTheirs = await tx.existsBy(Account, { id: accountId, kind: 'SAVINGS', ownerId: userId });
    if (!isTheirs) throw new Refusal('AccountNotFound');
    const agreed = await tx.findOne(SavingsAccount, { where: { accountId }, lock: { mode: 'pessimistic_write' } });
    if (agreed?.closedAt) throw new Refusal('AccountClosed');
    const { product } = agreed ?? { product: 'FREE' as const };
    if (!agreed || !SAVINGS_PRODUCTS[product].needsDailyDeposit) {
      throw invalidField('dailyDeposit', `is not for ${product}`);
    }
    const begins = agreed.depositSeen ?? dayBefore(firstDepositAfter(this.clock.now()));
    await tx.update(
      SavingsAccount,
      { accountId },
      { dailyDeposit, depositSeen: dailyDeposit === null ? null : begins },
    );
    return accountId;
  }
}
