import { DAY_ENTRIES, DAY_TABLES, type DayTable, type LineType, type PartOfDay } from '../payments/index.js';

/** YYYY-MM-DD in Asia/Seoul, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Some of what one table has of a business day. */
export interface DaySum {
  readonly of: DayTable;
  /** YYYY-MM-DD in Asia/Seoul */
  readonly day: string;
  readonly count: number;
  /** won; what was given back is negative */
  readonly amount: number;
}

/** The same with its place in the day, as it is told of a day that is over. */
export interface ToldPart extends PartOfDay, Pick<DaySum, 'of'> {}

/** What is said of a kind of lines. */
export interface LineSum {
  readonly count: number;
  /** won, never negative */
  readonly amount: number;
}

/** What a partner is owed for one business day. */
export interface Settlement extends Readonly<Record<LineType, LineSum>> {
  /** won; negative when more was given back than came in */
  readonly net: number;
}

export function settlementOf(sums: readonly DaySum[]): Settlement {
  const total = (some: readonly DaySum[], what: 'count' | 'amount') => some.reduce((sum, it) => sum + it[what], 0);
  const lineSum = (type: LineType): LineSum => {
    const tables = DAY_TABLES.filter((table) => DAY_ENTRIES[table].type === type);
    const ofType = sums.filter(({ of }) => tables.includes(of));
    return { count: total(ofType, 'count'), amount: Math.abs(total(ofType, 'amount')) };
  };
  return {
    PAYMENT: lineSum('PAYMENT'),
    CAPTURE: lineSum('CAPTURE'),
    CANCEL: lineSum('CANCEL'),
    net: total(sums, 'amount'),
  };
}
