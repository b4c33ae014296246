import type { EntityManager } from 'typeorm';
import {
  type BankClient,
  INQUIRIES_MAX,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type OrderKind,
  type Receipt,
} from '../bank/index.js';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { Violation } from './checks.js';
import type { Pace } from './pace.js';

/** Before each try at an order that the first answer left in doubt. */
const TRIES_AFTER_MS = [100, 1_000, 2_000];
/** So many orders are tried so hard in one audit; of others the bank's first answer has to do. */
const TRIED_MAX = 20;

export interface Settled extends InquiryOrder {
  readonly movementId: number;
  readonly status: 'DONE' | 'REFUSED';
}

/** What the bank was asked, and what it gave no answer on. */
export interface BankReport {
  /** Withdrawals and payouts. */
  readonly asked: number;
  readonly unanswered: number;
  /** Days whose statement was read, and those whose statement could not be. */
  readonly statements: number;
  readonly statementsUnread: number;
}

export const ORDER_KINDS: readonly OrderKind[] = ['withdrawal', 'payout'];

/** What the bank does with the money, in words. */
const DID: Readonly<Record<OrderKind, string>> = { withdrawal: 'took', payout: 'paid' };

/** The table in which orders of a kind are. */
export function tableOf(kind: OrderKind): 'withdrawals' | 'payouts' {
  return `${kind}s`;
}

/** What the bank can be compared on, of rows in a range of orders of a kind or by their ids. */
export async function selectSettled(
  reader: EntityManager,
  kind: OrderKind,
  where: string,
  values: readonly unknown[],
): Promise<Settled[]> {
  const rows: Omit<Settled, 'kind'>[] = await reader.query(
    `SELECT movement_id AS movementId, status, bank_tran_id AS bankTranId, tran_dtime AS tranDtime, amount
     FROM ${tableOf(kind)} WHERE ${where} AND status <> 'PENDING'`,
    [...values],
  );
  return rows.map((row) => ({ ...row, kind }));
}

/**
 * Compares settled withdrawals and payouts with the bank's own record, one call at a time, both ways: by the result
 * inquiry, what we say of each; by the statement of our contract account, what it took, or paid, that we know nothing
 * of. Where the bank gives no clear answer nothing is called wrong, but not checked; and one that stays unclear keeps
 * nobody else from being asked about.
 */
export class BankReconciliation {
  private asked = 0;
  private unanswered = 0;
  private readonly daysRead = new Set<string>();
  private readonly daysUnread = new Set<string>();
  private tried = 0;
  /** It answers nothing at all: the rest of this audit does without it. */
  private away = false;

  constructor(
    private readonly bank: BankClient,
    private readonly transactions: TransactionRunner,
    private readonly pace: Pace,
    private readonly found: (violation: Violation) => void,
  ) {}

  get report(): BankReport {
    const { asked, unanswered, daysRead, daysUnread } = this;
    const statements = [...daysRead].filter((day) => !daysUnread.has(day)).length;
    return { asked, unanswered, statements, statementsUnread: daysUnread.size };
  }

  get isAway(): boolean {
    return this.away;
  }

  /** Compares these, all of one kind; returns the ids of the wrong ones, and of those without a clear answer. */
  async compare(orders: readonly Settled[], today: string): Promise<number[]> {
    const doubtful: number[] = [];
    for (let start = 0; start < orders.length; start += INQUIRIES_MAX) {
      doubtful.push(...(await this.compareList(orders.slice(start, start + INQUIRIES_MAX), today)));
    }
    return doubtful;
  }

  /** Orders that were left out because the bank is away. */
  leaveOut(count: number): void {
    this.asked += count;
    this.unanswered += count;
  }

  /**
   * Reads what the statement of a day says of orders of a kind, on from `after`; returns up to where everything on it
   * was found in our books, and whether it was read to its end.
   */
  async readStatement(
    kind: OrderKind,
    day: string,
    after: string | null,
  ): Promise<{ agreedUpTo: string | null; isWhole: boolean }> {
    let agreedUpTo = after;
    let hasAgreed = true;
    for (let next = after; ;) {
      await this.pace.beforeBank();
      const page = this.away ? null : await this.readPage(kind, day, next);
      if (page?.kind !== 'page') {
        this.daysUnread.add(day);
        return { agreedUpTo, isWhole: false };
      }
      hasAgreed = (await this.findReceipts(kind, day, next, page.receipts)) && hasAgreed;
      if (hasAgreed) agreedUpTo = page.next;
      next = page.next;
      if (page.isLast) break;
    }
    this.daysRead.add(day);
    return { agreedUpTo, isWhole: hasAgreed };
  }

  private async compareList(orders: readonly Settled[], today: string): Promise<number[]> {
    this.asked += orders.length;
    await this.pace.beforeBank();
    const outcomes = this.away ? [] : await this.bank.inquireAll(orders);
    const doubtful: number[] = [];
    for (const [place, order] of orders.entries()) {
      const first = outcomes[place];
      const isPlain = first !== undefined && isAnswer(first) && problemOf(order, first) === null;
      const outcome = isPlain ? first : await this.askAlone(order, first, today);
      if (outcome && problemOf(order, outcome) === null) continue;
      doubtful.push(order.movementId);
      if (outcome) this.accuse(order.kind, order.movementId, problemOf(order, outcome) ?? '');
      else this.unanswered += 1;
    }
    return doubtful;
  }

  /** One bad answer spoils a whole list, and one good answer should not accuse anybody: ask again about this one. */
  private async askAlone(
    order: Settled,
    first: InquiryOutcome | undefined,
    today: string,
  ): Promise<InquiryOutcome | null> {
    if (this.away) return null;
    if (first && !isAnswer(first) && this.tried >= TRIED_MAX) return null;
    this.tried += 1;
    for (const afterMs of TRIES_AFTER_MS) {
      await this.pace.beforeBank(afterMs);
      const [outcome] = await this.bank.inquireAll([order]);
      if (outcome && isAnswer(outcome)) return outcome;
    }
    // Is it only this one? A bank that answers anything else is not away.
    this.away = (await this.readPage(order.kind, today, null)).kind !== 'page';
    return null;
  }

  private async readPage(kind: OrderKind, day: string, after: string | null) {
    let page = await this.bank.listReceipts(kind, day, after);
    for (const afterMs of TRIES_AFTER_MS) {
      if (page.kind === 'page') break;
      await this.pace.beforeBank(afterMs);
      page = await this.bank.listReceipts(kind, day, after);
    }
    if (page.kind !== 'page') this.away = true;
    return page;
  }

  /** Accuses what is on the statement and not in our books; true when everything is. */
  private async findReceipts(
    kind: OrderKind,
    day: string,
    after: string | null,
    receipts: readonly Receipt[],
  ): Promise<boolean> {
    const ids = receipts.flatMap(({ bankTranId }) => bankTranId ?? []);
    const rows: (Pick<Settled, 'movementId' | 'bankTranId' | 'amount'> & { status: string })[] =
      ids.length === 0
        ? []
        : await this.transactions.read('audit-receipts', (reader) =>
            reader.query(
              `SELECT movement_id AS movementId, bank_tran_id AS bankTranId, status, amount FROM ${tableOf(kind)}
               WHERE bank_tran_id IN (?)`,
              [ids],
            ),
          );
    const ours = new Map(rows.map((row) => [row.bankTranId, row]));
    const did = DID[kind];
    let areAllKnown = true;
    for (const [place, { bankTranId, amount }] of receipts.entries()) {
      const own = bankTranId === null ? undefined : ours.get(bankTranId);
      if (own && own.status !== 'REFUSED' && own.amount === amount) continue;
      areAllKnown = false;
      if (own) {
        this.accuse(kind, own.movementId, `is ${own.status} with ${own.amount} won, but the bank ${did} ${amount}`);
        continue;
      }
      const key: Violation['key'] =
        bankTranId === null ? { day, after: after ?? '', line: place + 1 } : { bank_tran_id: bankTranId };
      const problem = `the bank ${did} ${amount} won that we know nothing of`;
      this.found({ check: 'bank', table: tableOf(kind), key, problem });
    }
    return areAllKnown;
  }

  private accuse(kind: OrderKind, movementId: number, problem: string): void {
    this.found({ check: 'bank', table: tableOf(kind), key: { movement_id: movementId }, problem });
  }
}

function isAnswer(outcome: InquiryOutcome): boolean {
  return outcome.kind !== 'unknown' || outcome.why === MISMATCH;
}

function problemOf({ kind, status }: Settled, outcome: InquiryOutcome): string | null {
  switch (outcome.kind) {
    case 'done':
      return status === 'DONE' ? null : `is ${status}, but the bank ${DID[kind]} the money`;
    case 'refused':
      return status === 'DONE' ? `is DONE, but the bank refused it with ${outcome.bankCode}` : null;
    case 'notFound':
      return status === 'DONE' ? 'is DONE, but the bank has no record of it' : null;
    case 'unknown':
      return "the bank's record is of another amount or day";
  }
}
