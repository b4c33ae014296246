import type { RefusalReason } from '../bank/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { Answer, type AnswerName, Refusal } from '../platform/http/answers.js';
import type { MovementRequest } from './movement.declaration.js';
import type { MovementView } from './movement.entity.js';

/** A request without what is looked up for it. */
export type Asked<Details> = Omit<MovementRequest<Details>, 'accounts'>;

/** What became of a request that was not refused. */
export type MovementOutcome<Details = unknown> =
  | { readonly kind: 'completed'; readonly movement: MovementView; readonly details: Details }
  /** Nobody knows yet: the bank's outcome, or our own COMMIT's; then not even the number is known. */
  | { readonly kind: 'processing'; readonly movementId: number | null; readonly asked: Asked<Details> }
  /** It was asked for before; or, not `byKey`, another movement holds what it claims besides its key. */
  | {
      readonly kind: 'duplicate';
      readonly byKey: boolean;
      readonly movement: MovementView;
      readonly details: Details;
    }
  /** Its key came with another payload before; nothing is said of that movement. */
  | { readonly kind: 'reused' };

/** What any call that may need the linked bank account can be refused with. */
export const TOP_UP_REFUSALS = [
  'AccountClosed',
  'AccountFrozen',
  'NotEnoughAccountBalance',
  'DailyLimitExceeded',
  'BankMaintenance',
] as const satisfies AnswerName[];

/** What a call that pays out to a linked bank account can be refused with. */
export const PAYOUT_REFUSALS = [
  'AccountFrozen',
  'NotEnoughBalance',
  'AccountNotFound',
  'BankMaintenance',
] as const satisfies AnswerName[];

/** What a client is told when its bank said no. */
const ANSWERS_OF_BANKS: Readonly<Record<RefusalReason, AnswerName>> = {
  BALANCE_SHORT: 'NotEnoughAccountBalance',
  BANK_LIMIT: 'DailyLimitExceeded',
  ACCOUNT_REFUSED: 'BankMaintenance',
  CONTRACT_ACCOUNT: 'BankMaintenance',
  UNAVAILABLE: 'BankMaintenance',
  CONFIGURATION: 'BankMaintenance',
  BUSY: 'TemporarilyUnavailable',
};

/** The code that a failed movement's request was, or would have been, answered with. */
export function failureAnswerOf(failureCode: string | null): AnswerName | undefined {
  return failureCode === null ? undefined : ANSWERS_OF_BANKS[failureCode as RefusalReason];
}

/** How a room shows movements of its own to clients. `Details` is what it keeps beside the movement. */
export interface MovementPresentation<Details, Detail extends object, Pending extends object> {
  /** What a duplicate is told while the first is being worked on, and afterwards. */
  readonly onGoing: AnswerName;
  readonly complete: AnswerName;
  /** The `detail` of a movement that is COMPLETED, the same for ever. */
  detail(movement: MovementView, details: Details): Detail;
  /** What is told when another movement holds what this one claims besides its key; absent: the same as of its own. */
  taken?(holder: MovementView, details: Details): Refusal;
  /** The `detail` of one that is still PENDING. */
  pending(movementId: number, details: Details): Pending;
  /** Where the movement is to be found. */
  location(movementId: number): string;
  /** Where to ask by key, when not even the number is known. */
  locationByKey(asked: Pick<MovementRequest<Details>, 'userId' | 'claim' | 'details'>): string;
}

/**
 * The one place where an outcome becomes an answer.
 *
 * @throws Refusal for duplicates: the two 409, and 422 for a key that came with another payload
 */
export function answerWith<Details, Detail extends object, Pending extends object>(
  shown: MovementPresentation<Details, Detail, Pending>,
  outcome: MovementOutcome<Details>,
): Answer<Detail | Partial<Pending>> {
  switch (outcome.kind) {
    case 'completed':
      return Answer.success(shown.detail(outcome.movement, outcome.details), shown.location(outcome.movement.id));
    case 'processing': {
      const { movementId, asked } = outcome;
      if (movementId === null) return Answer.processing({}, shown.locationByKey(asked));
      return Answer.processing(shown.pending(movementId, asked.details), shown.location(movementId));
    }
    case 'duplicate': {
      const { movement, details, byKey } = outcome;
      if (!byKey && shown.taken) throw shown.taken(movement, details);
      const location = shown.location(movement.id);
      if (movement.status === 'COMPLETED') throw new Refusal(shown.complete, shown.detail(movement, details), location);
      throw new Refusal(shown.onGoing, shown.pending(movement.id, details), location);
    }
    case 'reused':
      throw new Refusal('IdempotencyKeyReused');
  }
}

/** What a user is told of any movement. */
export function mainDetail({ id, amount, accountId, balanceAfter }: MovementView) {
  return { transactionId: id, amount, mainAccount: { accountId, balance: balanceAfter as number } };
}

/** The same, of one that may have been topped up. */
export function toppedUpDetail(movement: MovementView) {
  const { mainAccount, ...detail } = mainDetail(movement);
  return { ...detail, toppedUpAmount: movement.toppedUpAmount, mainAccount };
}

/** What anybody is told of any movement, as `GET /transactions/{id}` shows it. Amounts are won. */
export function transactionDetail(movement: Omit<MovementView, 'balanceAfter' | 'counterBalanceAfter'>) {
  const { id, type, status, amount, toppedUpAmount, completedAt, createdAt } = movement;
  const failureCode = failureAnswerOf(movement.failureCode);
  return {
    transactionId: id,
    type,
    status,
    amount,
    toppedUpAmount: status === 'COMPLETED' ? toppedUpAmount : 0,
    ...(failureCode && { failureCode }),
    occurredAt: seoulDateTime(completedAt ?? createdAt),
  };
}

/** Of a movement that a user's client asks for, and finds again under /transactions. */
export function userMovement<Detail extends object, Details = undefined>(
  detail: (movement: MovementView, details: Details) => Detail,
): MovementPresentation<Details, Detail, { transactionId: number }> {
  return {
    onGoing: 'RequestOnGoing',
    complete: 'RequestComplete',
    detail,
    pending: (transactionId) => ({ transactionId }),
    location: (movementId) => `/transactions/${movementId}`,
    locationByKey: ({ userId, claim }) =>
      `/transactions?userId=${userId}&idempotencyKey=${encodeURIComponent(claim.key)}`,
  };
}
