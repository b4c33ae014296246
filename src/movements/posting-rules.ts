import { type AccountBook, type Journal, JournalBuilder, LEG, type LedgerAccountRef } from '../ledger/index.js';
import type { RowId } from '../platform/database/batch-transactions.js';
import { Refusal } from '../platform/http/answers.js';
import type { MovementKind, MovementRequest, MovementView } from './movement.js';

interface Touched {
  readonly accountId: number;
  readonly counter: LedgerAccountRef | null;
}

/** Whether this transaction has locked all that a movement changes. */
export function isLocked(book: AccountBook, { accountId, counter }: Touched): boolean {
  return book.has(accountId) && (!counter?.locked || book.has(counter.id));
}

/** The accounts to lock. */
export function accountsOf(movements: readonly Touched[]): number[] {
  const ids: number[] = [];
  for (const { accountId, counter } of movements) {
    ids.push(accountId);
    if (counter?.locked) ids.push(counter.id);
  }
  return ids;
}

/** Users who may need their bank in this group: all who will, and at worst some who won't (credits are not counted). */
export function usersLikelyShort(
  requests: readonly (MovementRequest<unknown> | Refusal)[],
  book: AccountBook,
): number[] {
  const left = new Map<number, number>();
  const short = new Set<number>();
  for (const request of requests) {
    if (request instanceof Refusal || request.kind.direction === 'in') continue;
    const available = left.get(request.accountId) ?? book.available(request.accountId);
    if (request.counter === null || available < request.amount) {
      short.add(request.userId);
      left.set(request.accountId, 0);
    } else {
      left.set(request.accountId, available - request.amount);
    }
  }
  return [...short];
}

/** The journal of a movement, and of the top-up before it where there is one. Amounts are won. */
export function journalOf(
  movementId: RowId,
  { accountId, counter, kind }: { accountId: number; counter: LedgerAccountRef | null; kind?: MovementKind<unknown> },
  amount: number,
  topUp: { amount: number; clearingAccountId: number } | null,
): Journal {
  const main = { id: accountId, locked: true };
  const journal = new JournalBuilder(movementId);
  if (topUp) {
    const clearing = { id: topUp.clearingAccountId, locked: false };
    journal.move(topUp.amount, clearing, LEG.topUpFrom, main, LEG.topUpTo);
  }
  if (counter && kind?.direction === 'in') journal.move(amount, counter, LEG.from, main, LEG.to);
  else if (counter) journal.move(amount, main, LEG.from, counter, LEG.to);
  return journal.build();
}

/** A movement that was completed at once, as it will be stored under its id. */
export function viewOf(request: MovementRequest<unknown>, at: Date, book: AccountBook): Omit<MovementView, 'id'> {
  const { counter } = request;
  return {
    type: request.kind.type,
    status: 'COMPLETED',
    accountId: request.accountId,
    counterAccountId: counter?.id ?? null,
    amount: request.amount,
    toppedUpAmount: 0,
    failureCode: null,
    createdAt: at,
    completedAt: at,
    balanceAfter: book.balance(request.accountId),
    counterBalanceAfter: counter?.locked ? book.balance(counter.id) : null,
  };
}
