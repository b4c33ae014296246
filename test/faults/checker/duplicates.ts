import {
  type Answered,
  type History,
  isMoney,
  isOpen,
  isSuccess,
  type MoneyIntent,
  type Operation,
} from '../history.js';
import { checkDetail, isCompleted } from './claims.js';
import type { Claim, Evidence } from './evidence.js';

/** How long a key may stay taken in Redis after its request, when Redis or the process was in trouble just then. */
const LEASE_MS = 7_000;
const LEASE_TROUBLE = /^(redis|service)/;
/** An answer does not wait for Redis to know of it: for another instance its request is under way for a moment longer. */
const NOTED_MS = 250;

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
  if (done) checkDetail(evidence, operation, done, detail, location);
  else
    evidence.violate(
      '409 means that it exists',
      `AlreadyComplete, but nothing was done: ${JSON.stringify(detail)}`,
      operation,
    );
}

function checkOnGoing(evidence: Evidence, operation: Operation<MoneyIntent>, related: readonly Operation[]): void {
  const before = related.filter((other) => other !== operation && other.startedMs < operation.endedMs);
  // When everything is settled, what was left open is settled, too, and no lease is left.
  const isBeingMade = before.some(
    (other) => other.endedMs > operation.startedMs - NOTED_MS || (isOpen(other) && (!operation.final || other.final)),
  );
  const isLeaseLeft = before.some(
    (other) =>
      !operation.final &&
      other.endedMs > operation.startedMs - LEASE_MS &&
      hadTrouble(evidence.history, other.startedMs, operation.endedMs),
  );
  if (!isBeingMade && !isLeaseLeft) {
    evidence.violate('409 means that it exists', 'AlreadyOnGoing, but nothing was under way', operation, ...before);
  }
}

function hadTrouble({ faults }: History, fromMs: number, toMs: number): boolean {
  return faults.some(
    ({ kind, startedMs, endedMs }) => LEASE_TROUBLE.test(kind) && startedMs < toMs && endedMs > fromMs - LEASE_MS,
  );
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
  const { movements, operations } = evidence.claimOf(intent);
  const done = movements.find(isCompleted);
  const isDoer = (other: Operation<MoneyIntent>) =>
    other.startedMs < startedMs && (isSuccess(other) || isOpen(other)) && done && evidence.matches(other.intent, done);
  if (!done || !operations.some(isDoer)) return;
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
    one.paymentId === other.paymentId
  );
}
