import { Injectable } from '@nestjs/common';
import { BusinessDays } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import { type DayOf, PaymentSumsRepository } from '../payments/index.js';
import { CommitUnknown, isDuplicateKey } from '../platform/database/database-errors.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { SettlementsRepository, type ToldPart } from './settlements.repository.js';

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
    private readonly payments: PaymentSumsRepository,
    private readonly partners: PartnersService,
    private readonly businessDays: BusinessDays,
  ) {}

  /**
   * A business day of a partner's, by the ledger. Today's grows. One that is over is closed first, so that nothing can
   * be added to it any more, and what is said of it is kept and said for ever.
   *
   * @param day YYYY-MM-DD in Asia/Seoul
   * @throws Refusal InvalidMerchant; TemporarilyUnavailable while something of a day that is over may still be
   *   committed, and when it is not known whether what was summed is what will be said
   */
  async get(partnerId: number, day: string): Promise<Settlement> {
    const accountId = await this.partners.getPayableAccountId(partnerId);
    const sum = () => this.sum({ partnerId, accountId, day });
    if (!this.businessDays.isOver(day)) return settlementOf(await sum());
    const isFinal = await this.businessDays.close(day);
    if (!isFinal) return settlementOf([]);
    const told = await this.findTold(partnerId, day);
    return settlementOf(told.length > 0 ? told : await this.tell(partnerId, day, await sum()));
  }

  private findTold(partnerId: number, day: string): Promise<ToldPart[]> {
    return this.transactions.read('find-settlement', (reader) => this.settlements.findTold(reader, partnerId, day));
  }

  private async tell(partnerId: number, day: string, parts: ToldPart[]): Promise<ToldPart[]> {
    try {
      await this.transactions.run('tell-settlement', (tx) => this.settlements.insertTold(tx, partnerId, day, parts));
      return parts;
    } catch (error) {
      if (!isDuplicateKey(error) && !(error instanceof CommitUnknown)) throw error;
      const told = await this.findTold(partnerId, day);
      if (told.length > 0) return told;
      // The COMMIT may still arrive: the next request sees what became of it.
      throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
    }
  }

  private async sum(of: Omit<DayOf, 'of'>): Promise<ToldPart[]> {
    return [...(await this.parts({ ...of, of: 'payments' })), ...(await this.parts({ ...of, of: 'payment_cancels' }))];
  }

  private async parts(dayOf: DayOf): Promise<ToldPart[]> {
    const parts: ToldPart[] = [];
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const part = await this.transactions.read('sum-settlement', (reader) =>
        this.payments.sumPart(reader, dayOf, from),
      );
      parts.push({ of: dayOf.of, ...part });
      after = part.upTo;
    }
    return parts;
  }
}

function settlementOf(parts: readonly ToldPart[]): Settlement {
  const total = (of: DayOf['of'], what: 'count' | 'amount') =>
    parts.filter((part) => part.of === of).reduce((sum, part) => sum + part[what], 0);
  return {
    count: total('payments', 'count'),
    gross: total('payments', 'amount'),
    cancelCount: total('payment_cancels', 'count'),
    cancels: 0 - total('payment_cancels', 'amount'),
  };
}
