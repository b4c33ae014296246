/** An account as a journal names it. One that carries a balance is locked before it is posted to. */
export interface LedgerAccountRef {
  readonly id: number;
  readonly carriesBalance: boolean;
}

interface JournalLine {
  readonly leg: number;
  readonly account: LedgerAccountRef;
  /** won, signed */
  readonly amount: number;
}

/** All entries of one movement, in the order in which they are posted. Only `JournalBuilder` makes one. */
export interface Journal {
  readonly lines: readonly JournalLine[];
}

/** A journal that does not sum to zero, or an amount that is no whole number of won: a defect, never a user's error. */
export class UnbalancedJournal extends Error {
  override readonly name = 'UnbalancedJournal';
}

/** The only way to make a journal; refuses imbalance. Amounts are won. */
export class JournalBuilder {
  private readonly lines: JournalLine[] = [];

  /** Moves `amount` (> 0) from one account to another, as the entries `leg` and `leg + 1`. */
  move(amount: number, leg: number, from: LedgerAccountRef, to: LedgerAccountRef): this {
    return this.line(leg, from, -amount).line(leg + 1, to, amount);
  }

  line(leg: number, account: LedgerAccountRef, amount: number): this {
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
    return { lines: this.lines };
  }
}
