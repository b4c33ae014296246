import type { PostedEntry } from '../ledger/index.js';
import type { Decision } from './movement.decision.js';
import type { MovementView } from './movement.entity.js';

/** A movement that was completed at once, as it is stored. */
export function completedView(
  { request, entries }: Extract<Decision, { kind: 'complete' }>,
  id: number,
  at: Date,
): MovementView {
  const { declaration, accounts, amount } = request;
  const counterAccountId = accounts.counter ?? null;
  return {
    id,
    type: declaration.type,
    status: 'COMPLETED',
    userId: request.userId,
    accountId: accounts.main,
    counterAccountId,
    amount,
    toppedUpAmount: 0,
    failureCode: null,
    createdAt: at,
    completedAt: at,
    balanceAfter: balanceAfter(entries, accounts.main),
    counterBalanceAfter: balanceAfter(entries, counterAccountId),
  };
}

/** A movement that waited, as this group leaves it; one that it left alone is as it was read. */
export function settledView(view: MovementView, decision: Decision, at: Date): MovementView {
  if (decision.kind === 'fail') return { ...view, status: 'FAILED', failureCode: decision.reason, completedAt: at };
  if (decision.kind !== 'settle') return view;
  return {
    ...view,
    status: 'COMPLETED',
    completedAt: at,
    balanceAfter: balanceAfter(decision.entries, view.accountId),
    counterBalanceAfter: balanceAfter(decision.entries, view.counterAccountId),
  };
}

function balanceAfter(entries: readonly PostedEntry[], accountId: number | null): number | null {
  return entries.findLast((entry) => entry.accountId === accountId)?.balanceAfter ?? null;
}
