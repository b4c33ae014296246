import { type JournalPair } from '../../ledger/index.js';
import { failureAnswerOf } from '../../movements/index.js';
import { seoulDateTime } from '../../platform/clock/clock.js';
import type { MovementItem, OwnedAccount } from '../movement-items.js';
import type { MovementPage } from '../movement-pages.service.js';
import type { OwnerNames } from '../owners.js';
import { orderShown } from './bank-order-shown.js';
import type { JournalPairDto, MovementItemDto, MovementPageDto, OwnedAccountDto } from './movements.dto.js';

export function itemShown(item: MovementItem): MovementItemDto {
  const { id, type, status, amount, toppedUpAmount, paymentId, counter, createdAt, completedAt } = item;
  const failureCode = failureAnswerOf(item.failureCode);
  return {
    transactionId: id,
    type,
    status,
    amount,
    toppedUpAmount,
    ...(failureCode && { failureCode }),
    ...(paymentId !== undefined && { paymentId }),
    ...(counter && { counterAccount: accountShown(counter) }),
    requestedAt: seoulDateTime(createdAt),
    ...(completedAt && { endedAt: seoulDateTime(completedAt) }),
  };
}

export function pageShown(page: MovementPage): MovementPageDto {
  const { item, userName, key, memo, acceptance, journal, order } = page;
  return {
    ...itemShown(item),
    userId: item.userId,
    userName,
    ...(key !== null && { idempotencyKey: key }),
    ...(memo !== undefined && { memo }),
    ...(acceptance && {
      acceptance: {
        status: acceptance.status,
        expiresAt: seoulDateTime(acceptance.expiresAt),
        ...(acceptance.endedAt && { endedAt: seoulDateTime(acceptance.endedAt) }),
      },
    }),
    journal: journal.map((pair) => pairShown(pair, page.nameOf)),
    ...(order && { bankOrder: orderShown(order) }),
  };
}

export function pairShown({ amount, postedAt, from, to }: JournalPair, nameOf: OwnerNames): JournalPairDto {
  const sideShown = ({ balanceAfter, ...account }: JournalPair['from']) => ({
    ...accountShown({ ...account, ownerName: nameOf(account) }),
    ...(balanceAfter !== null && { balanceAfter }),
  });
  return { amount, postedAt: seoulDateTime(postedAt), from: sideShown(from), to: sideShown(to) };
}

export function accountShown({ id, kind, number, ownerId, ownerName }: OwnedAccount): OwnedAccountDto {
  return { accountId: id, type: kind, number, ownerId, ...(ownerName !== undefined && { ownerName }) };
}
