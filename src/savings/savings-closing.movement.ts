import { declareMovement } from '../movements/index.js';
import { Refusal } from '../platform/http/answers.js';
import { dayNumber, type InterestState, nextInterest } from './interest.js';

export interface SavingsClosingDetails {
  /** YYYY-MM-DD: the last business day that earns interest. */
  readonly earnedThrough: string;
}

/** What the rule has to know, under the accounts' locks. */
export interface ClosingRead {
  readonly states: ReadonlyMap<number, InterestState>;
  /** Those into which a deposit flows when its bank has paid. */
  readonly awaited: ReadonlySet<number>;
}

/** What is left goes to the main account, and the account is closed, all in one. */
export const SAVINGS_CLOSING = declareMovement<SavingsClosingDetails>({
  type: 'SAVINGS_CLOSING',
  name: 'closing of savings',
  counter: { kind: 'SAVINGS', of: 'sameUser' },
  legs: [{ from: 'counter', to: 'main', amount: 'amount' }],
  closesPayer: true,
  rule: (request, read) => {
    const accountId = request.accounts.counter as number;
    return isClosable(accountId, request.details, read as ClosingRead)
      ? request
      : new Refusal('TemporarilyUnavailable');
  },
});

/** All interest is posted, and no deposit is on its way. */
export function isClosable(
  accountId: number,
  { earnedThrough }: SavingsClosingDetails,
  { states, awaited }: ClosingRead,
): boolean {
  const state = states.get(accountId);
  return !awaited.has(accountId) && (!state || nextInterest(state, dayNumber(earnedThrough)) === null);
}
