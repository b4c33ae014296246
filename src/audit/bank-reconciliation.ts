import type { EntityManager } from 'typeorm';
import { type BankClient, INQUIRIES_MAX, type InquiryOrder, type InquiryOutcome, MISMATCH } from '../bank/index.js';
import type { Violation, Within } from './checks.js';
import type { Pace } from './pace.js';
import type { TableWalker } from './table-walker.js';

const WITHDRAWALS = { table: 'withdrawals', key: 'movement_id', alsoUpTo: [] };
/** Before each try at a withdrawal that the first answer left in doubt. */
const TRIES_AFTER_MS = [100, 1_000, 2_000];

interface Settled extends InquiryOrder {
  readonly movementId: number;
  readonly status: 'DONE' | 'REFUSED';
}

/**
 * Compares settled withdrawals with the bank's own record, by the result inquiry, one call at a time. What the bank gives
 * no clear answer on is no violation: it is counted, and asked again by the next audit.
 */
export class BankReconciliation {
  asked = 0;
  unanswered = 0;
  /** It gave no answer at all: the rest of this audit does without it. */
  private away = false;

  constructor(
    private readonly bank: BankClient,
    private readonly walker: TableWalker,
    private readonly pace: Pace,
    private readonly found: (violation: Violation) => void,
  ) {}

  /** Asks about everything that was settled since then. */
  async run(settledSince: Date): Promise<void> {
    const select = (reader: EntityManager, within: Within): Promise<Settled[]> =>
      reader.query(
        `SELECT movement_id AS movementId, status, bank_tran_id AS bankTranId, tran_dtime AS tranDtime, amount
         FROM withdrawals WHERE ${within('movement_id')} AND status <> 'PENDING' AND settled_at >= ?`,
        [settledSince],
      );
    await this.walker.visit(WITHDRAWALS, select, async (withdrawals) => {
      for (let start = 0; start < withdrawals.length; start += INQUIRIES_MAX) {
        await this.compare(withdrawals.slice(start, start + INQUIRIES_MAX));
      }
    });
  }

  private async compare(withdrawals: readonly Settled[]): Promise<void> {
    this.asked += withdrawals.length;
    await this.pace.beforeBank();
    const outcomes = this.away ? [] : await this.bank.inquireAll(withdrawals);
    let answers = 0;
    for (const [place, withdrawal] of withdrawals.entries()) {
      const first = outcomes[place];
      const isPlain = first !== undefined && isAnswer(first) && problemOf(withdrawal, first) === null;
      const outcome = isPlain ? first : await this.askAlone(withdrawal);
      if (outcome === null) {
        this.unanswered += 1;
        this.away ||= answers === 0;
        continue;
      }
      answers += 1;
      const problem = problemOf(withdrawal, outcome);
      if (problem === null) continue;
      this.found({ check: 'bank', table: 'withdrawals', key: { movement_id: withdrawal.movementId }, problem });
    }
  }

  /** One bad answer spoils a whole list, and one good answer should not accuse anybody: ask again about this one. */
  private async askAlone(withdrawal: Settled): Promise<InquiryOutcome | null> {
    for (const afterMs of TRIES_AFTER_MS) {
      if (this.away) return null;
      await this.pace.beforeBank(afterMs);
      const [outcome] = await this.bank.inquireAll([withdrawal]);
      if (outcome && isAnswer(outcome)) return outcome;
    }
    return null;
  }
}

function isAnswer(outcome: InquiryOutcome): boolean {
  return outcome.kind !== 'unknown' || outcome.why === MISMATCH;
}

function problemOf({ status }: Settled, outcome: InquiryOutcome): string | null {
  switch (outcome.kind) {
    case 'done':
      return status === 'DONE' ? null : `is ${status}, but the bank took the money`;
    case 'refused':
      return status === 'DONE' ? `is DONE, but the bank refused it with ${outcome.bankCode}` : null;
    case 'notFound':
      return status === 'DONE' ? 'is DONE, but the bank has no record of it' : null;
    case 'unknown':
      return "the bank's record is of another amount or day";
  }
}
