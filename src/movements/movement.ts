import type { EntityManager } from 'typeorm';
import type { RefusalReason } from '../bank/index.js';
import type { IdempotencyClaim } from '../idempotency/index.js';
import type { LedgerAccountRef } from '../ledger/index.js';
import type { BatchTransaction, NewId } from '../platform/database/batch-transactions.js';
import type { AnswerName, Refusal } from '../platform/http/answers.js';
import type { MovementType } from './movement.entity.js';
import type { MovementStatus } from './movement.state.js';

/** A movement as it is stored: what its first request was answered with can be told from this at any time. */
export interface MovementView {
  readonly id: number;
  readonly type: MovementType;
  readonly status: MovementStatus;
  readonly accountId: number;
  readonly counterAccountId: number | null;
  /** won */
  readonly amount: number;
  /** won */
  readonly toppedUpAmount: number;
  readonly failureCode: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  /** won on the main account right after this movement; null unless it is COMPLETED */
  readonly balanceAfter: number | null;
  /** the same of the other account, where that is a user's */
  readonly counterBalanceAfter: number | null;
}

/** What a room adds to a movement of its own: its record, its answers, its second unique claim. */
export interface MovementKind<Details = undefined> {
  readonly type: MovementType;
  /** Whether the account the money goes to carries a balance, and so a lock: a user's does, a partner's does not. */
  readonly counterLocked: boolean;
  /** `in`: the money comes from the counter account to the main account, which then needs no funds. Default `out`. */
  readonly direction?: 'in' | 'out';
  /** Answers to a duplicate while the first is being worked on, and afterwards. */
  readonly onGoing: AnswerName;
  readonly complete: AnswerName;
  /** Where the movement is to be found. */
  location(movementId: number): string;
  /** Where to ask by key, when not even the id is known. */
  locationByKey(userId: number, key: string, details: Details): string;
  /** The `detail` of a COMPLETED movement's answer, the same for ever. */
  detail(movement: MovementView, details: Details): object;
  /** The `detail` of a movement that is still PENDING. */
  pendingDetail(movementId: number, details: Details): object;

  /**
   * Looks at requests under the locks of their main accounts, may lock the room's own rows (ascending), and returns each
   * as it is to be done (its amount decided, say) or refused. Requests of one group count against one another.
   */
  examine?(
    tx: EntityManager,
    requests: readonly MovementRequest<Details>[],
  ): Promise<(MovementRequest<Details> | Refusal)[]>;
  /** The details of stored movements, where a later request can't tell them. */
  findDetails?(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, Details>>;

  /** Something besides the key that only one movement may hold, such as a partner's order. */
  exclusive?(details: Details): string;
  /** Writes the room's own rows, in the transaction that writes the movements: after them, so put off as they are. */
  record?(tx: BatchTransaction, rows: readonly RecordedMovement<Details>[]): Promise<void>;
  /** For each of these, the movement that holds its exclusive claim. */
  findHolders?(reader: EntityManager, details: readonly Details[]): Promise<(number | null)[]>;
  /** Told in the transaction that completes what was PENDING. */
  completed?(tx: BatchTransaction, movementIds: readonly number[], at: Date): Promise<void>;
  /** Gives the exclusive claims of failed movements back, in the transaction that fails them. */
  failed?(tx: BatchTransaction, movementIds: readonly number[], at: Date): Promise<void>;
}

/** A movement as its room records it. */
export interface RecordedMovement<Details> {
  readonly movementId: NewId;
  readonly request: MovementRequest<Details>;
  readonly status: 'COMPLETED' | 'PENDING';
  readonly at: Date;
}

/** A request to move money. Amounts are won. */
export interface MovementRequest<Details = undefined> {
  readonly kind: MovementKind<Details>;
  readonly userId: number;
  /** The user's main account. */
  readonly accountId: number;
  /** Where the money goes (or comes from, see `direction`); null for a charge, which ends on the main account. */
  readonly counter: LedgerAccountRef | null;
  readonly amount: number;
  readonly memo?: string | undefined;
  readonly claim: IdempotencyClaim;
  readonly details: Details;
}

/** What the bank definitely said about a PENDING movement. */
export type BankVerdict = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** The end of a PENDING movement, to be written. */
export interface Settlement {
  readonly movementId: number;
  readonly accountId: number;
  readonly counter: LedgerAccountRef | null;
  readonly verdict: BankVerdict;
  /**
   * The verdict is the answer to the first message. A refusal of that one holds only as long as recovery has not taken
   * the case over: by then the order may have been sent again, and taken.
   */
  readonly ofFirstMessage: boolean;
}

/** A kind of movement that a user's client asks for, and finds again under /transactions. */
export function userMovementKind(
  type: MovementType,
  counterLocked: boolean,
  detail: (movement: MovementView) => object,
): MovementKind {
  return {
    type,
    counterLocked,
    onGoing: 'RequestOnGoing',
    complete: 'RequestComplete',
    location: (movementId) => `/transactions/${movementId}`,
    locationByKey: (userId, key) => `/transactions?userId=${userId}&idempotencyKey=${encodeURIComponent(key)}`,
    detail,
    pendingDetail: (transactionId) => ({ transactionId }),
  };
}
