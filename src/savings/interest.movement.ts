import { declareMovement, type MovementRequest } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';
import { afterPosting, dayNumber, type DueInterest, type InterestState, nextInterest } from './interest.js';

export interface InterestDetails {
  /** YYYY-MM-DD: the business day up to whose end it was earned. */
  readonly day: string;
  /** Known once it was decided: what is posted, and how the account stands then. */
  readonly decided: { readonly due: DueInterest; readonly after: InterestState } | null;
}

/**
 * Paid by us; how much is decided under the account's lock. It goes on where the user is frozen: it is owed for what is
 * there, the day's books say so, and it stays within reach of whoever froze it.
 */
export const INTEREST = declareMovement<InterestDetails>({
  type: 'INTEREST',
  name: 'interest',
  counter: { kind: 'SAVINGS', of: 'sameUser' },
  evenIfFrozen: 'either',
  legs: [{ from: 'INTEREST_EXPENSE', to: 'counter', amount: 'amount' }],
  rule: (request, read, accepted) => decideInterest(request, read as ReadonlyMap<number, InterestState>, accepted),
});

/** Only the first day that is due can be posted: then each is posted once, and in the order of the days. */
function decideInterest(
  request: MovementRequest<InterestDetails>,
  states: ReadonlyMap<number, InterestState> | undefined,
  accepted: readonly MovementRequest<InterestDetails>[],
): MovementRequest<InterestDetails> | Refusal {
  const { accounts, details } = request;
  const accountId = accounts.counter as number;
  const before = accepted.findLast((other) => other.accounts.counter === accountId)?.details.decided;
  const state = before?.after ?? states?.get(accountId);
  const day = dayNumber(details.day);
  const due = state ? nextInterest(state, day) : null;
  if (!state || due?.day !== day) return new Refusal('TemporarilyUnavailable');
  return { ...request, amount: due.amount, details: { ...details, decided: { due, after: afterPosting(state, due) } } };
}
