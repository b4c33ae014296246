import type { RowId } from '../platform/database/batch-transactions.js';
import type { Leg } from './entry.entity.js';

/** An account as a journal names it: `locked` ones carry a balance, the others only collect entries. */
export interface LedgerAccountRef {
  readonly id: number;
  readonly locked: boolean;
}

export interface JournalLine {
  readonly leg: Leg;
  readonly account: LedgerAccountRef;
  /** won, signed */
  readonly amount: number;
}

/** All entries of one movement, in the order in which they are posted. Only `JournalBuilder` makes one. */
export interface Journal {
  readonly movementId: RowId;
  readonly lines: readonly JournalLine[];
}

/** A journal that does not sum to zero, or an amount that is no whole number of won: a defect, never a user's error. */
export class UnbalancedJournal extends Error {
  override readonly name = 'UnbalancedJournal';
}

/** The only way to make a journal; refuses imbalance. Amounts are won. */
export class JournalBuilder {
  private readonly lines: JournalLine[] = [];

  constructor(private readonly movementId: RowId) {}

  /** Moves `amount` (> 0) from one account to another, as the two entries `fromLeg` and `toLeg`. */
  move(amount: number, from: LedgerAccountRef, fromLeg: Leg, to: LedgerAccountRef, toLeg: Leg): this {
    return this.line(fromLeg, from, -amount).line(toLeg, to, amount);
  }

  line(leg: Leg, account: LedgerAccountRef, amount: number): this {
    if (!Number.isSafeInteger(amount) || amount === 0) {
      throw new UnbalancedJournal(`${amount} is not an amount in won`);
    }
    this.lines.push({ leg, account, amount });
    return this;
  }

  build(): Journal {
    const sum = this.lines.reduce((total, line) => total + BigInt(line.amount), 0n);
    if (sum !== 0n || this.lines.length < 2) {
      throw new UnbalancedJournal(`${this.lines.length} entries sum to ${sum}`);
    }
    return { movementId: this.movementId, lines: this.lines };
  }
}
