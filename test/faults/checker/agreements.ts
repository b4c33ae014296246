import { isDeepStrictEqual } from 'node:util';
import type { AgreementRow, MovementRow, PaymentRow } from '../final-state.js';
import {
  type AgreementIntent,
  type Answered,
  type Fields,
  isAgreement,
  isOpen,
  isSuccess,
  type MoneyIntent,
  type Operation,
  type ReadIntent,
} from '../history.js';
import { type Claim, type Evidence, groupBy } from './evidence.js';
import { isDoneSaid, timesOf } from './told.js';

const HOLDS = 'an agreement holds';

/** An agreement, and from when to when it was in force: for certain between the inner two, and perhaps up to the outer. */
interface Term extends AgreementRow {
  readonly askedMs: number;
  readonly toldMs: number;
  readonly endAskedMs: number;
  readonly endToldMs: number;
}

/** A payment that counts for an agreement, or could. */
interface Counted extends PaymentRow {
  readonly movement: MovementRow;
  readonly askedMs: number;
}

/** A partner takes no more than a user lets it, nothing after that was taken back, and is refused nothing else. */
export function checkAgreements(evidence: Evidence): void {
  const changes = evidence.history.operations.filter(isAgreement);
  for (const ofKey of groupBy(changes, ({ intent }) => intent.key).values()) checkKey(evidence, ofKey);
  const byParties = groupBy(evidence.state.agreements, partiesOf);
  for (const [parties, rows] of byParties) {
    const [{ userId }] = rows as [AgreementRow];
    const own = changes.filter(({ intent }) => intent.userId === userId);
    checkRows(evidence, parties, rows, own);
  }
  const payments = countedPayments(evidence);
  const terms = termsByUser(evidence);
  for (const [userId, own] of groupBy(payments, ({ movement }) => movement.userId)) {
    for (const payment of own) checkPayment(evidence, payment, terms.get(userId) ?? []);
    for (const ofDay of groupBy(own, ({ agreementDay, partnerId }) => `${partnerId} ${agreementDay}`).values()) {
      checkDay(evidence, ofDay);
    }
  }
}

const partiesOf = ({ userId, partnerId }: AgreementRow) => `user ${userId} with partner ${partnerId}`;

/** What a key has changed was changed once, is told the same for ever, and is there. */
function checkKey(evidence: Evidence, operations: readonly Operation<AgreementIntent>[]): void {
  const { intent } = operations[0] as Operation<AgreementIntent>;
  const name = `${intent.act} of user ${intent.userId} by ${intent.key}`;
  const successes = operations.filter(isSuccess);
  if (successes.length > 1) evidence.violate('once', `${name} was answered with Success twice`, ...successes);
  for (const operation of operations) {
    const { outcome, startedMs, days } = operation;
    if (outcome.kind !== 'answered' || [202, 503].includes(outcome.status)) continue;
    const { code, detail, location } = outcome;
    const wasDone = successes.some(({ endedMs }) => endedMs < startedMs);
    if (isDoneSaid(operation)) {
      const expected = detailOf(evidence, intent, detail['agreementId'] as number);
      if (expected === null) {
        evidence.violate('acknowledged means durable', `${name}: ${JSON.stringify(detail)} is not there`, operation);
      } else if (!isDeepStrictEqual(detail, expected) || location !== `/users/${intent.userId}/agreements`) {
        const text = `${name} is ${JSON.stringify(expected)}, told was ${JSON.stringify(detail)} at ${location}`;
        evidence.violate('the same answer ever after', text, operation);
      }
    } else if (wasDone) {
      evidence.violate('a duplicate is 409 for ever', `${name}: ${code} instead of AlreadyComplete`, operation);
    } else if (code === 'AlreadyOnGoing') {
      const isUnderWay = operations.some((other) => other !== operation && other.startedMs < operation.endedMs);
      if (!isUnderWay) evidence.violate('409 means that it exists', `${name}: nothing was under way`, operation);
    } else if (code !== 'InvalidRequest' || (intent.expiresAt ?? '9999').slice(0, 10) > days[1]) {
      // What was to end by itself is refused once that time is over.
      evidence.violate('no defects', `${name} was answered with ${outcome.status} ${code}`, operation);
    }
  }
}

/** What a change is answered with, by the row that it has left; null when that is another one, or none. */
function detailOf(evidence: Evidence, intent: AgreementIntent, agreementId: number): object | null {
  const row = evidence.state.agreements.find(({ id }) => id === agreementId);
  if (!row || row.userId !== intent.userId) return null;
  const { endedAt, partnerId, limitPerPayment, limitPerDay, agreedAt, expiresAt } = row;
  if (intent.act === 'end') {
    return endedAt === null || agreementId !== intent.agreementId ? null : { agreementId, endedAt };
  }
  if (!isWanted(intent, row)) return null;
  const until = expiresAt !== null && { expiresAt };
  return { agreementId, partnerId, limitPerPayment, limitPerDay, agreedAt, ...until };
}

function isWanted(intent: AgreementIntent, row: AgreementRow): boolean {
  return (
    intent.act === 'agree' &&
    intent.userId === row.userId &&
    intent.partnerId === row.partnerId &&
    intent.limitPerPayment === row.limitPerPayment &&
    intent.limitPerDay === row.limitPerDay &&
    (intent.expiresAt ?? null) === row.expiresAt
  );
}

/** One after the other, each of them wanted, the last one in force; and it has counted what was taken. */
function checkRows(
  evidence: Evidence,
  parties: string,
  rows: readonly AgreementRow[],
  changes: readonly Operation<AgreementIntent>[],
): void {
  const latest = rows.at(-1) as AgreementRow;
  const areInOrder = rows.every((row) => (row.isLatest === 1) === (row === latest) && (row === latest || row.endedAt));
  if (!areInOrder) evidence.violate('one agreement at a time', `${parties}: ${JSON.stringify(rows)}`);
  const mayBe = changes.filter((one) => isDoneSaid(one) || isOpen(one));
  for (const row of rows) {
    if (mayBe.some(({ intent }) => isWanted(intent, row))) continue;
    evidence.violate('refused means no effect', `nobody was told of agreement ${JSON.stringify(row)}`, ...changes);
  }
  const isEndWanted = mayBe.some(({ intent }) => intent.act === 'end' && intent.agreementId === latest.id);
  if (latest.endedAt !== null && !isEndWanted) {
    evidence.violate('refused means no effect', `nobody has ended agreement ${JSON.stringify(latest)}`, ...changes);
  }
  const used = usedOn(evidence, latest, latest.usedOn);
  if (latest.usedOn !== null && used !== latest.usedAmount) {
    const text = `${parties}: ${latest.usedAmount} won are counted for ${latest.usedOn}, and ${used} were taken`;
    evidence.violate(HOLDS, text);
  }
}

/** won of payments that did not fail, whatever was given back since */
function usedOn(evidence: Evidence, { userId, partnerId }: AgreementRow, day: string | null): number {
  const own = countedPayments(evidence).filter(
    ({ movement, partnerId: paid, agreementDay }) =>
      movement.userId === userId && paid === partnerId && agreementDay === day && movement.status !== 'FAILED',
  );
  return own.reduce((sum, { movement }) => sum + movement.amount, 0);
}

const known = new WeakMap<Evidence, readonly Counted[]>();

/** All payments with their movements, in the order in which they were decided for a user. */
function countedPayments(evidence: Evidence): readonly Counted[] {
  let payments = known.get(evidence);
  if (!payments) {
    const { asked } = timesOf(evidence);
    const found = evidence.state.payments.flatMap((payment) => {
      const movement = evidence.movements.get(payment.movementId);
      return movement ? [{ ...payment, movement, askedMs: asked.get(movement.id) ?? -Infinity }] : [];
    });
    known.set(evidence, (payments = found.sort((a, b) => a.movementId - b.movementId)));
  }
  return payments;
}

const knownTerms = new WeakMap<Evidence, ReadonlyMap<number, readonly Term[]>>();

function termsByUser(evidence: Evidence): ReadonlyMap<number, readonly Term[]> {
  let terms = knownTerms.get(evidence);
  if (!terms) knownTerms.set(evidence, (terms = findTerms(evidence)));
  return terms;
}

/** Of each user, oldest first. */
function findTerms(evidence: Evidence): Map<number, readonly Term[]> {
  const changes = evidence.history.operations.filter(isAgreement);
  const terms = new Map<number, readonly Term[]>();
  for (const [userId, rows] of groupBy(evidence.state.agreements, (row) => row.userId)) {
    const own = changes.filter(({ intent }) => intent.userId === userId);
    const toldOf = (act: AgreementIntent['act'], id: number) =>
      endOf(own.filter((one) => one.intent.act === act && isDoneSaid(one) && idIn(one) === id));
    const begun = rows.map((row) => ({
      ...row,
      askedMs: startOf(own.filter(({ intent }) => isWanted(intent, row))),
      toldMs: toldOf('agree', row.id),
    }));
    const ended = begun.map((row) => {
      const later = begun.filter(({ id, partnerId }) => id > row.id && partnerId === row.partnerId);
      const ends = own.filter(({ intent }) => intent.agreementId === row.id);
      return {
        ...row,
        endAskedMs: row.endedAt === null ? Infinity : Math.min(startOf(ends), ...later.map(({ askedMs }) => askedMs)),
        endToldMs: Math.min(toldOf('end', row.id), ...later.map(({ toldMs }) => toldMs)),
      };
    });
    terms.set(userId, ended);
  }
  return terms;
}

const startOf = (operations: readonly Operation[]) => Math.min(...operations.map(({ startedMs }) => startedMs));
const endOf = (operations: readonly Operation[]) => Math.min(...operations.map(({ endedMs }) => endedMs));
const idIn = ({ outcome }: Operation) => (outcome as Answered).detail['agreementId'];

/** It goes by what was agreed to when it was asked for, and is no more than that lets one be. */
function checkPayment(evidence: Evidence, payment: Counted, terms: readonly Term[]): void {
  const { movement, agreementId, agreementDay, partnerId, askedMs } = payment;
  const { id, amount, status, completedAt, toppedUpAmount } = movement;
  const ofPartner = terms.filter((term) => term.partnerId === partnerId);
  const agreed = ofPartner.find((term) => term.id === agreementId);
  const told = ofPartner.filter(({ toldMs }) => toldMs < askedMs);
  const text = `payment ${id} of ${amount} won, by agreement ${agreementId}: ${JSON.stringify(agreed ?? told)}`;
  if (!agreed) {
    if (agreementId !== null || told.length > 0) evidence.violate(HOLDS, text);
    return;
  }
  if (amount > agreed.limitPerPayment) evidence.violate(HOLDS, text);
  if (agreed.endToldMs < askedMs) evidence.violate('what was taken back is over', text);
  const decidedAt = toppedUpAmount === 0 ? completedAt : agreementDay;
  const isOver = agreed.expiresAt !== null && decidedAt !== null && agreed.expiresAt <= decidedAt;
  if (isOver && status !== 'FAILED') evidence.violate('what was taken back is over', text);
  const isItsDay = agreementDay !== null && (completedAt === null || agreementDay <= completedAt.slice(0, 10));
  const sentOn = firstDayOf(evidence, movement);
  if (!isItsDay || agreementDay < sentOn) evidence.violate(HOLDS, `${text}, counted for ${agreementDay}`);
}

/** The business day on which a payment was first asked for. */
function firstDayOf(evidence: Evidence, { id, scope, key }: MovementRow): string {
  const { operations = [], movements = [] } = evidence.claims.get(`${scope} ${key}`) ?? {};
  if (!movements.some((movement) => movement.id === id)) return '';
  return operations.reduce((first, { days }) => (days[0] < first ? days[0] : first), '9999');
}

/** Of a day, in order: each one with those before it is within what was agreed to when it was decided. */
function checkDay(evidence: Evidence, payments: readonly Counted[]): void {
  let taken = 0;
  for (const { movement, agreementId, agreementDay } of payments) {
    if (agreementId === null || movement.status === 'FAILED') continue;
    taken += movement.amount;
    const agreed = evidence.state.agreements.find(({ id }) => id === agreementId);
    if (!agreed || taken <= agreed.limitPerDay) continue;
    const text = `with payment ${movement.id} user ${movement.userId} paid ${taken} of ${agreed.limitPerDay} won on ${agreementDay}`;
    evidence.violate(HOLDS, text);
    return;
  }
}

/** A refusal for want of an agreement is true by something that was, or may have been, in force. */
export function checkAgreementRefusal(
  evidence: Evidence,
  claim: Claim,
  operation: Operation<MoneyIntent>,
  { reason }: Fields,
): void {
  const { startedMs, endedMs, days, intent } = operation;
  const terms = (termsByUser(evidence).get(intent.userId) ?? []).filter(
    ({ partnerId }) => partnerId === intent.partnerId,
  );
  const isInForce = terms.some(
    ({ toldMs, endAskedMs, expiresAt }) =>
      toldMs < startedMs && endAskedMs > endedMs && (expiresAt === null || expiresAt.slice(0, 10) > days[1]),
  );
  const possible = terms.filter(({ askedMs, endToldMs }) => askedMs < endedMs && endToldMs > startedMs);
  const isOverLimit = (term: Term) =>
    intent.amount <= term.limitPerPayment && mostUsed(evidence, operation) + intent.amount > term.limitPerDay;
  const isTrue =
    {
      ENDED: !isInForce && terms.some(({ endAskedMs }) => endAskedMs < endedMs),
      EXPIRED: !isInForce && possible.some(({ expiresAt }) => expiresAt !== null && expiresAt.slice(0, 10) <= days[1]),
      LIMIT_PER_PAYMENT: possible.some(({ limitPerPayment }) => intent.amount > limitPerPayment),
      LIMIT_PER_DAY: possible.some(isOverLimit),
    }[reason as string] ?? false; // nobody needs one where none was ever agreed to
  if (isTrue) return;
  const text = `${claim.name} of ${intent.amount} won was refused (${String(reason)}) by ${JSON.stringify(terms)}`;
  evidence.violate('refusals are true', text, operation);
}

/** won that may have counted for one of the days on which a request was decided */
function mostUsed(evidence: Evidence, { intent, startedMs, endedMs, days }: Operation<MoneyIntent>): number {
  const counted = countedPayments(evidence).filter(
    ({ movement, partnerId, agreementDay, askedMs }) =>
      movement.userId === intent.userId &&
      partnerId === intent.partnerId &&
      agreementDay !== null &&
      agreementDay >= days[0] &&
      agreementDay <= days[1] &&
      askedMs < endedMs &&
      !(movement.status === 'FAILED' && isKnown(evidence, movement, startedMs)),
  );
  const byDay = groupBy(counted, ({ agreementDay }) => agreementDay);
  return Math.max(0, ...[...byDay.values()].map((own) => own.reduce((sum, { movement }) => sum + movement.amount, 0)));
}

/** Whether all who had asked for it by then had a definite answer. */
function isKnown(evidence: Evidence, { scope, key }: MovementRow, atMs: number): boolean {
  const { operations = [] } = evidence.claims.get(`${scope} ${key}`) ?? {};
  return operations.every((one) => one.startedMs > atMs || (one.endedMs < atMs && !isOpen(one)));
}

interface ShownAgreement {
  readonly agreementId: number;
  readonly status: 'ACTIVE' | 'ENDED' | 'EXPIRED';
  readonly usedToday: number;
}

/** What a user has agreed to is shown as it is. */
export function checkAgreementsRead(evidence: Evidence, read: Operation<ReadIntent>, detail: Fields): void {
  const userId = Number(/^\/users\/(\d+)\//.exec(read.intent.path)?.[1]);
  const { items, nextCursor } = detail as { items: readonly ShownAgreement[]; nextCursor: string | null };
  const terms = termsByUser(evidence).get(userId) ?? [];
  for (const term of terms) {
    const isMissing = !items.some(({ agreementId }) => agreementId === term.id);
    if (nextCursor !== null || term.toldMs > read.startedMs || !isMissing) continue;
    evidence.violate('reads are fresh', `${read.intent.path} did not show agreement ${term.id}`, read);
  }
  for (const { agreementId, status, usedToday } of items) {
    const term = terms.find(({ id }) => id === agreementId);
    const text = `agreement ${agreementId} was shown as ${status}, with ${usedToday} won: ${JSON.stringify(term)}`;
    const isPossible = {
      ENDED: term !== undefined && term.endAskedMs < read.endedMs,
      EXPIRED: term?.expiresAt != null && term.expiresAt.slice(0, 10) <= read.days[1],
      ACTIVE: term !== undefined,
    }[status];
    if (!isPossible) evidence.violate('reads are true', text, read);
    else if (status !== 'ENDED' && term && term.endToldMs < read.startedMs) {
      evidence.violate('reads are fresh', text, read);
    }
    if (!term || !read.final || read.days[0] !== read.days[1]) continue;
    const used = term.isLatest === 1 ? usedOn(evidence, term, read.days[0]) : 0;
    const isSettled = timesOf(evidence).lateOpen.size === 0;
    if (isSettled && used !== usedToday) evidence.violate(HOLDS, `${text}; ${used} won were taken`, read);
  }
}
