import { isDeepStrictEqual } from 'node:util';
import type { MovementRow } from '../final-state.js';
import {
  answerOf,
  type Fields,
  isClose,
  isMoney,
  isOpen,
  isSuccess,
  type MoneyIntent,
  type Operation,
} from '../history.js';
import { movementIdIn } from '../world.js';
import { checkAgreementRefusal } from './agreements.js';
import { checkCaptureRefusal } from './authorizations.js';
import type { Claim, Evidence } from './evidence.js';
import { checkFrozenRefusal } from './freezes.js';
import { endToldMs, wasDone } from './told.js';

/** What a request is told whose bank said no, after its movement had been reserved. */
const REFUSED_BY_BANK = ['NotEnoughAccountBalance', 'DailyLimitExceeded', 'BankMaintenance'];
const DAILY_LIMIT = 3_000_000;
/** The keys of what the service does by itself. */
const OWN_SCOPES = /^(interest|daily-deposits|user:\d+:transfer-expiries|partner:\d+:expiries)$/;

/** Done at most once; what was acknowledged is there; what was refused is not. */
export function checkClaims(evidence: Evidence): void {
  for (const claim of evidence.claims.values()) {
    checkEffect(evidence, claim);
    checkFailures(evidence, claim);
    for (const operation of claim.operations) checkAnswer(evidence, claim, operation);
  }
  for (const order of evidence.orders.values()) {
    const paid = order.movements.filter((payment) => isCompleted(payment) && evidence.holdsOrder(payment));
    if (paid.length > 1)
      evidence.violate('once', `order ${order.name} is paid ${paid.length} times`, ...order.operations);
  }
}

/** Whether clients have nothing to do with it, or another rule is for it. */
function isOthers({ type, scope }: MovementRow): boolean {
  return type === 'SAVINGS_CLOSING' || OWN_SCOPES.test(scope);
}

function checkEffect(evidence: Evidence, { name, operations, movements }: Claim): void {
  const completed = movements.filter(isCompleted);
  if (completed.length > 1) {
    evidence.violate('once', `${name} moved money ${completed.length} times: ${idsOf(completed)}`, ...operations);
  }
  for (const movement of completed) {
    if (isOthers(movement)) continue;
    const asked = operations.filter(({ intent }) => evidence.matches(intent, movement));
    if (asked.length === 0) {
      evidence.violate('only what was asked for', `nobody asked for movement ${movement.id} (${name})`, ...operations);
    } else if (!asked.some((operation) => isSuccess(operation) || isOpen(operation))) {
      const told = asked.map(answerOf).join(', ');
      evidence.violate('refused means no effect', `${name} moved money, but was answered ${told}`, ...asked);
    }
  }
  const successes = operations.filter(isSuccess);
  if (successes.length > 1) {
    evidence.violate('once', `${name} was answered with Success ${successes.length} times`, ...successes);
  }
}

/** A failed movement is the trace of a request that was refused by the bank, and of nothing else. */
function checkFailures(evidence: Evidence, { name, operations, movements }: Claim): void {
  const failed = movements.filter((movement) => movement.status === 'FAILED' && !isOthers(movement));
  const possible = operations.filter((operation) => isOpen(operation) || REFUSED_BY_BANK.includes(answerOf(operation)));
  if (failed.length > possible.length) {
    const text = `${name} has ${failed.length} failed movements (${idsOf(failed)}), but ${possible.length} requests that could have failed so`;
    evidence.violate('refused means no effect', text, ...operations);
  }
}

function checkAnswer(evidence: Evidence, claim: Claim, operation: Operation<MoneyIntent>): void {
  const { outcome, intent } = operation;
  if (outcome.kind !== 'answered') return;
  const { code, status, detail, location } = outcome;
  switch (code) {
    case 'Success': {
      const id = movementIdIn(intent.route, detail);
      const movement = evidence.movements.get(id ?? 0);
      if (!movement || movement.status !== 'COMPLETED' || !claim.movements.includes(movement)) {
        const now = movement ? `is ${movement.status}` : 'does not exist';
        evidence.violate('acknowledged means durable', `${claim.name}: movement ${id} ${now}`, operation);
      } else if (!evidence.matches(intent, movement)) {
        evidence.violate(
          'acknowledged means durable',
          `${claim.name}: movement ${movement.id} is another one`,
          operation,
        );
      } else {
        checkDetail(evidence, operation, movement, detail, location);
      }
      return;
    }
    case 'Processing': {
      const id = movementIdIn(intent.route, detail);
      if (id !== null && !claim.movements.some((movement) => movement.id === id)) {
        evidence.violate('acknowledged means durable', `${claim.name}: pending movement ${id} is gone`, operation);
      }
      return;
    }
    case 'NotEnoughBalance':
      // What is captured was set aside for that, and a void needs nothing.
      if (intent.paymentId === undefined) return;
      return evidence.violate('what is authorised is held', `${claim.name} was answered with ${code}`, operation);
    case 'DailyLimitExceeded':
      return checkLimitRefusal(evidence, claim, operation, detail);
    case 'Fail':
      return evidence.violate('no defects', `${claim.name} was answered with Fail`, operation);
    case 'AlreadyCanceled':
    case 'OverRemainAmount':
    case 'NotCancelable':
      return checkCancelRefusal(evidence, operation, code, detail);
    case 'AccountNotFound':
      return checkLinkRefusal(evidence, claim, operation);
    case 'AccountClosed':
      return checkClosedRefusal(evidence, claim, operation);
    case 'TransferDecided':
    case 'TransferNotHeld':
      return checkEndRefusal(evidence, operation, code, detail);
    case 'AccountFrozen':
    case 'PartnerFrozen':
      return checkFrozenRefusal(evidence, claim.name, operation);
    case 'AgreementRequired':
      return checkAgreementRefusal(evidence, claim, operation, detail);
    case 'NotCapturable':
    case 'OverAuthorizedAmount':
      return checkCaptureRefusal(evidence, claim, operation, code, detail);
    default:
      // Everything that the load names exists, and is asked for as it should be.
      if (status === 400 || status === 403 || status === 404 || code === 'AccountAmbiguous') {
        evidence.violate('acknowledged means durable', `${claim.name} was answered with ${status} ${code}`, operation);
      }
  }
}

/** The same answer, whenever it is given. */
export function checkDetail(
  evidence: Evidence,
  operation: Operation,
  movement: MovementRow,
  detail: object,
  location: string | null,
): void {
  const expected = evidence.detailOf(movement);
  if (!isDeepStrictEqual(detail, expected)) {
    const text = `movement ${movement.id} is ${JSON.stringify(expected)}, told was ${JSON.stringify(detail)}`;
    evidence.violate('the same answer ever after', text, operation);
  }
  const room = movement.type === 'PAYMENT' || movement.type === 'AUTHORIZATION' ? 'payments' : 'transactions';
  const place = `/${room}/${movement.id}`;
  if (location !== place) {
    evidence.violate('the same answer ever after', `Location is ${location} instead of ${place}`, operation);
  }
}

function checkLimitRefusal(evidence: Evidence, claim: Claim, operation: Operation<MoneyIntent>, detail: Fields): void {
  const byBank = claim.movements.some(({ failureCode }) => failureCode === 'BANK_LIMIT');
  // What the bank has refused is refused also where what is left could not be read in time.
  if (byBank && Object.keys(detail).length === 0) return;
  const { dailyLimit, usedToday, remainingToday, requested } = detail as Record<string, number>;
  const consistent =
    dailyLimit === DAILY_LIMIT && (usedToday ?? -1) >= 0 && remainingToday === dailyLimit - (usedToday ?? 0);
  const exceeded = (requested ?? 0) > (remainingToday ?? 0);
  const isInvented = (usedToday ?? 0) > evidence.reservedAtMost(operation.intent.userId, operation.days);
  if (!consistent || (!exceeded && !byBank) || (remainingToday ?? 0) < 0 || isInvented) {
    evidence.violate('the limit holds', `${claim.name} was refused with ${JSON.stringify(detail)}`, operation);
  }
}

/** Only a linked account goes away, and none comes back under its id. */
function checkLinkRefusal(evidence: Evidence, claim: Claim, operation: Operation<MoneyIntent>): void {
  const { linkId } = operation.intent;
  const isGone = evidence.state.links.some(({ id, isLive }) => id === linkId && isLive === null);
  if (!isGone) evidence.violate('refusals are true', `${claim.name}: linked account ${linkId} is there`, operation);
}

/** Cancels only ever take away from what can be cancelled, so the end tells whether a refusal was true. */
function checkCancelRefusal(evidence: Evidence, operation: Operation<MoneyIntent>, code: string, detail: Fields): void {
  const payment = evidence.movements.get(operation.intent.paymentId ?? 0);
  if (!payment) return;
  const paid = evidence.paidOf(payment);
  const left = paid - evidence.canceledOf(payment.id);
  const cancelable = detail['cancelableAmount'] as number;
  const isTrue = {
    AlreadyCanceled: left === 0 && paid > 0,
    OverRemainAmount: left <= cancelable && cancelable < operation.intent.amount && cancelable <= paid,
    NotCancelable: paid === 0 || !wasPaid(evidence, payment, operation.startedMs),
  }[code];
  if (!isTrue) {
    const text = `payment ${payment.id} (${payment.status}, ${left} won left): ${code} ${JSON.stringify(detail)}`;
    evidence.violate('refusals are true', text, operation);
  }
}

/** A transfer has ended as is told; one that is not held either never was, or nobody had been told of it. */
function checkEndRefusal(evidence: Evidence, operation: Operation<MoneyIntent>, code: string, detail: Fields): void {
  const { transferId } = operation.intent;
  const end = evidence.state.transferEnds.find((one) => one.transferId === transferId);
  const endedAt = evidence.movements.get(end?.movementId ?? 0)?.completedAt;
  const isTrue =
    code === 'TransferDecided'
      ? isDeepStrictEqual(detail, { transferId, status: end?.outcome, endedAt })
      : !wasDone(holdsOf(evidence), 'transactionId', transferId, operation.startedMs);
  if (isTrue) return;
  const text = `transfer ${transferId} has ended with ${JSON.stringify(end)}: ${code} ${JSON.stringify(detail)}`;
  evidence.violate('refusals are true', text, operation);
}

const holdsOf = ({ history }: Evidence) =>
  history.operations.filter(isMoney).filter(({ intent }) => intent.route === 'holds');

/** It is closed by now, and somebody had asked for that. */
function checkClosedRefusal(evidence: Evidence, claim: Claim, operation: Operation<MoneyIntent>): void {
  const { savingsId } = operation.intent;
  const isClosed = evidence.state.savings.some(({ accountId, closedAt }) => accountId === savingsId && closedAt);
  const isAsked = evidence.history.operations
    .filter(isClose)
    .some(({ intent, startedMs }) => intent.savingsId === savingsId && startedMs < operation.endedMs);
  if (!isClosed || !isAsked) evidence.violate('refusals are true', `${claim.name}: nothing was closed`, operation);
}

/** Whether anybody had been told by then that the partner has got it. */
function wasPaid(evidence: Evidence, payment: MovementRow, atMs: number): boolean {
  if (payment.type === 'AUTHORIZATION') return endToldMs(evidence, payment.id) < atMs;
  const order = evidence.payments.get(payment.id)?.order ?? '';
  return wasDone(evidence.orders.get(order)?.operations ?? [], 'paymentId', payment.id, atMs);
}

export function isCompleted({ status }: MovementRow): boolean {
  return status === 'COMPLETED';
}

function idsOf(movements: readonly MovementRow[]): string {
  return movements.map(({ id }) => id).join(', ');
}
