import type { MovementDeclaration } from '../movements/index.js';

/** What is checked, and the promise that each check is about. */
export const CHECKS = {
  'unique-keys': 'the unique indexes that promise "once" are there',
  'check-constraints': 'the CHECK constraints that keep amounts and balances sound are there, and say what they must',
  'journal-balance': 'every journal sums to zero',
  'journal-entries': 'every journal has exactly the entries that its movement demands',
  'journal-cause': 'every entry belongs to a COMPLETED movement',
  movement: 'every movement agrees with its type and status, and goes between the right accounts',
  chain: "balance_after of a user's account follows from entry to entry, without gaps",
  'entry-account': "only entries of users' accounts have a place in a chain",
  balance: 'every balance is that of the last entry, and accounts that are summed carry none',
  hold: 'what is held on an account is what its open withdrawals, payouts and authorised payments have set aside',
  withdrawal: 'every withdrawal agrees with its movement, and every top-up has one',
  payout: 'every payout agrees with its movement, and each movement that is paid out has one',
  limit: "no user's and no bank account's limit of a business day is exceeded",
  reference: 'every row that names another names one that is there',
  link: 'every user has a main account and a default linked account; the handle of each is of its own bank and number',
  clearing: "a bank's clearing account has what was withdrawn there, less what was paid out",
  key: 'a movement holds its idempotency key unless it failed',
  order: "a payment holds its partner's order unless it failed, was voided or was cancelled whole",
  payment: 'every payment has its record, and every record its payment',
  agreement:
    'what is counted of a day for an agreement is what was taken by it, and no payment is more than it lets be',
  authorization: 'a payment that was authorised has its record and one end at most, which took no more than was held',
  cancel: 'what was cancelled of a payment is what its cancels gave back',
  transfer: 'a transfer that was held has its record and one end at most, which moved what was held to whom it is due',
  frozen: "what is frozen is a user's main account or a merchant's, if the last that operators did to them says so",
  escrow: 'the escrow account has what the transfers that are held come to',
  'business-day':
    'a payment, a capture and a cancel count for the partner and the day in Seoul of their journals, or the next open one',
  settlement: 'what was said of a day that is over is what its payments, captures and cancels come to',
  interest: 'what interest was posted is what each day earned, and nothing of it is lost',
  'daily-deposit': 'what is paid into savings by itself is paid once a day, and what was not is said to be',
  bank: 'the bank took and paid what our withdrawals and payouts say, and nothing that they do not',
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

/**
 * One check's statement: it selects the key of each row that disagrees, and the `problem`; nothing when all is well.
 * With `judge` it selects all rows, and that says what is wrong with one.
 */
export interface Probe {
  readonly check: Check;
  readonly table: string;
  /** The columns of the result that name the row, the most telling first. */
  readonly key: readonly string[];
  readonly sql: (within: Within) => string;
  readonly judge?: (row: Readonly<Record<string, unknown>>) => string | null;
}

/** A table that is walked along its primary key, range by range, with the probes that go with it. */
export interface Walk {
  readonly table: string;
  readonly key: string;
  /** Columns with the same ids: the walk goes as far as the furthest of them, so that orphans are found. */
  readonly alsoUpTo: readonly (readonly [table: string, column: string])[];
  readonly probes: readonly Probe[];
  /**
   * Its rows stay as they are once they are final, so that those which were proven need not be looked at by every
   * audit; `pending` selects the ids of those that are not final yet. Absent for rows that may change at any time.
   */
  readonly seals?: { readonly pending: ((within: Within) => string) | null };
  /** How many rows may be worth one snapshot at least; 100 unless a single row stands for many. */
  readonly rowsMin?: number;
}

/** A column that holds the id of a row of another table; there are no foreign keys. */
export interface Reference {
  readonly table: string;
  readonly column: string;
  /** A table with an `id`. */
  readonly to: string;
  /** Which rows of `table` (as `t`) it is about; absent: all. */
  readonly where?: string;
}

/** What an audit looks at: the schema, once, and then each table. */
export interface Plan {
  readonly once: readonly Probe[];
  readonly walks: readonly Walk[];
}

/** What a room keeps beside its movements, and how that is checked. */
export interface RoomBooks {
  /** Tables with a `movement_id`. */
  readonly tables: readonly string[];
  readonly uniqueKeys: readonly (readonly [table: string, name: string, columns: string])[];
  /** CHECK constraints, by name and what they say. */
  readonly constraints?: readonly (readonly [name: string, says: string])[];
  /** Of tables with an `id` of their own. */
  readonly references?: readonly Reference[];
  readonly walks?: readonly Walk[];
  /** Selects `account_id` and `held_amount` of what its movements keep held on these accounts. */
  readonly heldOn?: (within: Within) => string;
  /** Run along the movements. */
  readonly probes: readonly Probe[];
}

/** All that the auditor goes by: every way in which money moves, and what rooms keep beside. */
export interface Books {
  readonly declarations: readonly MovementDeclaration[];
  readonly rooms: readonly RoomBooks[];
}
