import { Injectable } from '@nestjs/common';
import {
  DAY_TABLES,
  type DaysOf,
  nothingAfter,
  type PartnerAccount,
  PaymentSumsRepository,
} from '../payments/index.js';
import { addDays } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { Days, ToldPart } from './settlement.js';

interface SummedDays {
  /** Of each day that has anything, all parts of all tables. */
  readonly parts: readonly ToldPart[];
  /** The last day that is summed. */
  readonly through: string;
  /** How many payments, captures and cancels were looked at. */
  readonly looked: number;
}

/** Sums of a partner's business days, by the ledger: some statements, none of them a long one. */
@Injectable()
export class DaySums {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentSumsRepository,
  ) {}

  /** Whole days only: the first one, and those behind it until so much was looked at. */
  async sum(account: PartnerAccount, { from, to }: Days, lookAtMax = Infinity): Promise<SummedDays> {
    const parts: ToldPart[] = [];
    let [through, looked] = [to, 0];
    for (const of of DAY_TABLES) {
      const summed = await this.sumTable({ ...account, of, from, to: through }, lookAtMax - looked);
      parts.push(...summed.parts);
      looked += summed.looked;
      through = summed.through;
    }
    const whole = parts.filter(({ day }) => day <= through);
    const days = new Set(whole.map(({ day }) => day));
    const rest = [...days]
      .flatMap(nothingOn)
      .filter(({ of, day }) => !whole.some((it) => it.day === day && it.of === of));
    return { parts: [...whole, ...rest], through, looked };
  }

  private async sumTable(daysOf: DaysOf, lookAtMax: number): Promise<SummedDays> {
    const parts: ToldPart[] = [];
    let [from, after, looked] = [daysOf.from, 0, 0];
    for (;;) {
      const some = await this.transactions.read('sum-settlement', (reader) =>
        this.payments.sumParts(reader, { ...daysOf, from }, after),
      );
      parts.push(...some.parts.map((part) => ({ of: daysOf.of, ...part })));
      looked += some.looked;
      const last = some.parts.at(-1);
      if (!last || last.upTo === null) return { parts, through: daysOf.to, looked };
      [from, after] = [last.day, last.upTo];
      const isEnough = looked >= lookAtMax && from > daysOf.from;
      if (isEnough) return { parts: parts.filter(({ day }) => day < from), through: addDays(from, -1), looked };
    }
  }
}

/** A day that has nothing, as it is told. */
export function nothingOn(day: string): ToldPart[] {
  return DAY_TABLES.map((of) => ({ of, ...nothingAfter(day) }));
}
