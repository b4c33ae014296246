import { Injectable } from '@nestjs/common';
import { type RefusalReason, Withdrawals } from '../bank/index.js';
import type { AccountBook } from '../ledger/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import type { MovementView, Settlement } from './movement.js';
import { MovementKinds } from './movement-kinds.js';
import { MovementsRepository } from './movements.repository.js';
import { isLocked, journalOf } from './posting-rules.js';

/** The end of movements that waited for the bank, as a part of the transaction that posts a group. */
@Injectable()
export class Settling {
  constructor(
    private readonly movements: MovementsRepository,
    private readonly kinds: MovementKinds,
    private readonly withdrawals: Withdrawals,
  ) {}

  /**
   * Settles in the book and in the tables; the entries are the caller's to write. What is settled already, by whomever,
   * stays as it is. Locks the open withdrawals, ascending; their accounts must be locked already.
   */
  async settle(tx: BatchTransaction, book: AccountBook, settlements: readonly Settlement[], at: Date): Promise<void> {
    if (settlements.length === 0) return;
    const locked = settlements.filter((settlement) => isLocked(book, settlement));
    const open = await this.withdrawals.lockOpen(
      tx,
      locked.map(({ movementId }) => movementId),
    );
    const current = await this.movements.findViews(tx, [...open.keys()]);
    const done: number[] = [];
    const refused = new Map<RefusalReason, number[]>();
    for (const { movementId, accountId, counter, verdict, ofFirstMessage } of settlements) {
      const withdrawal = open.get(movementId);
      const movement = current.get(movementId);
      // Already settled, by another process or earlier in this group.
      if (!withdrawal || !movement) continue;
      // Recovery has taken it over, and may have sent it again: its answer counts.
      if (verdict.kind === 'refused' && ofFirstMessage && withdrawal.inquiries > 0) continue;
      open.delete(movementId);
      if (withdrawal.heldAmount > 0) book.release(accountId, withdrawal.heldAmount);
      if (verdict.kind === 'done') {
        const topUp = { amount: withdrawal.amount, clearingAccountId: withdrawal.clearingAccountId };
        book.post(journalOf(movementId, { accountId, counter }, movement.amount, topUp));
        done.push(movementId);
      } else {
        refused.set(verdict.reason, [...(refused.get(verdict.reason) ?? []), movementId]);
      }
    }
    await this.withdrawals.end(tx, done, { status: 'DONE' }, at);
    await this.movements.complete(tx, done, at);
    for (const [kind, ofKind] of this.kinds.group(done.map((id) => current.get(id) as MovementView))) {
      await kind.completed?.(tx, ofKind, at);
    }
    for (const [reason, failed] of refused) {
      await this.withdrawals.end(tx, failed, { status: 'REFUSED', refusal: reason }, at);
      await this.movements.fail(tx, failed, reason, at);
      for (const [kind, ofKind] of this.kinds.group(failed.map((id) => current.get(id) as MovementView))) {
        await kind.failed?.(tx, ofKind, at);
      }
    }
  }

  /** The movements as they stand now; null for those whose accounts could not be locked. */
  async outcomes(
    tx: BatchTransaction,
    book: AccountBook,
    settlements: readonly Settlement[],
  ): Promise<(MovementView | null)[]> {
    if (settlements.length === 0) return [];
    await tx.flush();
    const ids = settlements.map(({ movementId }) => movementId);
    const views = await this.movements.findViews(tx, ids);
    return settlements.map((settlement) =>
      isLocked(book, settlement) ? (views.get(settlement.movementId) ?? null) : null,
    );
  }
}
