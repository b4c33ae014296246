import { type Answered, isMoney, isOpen, isSuccess, type MoneyIntent, type Operation } from '../history.js';
import { checkDetail, isCompleted } from './claims.js';
import type { Claim, Evidence } from './evidence.js';
import { freedToldMs } from './told.js';

/** A 409 means that a payment with this key or order exists or is being made; a 422, that the key is another's. */
export function checkDuplicates(evidence: Evidence): void {
  for (const operation of evidence.history.operations.filter(isMoney)) {
    const { outcome, intent } = operation;
    if (outcome.kind !== 'answered') continue;
    const related = relatedTo(evidence, intent);
    if (outcome.code === 'AlreadyComplete') checkComplete(evidence, operation, outcome);
    else if (outcome.code === 'AlreadyOnGoing') checkOnGoing(evidence, operation, related);
    else if (outcome.code === 'IdempotencyKeyReused') checkReused(evidence, operation);
    if (operation.final && intent.key !== undefined) checkLastWord(evidence, operation);
  }
}

function checkComplete(evidence: Evidence, operation: Operation<MoneyIntent>, { detail, location }: Answered): void {
  const { intent, startedMs } = operation;
  const { movements, operations } = evidence.claimOf(intent);
  const byKey = movements.find(isCompleted);
  const wasToldBefore = operations.some((other) => isSuccess(other) && other.endedMs < startedMs);
  if (byKey && wasToldBefore && !evidence.matches(intent, byKey)) {
    evidence.violate('one key, one payload', 'a key of another payload was answered with AlreadyComplete', operation);
    return;
  }
  // Before the key had a payment of its own, its order may have had one, which was cancelled meanwhile.
  const ofOrder = evidence.orderOf(intent)?.movements.find(({ id }) => id === detail['paymentId']);
  const done = byKey && (wasToldBefore || !ofOrder) ? byKey : ofOrder;
  if (done) {
    checkDetail(evidence, operation, done, detail, location);
    if (done !== byKey && freedToldMs(evidence, done.id) < startedMs) {
      const text = `payment ${done.id} had given its order back: ${JSON.stringify(detail)}`;
      evidence.violate('409 means that it exists', text, operation);
    }
  } else
    evidence.violate(
      '409 means that it exists',
      `AlreadyComplete, but nothing was done: ${JSON.stringify(detail)}`,
      operation,
    );
}

function checkOnGoing(evidence: Evidence, operation: Operation<MoneyIntent>, related: readonly Operation[]): void {
  const before = related.filter((other) => other !== operation && other.startedMs < operation.endedMs);
  // When everything is settled, what was left open is settled, too.
  const isBeingMade = before.some(
    (other) => other.endedMs > operation.startedMs || (isOpen(other) && (!operation.final || other.final)),
  );
  // Once anybody was told Success, nobody is told anything else, through any instance, whatever happened to Redis.
  const ofKey = operation.intent.key === undefined ? [] : evidence.claimOf(operation.intent).operations;
  const isDone = ofKey.some((other) => isSuccess(other) && other.endedMs < operation.startedMs);
  if (!isBeingMade || isDone) {
    evidence.violate('409 means that it exists', 'AlreadyOnGoing, but nothing was under way', operation, ...before);
  }
}

function checkReused(evidence: Evidence, operation: Operation<MoneyIntent>): void {
  const { operations } = evidence.claimOf(operation.intent);
  const isOther = ({ intent, startedMs }: Operation<MoneyIntent>) =>
    startedMs < operation.endedMs && !isSamePayload(intent, operation.intent);
  if (!operations.some(isOther)) {
    evidence.violate('one key, one payload', 'IdempotencyKeyReused, but there was no other payload', operation);
  }
}

/** When everything is settled, a key that moved money is complete, and every other key is free. */
function checkLastWord(evidence: Evidence, operation: Operation<MoneyIntent>): void {
  const { intent, outcome, startedMs } = operation;
  // No answer is reported already; and what this very request has done is judged as any other success.
  if (outcome.kind !== 'answered' || isSuccess(operation) || isOpen(operation)) return;
  if (outcome.status === 503) return; // asked again until there is another answer, or that is reported
  const { movements, operations } = evidence.claimOf(intent);
  const done = movements.find(isCompleted);
  if (!done) return;
  const asked = operations.filter((other) => evidence.matches(other.intent, done));
  // Whoever was told Success has done it; what nobody heard of before may have been refused.
  const told = asked.find(isSuccess);
  const wasDone = told ? told.endedMs < startedMs : asked.some((one) => isOpen(one) && one.startedMs < startedMs);
  if (!wasDone) return;
  const expected = evidence.matches(intent, done) ? 'AlreadyComplete' : 'IdempotencyKeyReused';
  if (outcome.code !== expected) {
    evidence.violate('a duplicate is 409 for ever', `${outcome.code} instead of ${expected}`, operation);
  }
}

/** All requests of the same key or the same order. */
function relatedTo(evidence: Evidence, intent: MoneyIntent): Operation[] {
  const order: Claim | undefined = evidence.orderOf(intent);
  return [...evidence.claimOf(intent).operations, ...(order?.operations ?? [])];
}

function isSamePayload(one: MoneyIntent, other: MoneyIntent): boolean {
  return (
    one.amount === other.amount &&
    one.userId === other.userId &&
    one.order === other.order &&
    one.savingsId === other.savingsId &&
    one.toUserId === other.toUserId &&
    one.route === other.route &&
    one.transferId === other.transferId &&
    one.paymentId === other.paymentId
  );
}
