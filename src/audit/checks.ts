/** What is checked, and the promise that each check is about. */
export const CHECKS = {
  'unique-keys': 'the unique indexes that promise "once" are there',
  'journal-balance': 'every journal sums to zero',
  'journal-entries': 'every journal has exactly the entries that its movement demands',
  'journal-cause': 'every entry belongs to a COMPLETED movement',
  movement: 'every movement agrees with its type and status, and goes between the right accounts',
  chain: "balance_after of a user's account follows from entry to entry, without gaps",
  'entry-account': "only entries of users' accounts have a place in a chain",
  balance: 'every balance is that of the last entry, and accounts that are summed carry none',
  hold: 'what is held on an account is what its open withdrawals have set aside',
  withdrawal: 'every withdrawal agrees with its movement, and every top-up has one',
  limit: "no linked account's limit of a business day is exceeded",
  clearing: "a bank's clearing account has what was withdrawn there",
  key: 'a movement holds its idempotency key unless it failed',
  order: "a payment holds its partner's order unless it failed or was cancelled whole",
  payment: 'every payment has its record, and every record its payment',
  cancel: 'what was cancelled of a payment is what its cancels gave back',
  'business-day': 'a payment and a cancel count for the partner and the day in Seoul that their journals are of',
  bank: 'the bank took what our withdrawals say, and nothing that they do not',
} as const;

export type Check = keyof typeof CHECKS;

/** A row that disagrees, by ids only. */
export interface Violation {
  readonly check: Check;
  readonly table: string;
  readonly key: Readonly<Record<string, number | string>>;
  readonly problem: string;
}

/** The condition that a column, which holds the key that is walked along, lies in the range at hand. */
export type Within = (column: string) => string;

/** One check's statement: it selects the key of each row that disagrees, and the `problem`; nothing when all is well. */
export interface Probe {
  readonly check: Check;
  readonly table: string;
  /** The columns of the result that name the row, the most telling first. */
  readonly key: readonly string[];
  readonly sql: (within: Within) => string;
}

/** A table that is walked along its primary key, range by range, with the probes that go with it. */
export interface Walk {
  readonly table: string;
  readonly key: string;
  /** Columns with the same ids: the walk goes as far as the furthest of them, so that orphans are found. */
  readonly alsoUpTo: readonly (readonly [table: string, column: string])[];
  readonly probes: readonly Probe[];
}
