import { Injectable } from '@nestjs/common';
import { PartnersService } from '../partners/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { type DayOf, SettlementsRepository } from './settlements.repository.js';

/** What a partner is owed for one business day. Amounts are won. */
export interface Settlement {
  readonly count: number;
  readonly gross: number;
  readonly cancelCount: number;
  readonly cancels: number;
}

@Injectable()
export class SettlementsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly settlements: SettlementsRepository,
    private readonly partners: PartnersService,
  ) {}

  /**
   * A business day of a partner's, by the ledger. Today's grows; a day that is over stays as it is.
   *
   * @param day YYYY-MM-DD in Asia/Seoul
   * @throws Refusal InvalidMerchant
   */
  async get(partnerId: number, day: string): Promise<Settlement> {
    const accountId = await this.partners.getPayableAccountId(partnerId);
    const paid = await this.sum({ of: 'payments', partnerId, accountId, day });
    const canceled = await this.sum({ of: 'payment_cancels', partnerId, accountId, day });
    return { count: paid.count, gross: paid.amount, cancelCount: canceled.count, cancels: 0 - canceled.amount };
  }

  private async sum(dayOf: DayOf): Promise<{ count: number; amount: number }> {
    const sum = { count: 0, amount: 0 };
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const part = await this.transactions.read('sum-settlement', (reader) =>
        this.settlements.sumPart(reader, dayOf, from),
      );
      sum.count += part.count;
      sum.amount += part.amount;
      after = part.nextAfter;
    }
    return sum;
  }
}
