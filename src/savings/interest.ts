const DAY_MS = 86_400_000;

/**
 * Interest is counted in parts of a won: a balance in won, times its rate in basis points, is what one day earns in
 * parts. The day count is Actual/365 (Fixed), as ISDA's definitions of 2006 call it: each day earns a 365th of the
 * year's rate, also the 366th of a leap year.
 */
export const PARTS_OF_A_WON = 365 * 10_000;

/** How a savings account stands: enough to tell the interest of every day to come. Days are counted from 1970-01-01. */
export interface InterestState {
  readonly rateBasisPoints: number;
  /** The day of the last posting, or the one before the first that earns. */
  readonly through: number;
  /** Parts of a won that the last posting has left over. */
  readonly rest: number;
  /** won that count on the day after `through` already: what the entries up to place `settledSeq` have left */
  readonly balance: number;
  readonly settledSeq: number;
  /** The entries behind that place, in their order. `day`: on which it was posted; null for interest. */
  readonly entries: readonly { readonly seq: number; readonly amount: number; readonly day: number | null }[];
}

/** Interest that is due. */
export interface DueInterest {
  readonly day: number;
  /** won */
  readonly amount: number;
  readonly rest: number;
  readonly settledSeq: number;
}

/**
 * The interest of the first day, up to `upTo`, on which there is a whole won; null when there is none. Each day earns
 * on what was there at its end. Interest counts from the day after its own, whenever it was posted. Where a clock was
 * set back, an entry counts no earlier than those before it in the chain, and never on a day that is settled.
 */
export function nextInterest(state: InterestState, upTo: number): DueInterest | null {
  const { rateBasisPoints, through, entries } = state;
  let latest = through + 1;
  const steps = entries.map(({ amount, day }) => {
    if (day === null) return { amount, day: through + 1 };
    latest = Math.max(latest, day);
    return { amount, day: latest };
  });
  steps.sort((a, b) => a.day - b.day);
  let balance = BigInt(state.balance);
  let parts = BigInt(state.rest);
  let next = 0;
  for (let day = through + 1; day <= upTo;) {
    for (; next < steps.length && (steps[next] as { day: number }).day <= day; next++) {
      balance += BigInt((steps[next] as { amount: number }).amount);
    }
    const end = Math.min(upTo + 1, steps[next]?.day ?? Infinity);
    const daily = balance * BigInt(rateBasisPoints);
    const needed = daily === 0n ? Infinity : Number((BigInt(PARTS_OF_A_WON) - parts + daily - 1n) / daily);
    if (needed <= end - day) return dueOn(day + needed - 1, parts + BigInt(needed) * daily, state);
    parts += BigInt(end - day) * daily;
    day = end;
  }
  return null;
}

function dueOn(day: number, parts: bigint, { settledSeq, entries }: InterestState): DueInterest {
  const firstOpen = entries.findIndex((entry) => entry.day !== null && entry.day > day + 1);
  const settled = firstOpen < 0 ? entries.at(-1) : entries[firstOpen - 1];
  const won = BigInt(PARTS_OF_A_WON);
  const [amount, rest] = [Number(parts / won), Number(parts % won)];
  return { day, amount, rest, settledSeq: settled?.seq ?? settledSeq };
}

/** How the account stands once that is posted: it is there from the next day on. */
export function afterPosting(state: InterestState, { day, amount, rest }: DueInterest): InterestState {
  return { ...state, through: day, rest, balance: state.balance + amount };
}

/** All that is due up to a day, the first `max` of them. */
export function listInterest(state: InterestState, upTo: number, max: number): DueInterest[] {
  const due: DueInterest[] = [];
  for (let now = state; due.length < max;) {
    const posting = nextInterest(now, upTo);
    if (!posting) break;
    due.push(posting);
    now = afterPosting(now, posting);
  }
  return due;
}

/** `YYYY-MM-DD` as a number of days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

export function dayOfNumber(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function dayBefore(day: string): string {
  return dayOfNumber(dayNumber(day) - 1);
}
