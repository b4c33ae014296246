import { isDeepStrictEqual } from 'node:util';
import type { SavingsRow } from '../final-state.js';
import { type Answered, type CloseIntent, isClose, isOpen, isSuccess, type Operation } from '../history.js';
import { type Evidence, groupBy } from './evidence.js';
import { checkFrozenRefusal } from './freezes.js';

/** A savings account is closed once, by who asked for it, and nothing moves on it afterwards. */
export function checkClosings(evidence: Evidence): void {
  const asked = evidence.history.operations.filter(isClose);
  const byAccount = groupBy(asked, ({ intent }) => intent.savingsId);
  for (const savings of evidence.state.savings) {
    checkAccount(evidence, savings, byAccount.get(savings.accountId) ?? []);
  }
  for (const ofKey of groupBy(asked, ({ intent }) => intent.key).values()) checkKey(evidence, ofKey);
}

function checkAccount(
  evidence: Evidence,
  { accountId, closedAt }: SavingsRow,
  asked: readonly Operation<CloseIntent>[],
): void {
  const chain = evidence.chains.get(accountId) ?? [];
  const place = chain.findIndex(({ movementId }) => evidence.movements.get(movementId)?.type === 'SAVINGS_CLOSING');
  if (place >= 0 && (place < chain.length - 1 || closedAt === null)) {
    evidence.violate('closed is closed', `account ${accountId} (${closedAt}) moved on: ${JSON.stringify(chain)}`);
  }
  const left = chain.at(-1)?.balanceAfter ?? 0;
  if (closedAt !== null && left !== 0) {
    evidence.violate('closed is closed', `account ${accountId} was closed at ${closedAt} with ${left} won`);
  }
  if (closedAt !== null && !asked.some((one) => isSuccess(one) || isOpen(one))) {
    evidence.violate('refused means no effect', `account ${accountId} is closed, which nobody was told`, ...asked);
  }
}

/** What a key has closed is closed, and told the same for ever. */
function checkKey(evidence: Evidence, operations: readonly Operation<CloseIntent>[]): void {
  const { savingsId, key, userId } = (operations[0] as Operation<CloseIntent>).intent;
  const name = `the closing of account ${savingsId} by ${key}`;
  const successes = operations.filter(isSuccess);
  if (successes.length > 1) evidence.violate('once', `${name} was answered with Success twice`, ...successes);
  const row = evidence.state.savings.find(({ accountId }) => accountId === savingsId);
  const movement = evidence.state.movements.find(
    (one) => one.scope === `user:${userId}:savings-closings` && one.key === key && one.status === 'COMPLETED',
  );
  const empty = { amount: 0, savingsAccount: { accountId: savingsId, balance: 0 } };
  const expected = movement ? evidence.detailOf(movement) : empty;
  const place = movement ? `/transactions/${movement.id}` : `/accounts/${savingsId}/transactions`;
  for (const operation of operations) {
    const { outcome, startedMs } = operation;
    if (outcome.kind !== 'answered' || outcome.status === 503 || outcome.status === 202) continue;
    const { code, detail, location } = outcome;
    const wasDone = successes.some(({ endedMs }) => endedMs < startedMs);
    if (code === 'Success' || code === 'AlreadyComplete') {
      if (!row?.closedAt) evidence.violate('acknowledged means durable', `${name}: it is open`, operation);
      if (!isDeepStrictEqual(detail, expected) || location !== place) {
        const text = `${name} is ${JSON.stringify(expected)} at ${place}, told was ${textOf(outcome)}`;
        evidence.violate('the same answer ever after', text, operation);
      }
    } else if (code === 'AlreadyOnGoing' || code === 'AccountClosed') {
      if (wasDone) evidence.violate('a duplicate is 409 for ever', `${name}: ${code}`, operation);
      if (code === 'AccountClosed' && !row?.closedAt) {
        evidence.violate('refusals are true', `${name}: ${code}, but it is open`, operation);
      }
    } else if (code === 'AccountFrozen' && !wasDone) checkFrozenRefusal(evidence, name, operation);
    else evidence.violate('no defects', `${name} was answered with ${outcome.status} ${code}`, operation);
  }
}

const textOf = ({ detail, location }: Answered) => `${JSON.stringify(detail)} at ${location}`;
