import { isDeepStrictEqual } from 'node:util';
import { isGenuine } from '../../../docs/webhook-verifier.js';
import type { AuthorizationEndRow, EventRow, MovementRow, PaymentRow } from '../final-state.js';
import { APP, type Endpoint, type Receipt } from '../history.js';
import { dayNumber } from './days.js';
import { type Evidence, groupBy } from './evidence.js';

/** What is told of why a movement failed: a bank's refusal, or that it was not asked in time. */
const FAILURES: Readonly<Record<string, string>> = {
  BALANCE_SHORT: 'NotEnoughAccountBalance',
  BANK_LIMIT: 'DailyLimitExceeded',
  ACCOUNT_REFUSED: 'BankMaintenance',
  CONTRACT_ACCOUNT: 'BankMaintenance',
  UNAVAILABLE: 'BankMaintenance',
  CONFIGURATION: 'BankMaintenance',
  BUSY: 'TemporarilyUnavailable',
};

/** An event, as the rows say that it must be. */
interface DueEvent {
  /** The payment, or the movement, that it tells of; of an account's daily deposits minus the account. */
  readonly movementId: number;
  readonly sequence: number;
  /** What is sent, without the event's id, which is in the row. */
  readonly body: Readonly<Record<string, unknown> & { type: string }>;
}

/** What a body says of which event it is. */
interface Body {
  readonly eventId: number;
  readonly sequence?: number;
  /** To partners. */
  readonly paymentId?: number;
  /** To the wallet's own back end. */
  readonly transactionId?: number;
  readonly data: { readonly accountId?: number; readonly day?: string };
}

/**
 * Every endpoint of a partner hears what became of the partner's payments, and every one of the wallet's own back end
 * what became of all movements: all of it, in order, signed, and nothing else.
 */
export function checkEvents(evidence: Evidence): void {
  const receipts = groupBy(evidence.history.receipts, ({ endpointId }) => endpointId);
  const rows = groupBy(evidence.state.events, ({ endpointId }) => endpointId);
  checkNumbers(evidence);
  for (const endpoint of evidence.history.endpoints) {
    const { endpointId, ownerId } = endpoint;
    const dueEvents = ownerId === APP ? dueToApp(evidence) : dueTo(evidence, ownerId);
    const due = new Map(dueEvents.map((event) => [placeOf(event), event]));
    const written = new Map((rows.get(endpointId) ?? []).map((row) => [row.eventId, row]));
    checkRows(evidence, due, [...written.values()]);
    const genuine = (receipts.get(endpointId) ?? []).filter((receipt) => checkReceipt(evidence, endpoint, receipt));
    const arrivals = groupBy(genuine, ({ eventId }) => Number(eventId));
    for (const [eventId, own] of arrivals) checkContent(evidence, due, written.get(eventId), own);
    for (const ofMovement of groupBy([...written.values()], ({ movementId }) => movementId).values()) {
      checkArrival(evidence, ofMovement, arrivals);
    }
  }
}

/** One outcome for each payment that is over; in two steps, the end of the second one; and its cancels after that. */
function dueTo(evidence: Evidence, partnerId: number): DueEvent[] {
  const cancels = groupBy(evidence.state.cancels, ({ paymentId }) => paymentId);
  return evidence.state.payments.flatMap((payment) => {
    const movement = evidence.movements.get(payment.movementId);
    if (!movement || payment.partnerId !== partnerId || movement.status === 'PENDING') return [];
    const isPaid = movement.status === 'COMPLETED';
    const failure = { failureCode: FAILURES[movement.failureCode ?? ''] };
    const event = (type: string, sequence: number, occurredAt: string | null, data: object): DueEvent => {
      const body = { type, partnerId, paymentId: movement.id, sequence, occurredAt, data };
      return { movementId: movement.id, sequence, body };
    };
    const isManual = movement.type === 'AUTHORIZATION';
    const paid = isPaid ? evidence.paidOf(movement) : 0;
    const done = isManual ? 'payment.authorized' : 'payment.approved';
    const expiresAt = isManual && isPaid && { expiresAt: evidence.authorizations.get(movement.id)?.expiresAt };
    const end = evidence.endsOfPayments.get(movement.id);
    const outcome = event(isPaid ? done : 'payment.failed', 1, movement.completedAt, {
      ...(isManual && isPaid ? authorized(payment, movement, null) : shown(payment, movement, paid, paid)),
      ...expiresAt,
      ...(!isPaid && failure),
    });
    const ended =
      end &&
      event(end.outcome === 'CAPTURED' ? 'payment.captured' : 'payment.voided', 2, end.endedAt, {
        ...authorized(payment, movement, end),
        ...(end.outcome !== 'CAPTURED' && { voidReason: end.outcome === 'EXPIRED' ? 'EXPIRED' : 'REQUESTED' }),
      });
    const canceled = (cancels.get(movement.id) ?? []).map(
      ({ movementId, sequence, amount, cancelableAfter, reason }) => {
        const canceledAt = evidence.movements.get(movementId)?.completedAt ?? null;
        const cancel = { cancelId: movementId, cancelAmount: amount, cancelReason: reason, canceledAt };
        const state = shown(payment, movement, paid, cancelableAfter);
        const data = { ...state, ...(isManual && { capturedAmount: paid }), cancel };
        return event('payment.canceled', (isManual ? 2 : 1) + sequence, canceledAt, data);
      },
    );
    return [outcome, ...(ended ? [ended] : []), ...canceled];
  });
}

function dueToApp(evidence: Evidence): DueEvent[] {
  return [...endsOfMovements(evidence), ...waitingTransfers(evidence), ...failedDeposits(evidence)];
}

/** That a transfer waits for its receiver, and later that it soon goes back, where that is marked. */
function waitingTransfers(evidence: Evidence): DueEvent[] {
  return evidence.state.heldTransfers.flatMap(({ movementId: id, expiresAt, remindedAt }) => {
    const movement = evidence.movements.get(id);
    if (!movement) return [];
    const { userId: fromUserId, counterAccountId, amount, completedAt } = movement;
    const toUserId = evidence.accounts.get(counterAccountId ?? 0)?.ownerId;
    const data = { transferId: id, fromUserId, toUserId, amount, expiresAt };
    const event = (type: string, sequence: number, occurredAt: string | null): DueEvent => ({
      movementId: id,
      sequence,
      body: { type, transactionId: id, sequence, occurredAt, data },
    });
    const held = event('transfer.held', 2, completedAt);
    return remindedAt === null ? [held] : [held, event('transfer.reminder', 3, remindedAt)];
  });
}

function failedDeposits(evidence: Evidence): DueEvent[] {
  const failed = evidence.state.deposits.filter(({ status }) => status === 'FAILED');
  return failed.map(({ accountId, day, amount, failureCode, movementId, recordedAt: occurredAt }) => {
    const userId = evidence.accounts.get(accountId)?.ownerId;
    const movement = movementId !== null && { transactionId: movementId };
    const data = { userId, accountId, day, amount, failureCode, ...movement };
    return { movementId: -accountId, sequence: dayNumber(day), body: { type: 'schedule.failed', occurredAt, data } };
  });
}

/** One for each movement that is over, of whatever type. */
function endsOfMovements(evidence: Evidence): DueEvent[] {
  return evidence.state.movements.flatMap((movement) => {
    const { id, userId, type, status, amount, failureCode, completedAt: occurredAt } = movement;
    if (status === 'PENDING') return [];
    const toppedUpAmount = status === 'COMPLETED' ? movement.toppedUpAmount : 0;
    const failure = failureCode !== null && { failureCode: FAILURES[failureCode] };
    const what = { userId, transactionId: id, type, status, amount, toppedUpAmount, ...failure, occurredAt };
    const event = `movement.${status.toLowerCase()}`;
    return [
      { movementId: id, sequence: 1, body: { type: event, transactionId: id, sequence: 1, occurredAt, data: what } },
    ];
  });
}

/** A payment that its partner has got, or that has failed. */
function shown({ order }: PaymentRow, { id, amount, status }: MovementRow, paid: number, cancelable: number): object {
  const canceled = cancelable > 0 ? 'PARTIALLY_CANCELED' : 'CANCELED';
  return {
    paymentId: id,
    partnerPayKey: order,
    status: status !== 'COMPLETED' ? status : cancelable === paid ? 'APPROVED' : canceled,
    totalPayAmount: amount,
    canceledAmount: paid - cancelable,
    cancelableAmount: cancelable,
  };
}

/** A payment in two steps as it was authorised, or as that has ended. */
function authorized({ order }: PaymentRow, { id, amount }: MovementRow, end: AuthorizationEndRow | null): object {
  const status = end === null ? 'AUTHORIZED' : end.outcome === 'CAPTURED' ? 'APPROVED' : 'VOIDED';
  const capturedAmount = end?.capturedAmount ?? 0;
  const what = { paymentId: id, partnerPayKey: order, status, totalPayAmount: amount, capturedAmount };
  return { ...what, canceledAmount: 0, cancelableAmount: capturedAmount };
}

/** One event has one number, at whichever endpoint. */
function checkNumbers(evidence: Evidence): void {
  for (const [place, rows] of groupBy(evidence.state.events, (row) => `${placeOf(row)} of ${row.ownerId}`)) {
    const numbers = new Set(rows.map(({ eventId }) => eventId));
    if (numbers.size > 1) evidence.violate('events are true', `event ${place} has the numbers ${[...numbers].join()}`);
  }
}

/** The outbox has exactly the events that are due: 1 to n of each payment or movement. */
function checkRows(evidence: Evidence, due: ReadonlyMap<string, DueEvent>, rows: readonly EventRow[]): void {
  const open = new Map(due);
  for (const row of rows) {
    if (open.delete(placeOf(row))) continue;
    const what = due.has(placeOf(row)) ? 'is there already' : 'never was';
    evidence.violate(
      'events are true',
      `event ${row.eventId} is number ${row.sequence} of movement ${row.movementId}, which ${what}`,
    );
  }
  for (const { movementId, sequence, body } of open.values()) {
    const text = `${body.type}, number ${sequence} of movement ${movementId}, was never written`;
    evidence.violate('every event arrives', text);
  }
}

/** Whether the partner's verifier, as the guide has it, takes it for ours. */
function checkReceipt(evidence: Evidence, { secret, endpointId }: Endpoint, receipt: Receipt): boolean {
  const { signature, text, clocksMs, eventId } = receipt;
  const isRight = clocksMs.some((nowMs) => isGenuine(signature, text, secret, nowMs));
  if (!isRight) {
    const text = `endpoint ${endpointId} got event ${eventId} with ${signature}, at ${clocksMs.join(' or ')}`;
    evidence.violate('events are genuine', text);
  }
  return isRight;
}

/** It says what the rows say, every time in the same words. */
function checkContent(
  evidence: Evidence,
  due: ReadonlyMap<string, DueEvent>,
  row: EventRow | undefined,
  receipts: readonly Receipt[],
): void {
  const [first] = receipts as [Receipt];
  const body = JSON.parse(first.text) as Body;
  const place = placeOf(subjectOf(body));
  const event = due.get(place);
  if (!row || !event || placeOf(row) !== place) {
    evidence.violate('events are true', `${first.text} arrived as event ${first.eventId}, of which we know nothing`);
  } else if (!isDeepStrictEqual(body, { ...event.body, eventId: row.eventId })) {
    evidence.violate('events are true', `${first.text} is ${JSON.stringify(event.body)}`);
  }
  const other = receipts.find(({ text }) => text !== first.text);
  if (other) evidence.violate('events are true', `${first.text} became ${other.text}`);
}

/** Each was taken by its receiver, and none came before the one before it was, unless that was given up in between. */
function checkArrival(
  evidence: Evidence,
  events: readonly EventRow[],
  arrivals: ReadonlyMap<number, readonly Receipt[]>,
): void {
  let before: EventRow | undefined;
  let takenMs = 0;
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    const { eventId, movementId, sequence, status } = event;
    const receipts = arrivals.get(eventId) ?? [];
    const cameMs = Math.min(...receipts.map(({ arrivedMs }) => arrivedMs));
    // The bank may say what became of a day's deposit when the next day's has failed already.
    const wasWrittenLater = movementId < 0 && (before?.id ?? 0) > event.id;
    if (cameMs < takenMs && !wasWrittenLater && !evidence.history.resends.includes(before?.id ?? 0)) {
      const text = `number ${sequence} of movement ${movementId} (event ${eventId}) came before number ${before?.sequence} was taken`;
      evidence.violate('events are in order', text);
    }
    const taken = receipts.filter(
      (receipt) => receipt.status !== null && receipt.status >= 200 && receipt.status < 300,
    );
    takenMs = Math.min(...taken.map(({ arrivedMs }) => arrivedMs));
    before = event;
    if (taken.length > 0 && status === 'DELIVERED') continue;
    const text = `event ${eventId} (movement ${movementId}, number ${sequence}) came ${receipts.length} times, was taken ${taken.length} times, and is ${status}`;
    evidence.violate('every event arrives', text);
  }
}

/** Failed deposits are an account's, and in the order of its days. */
function subjectOf({ paymentId, transactionId, sequence = 0, data: { accountId = 0, day = '' } }: Body) {
  const movementId = paymentId ?? transactionId;
  return movementId === undefined ? { movementId: -accountId, sequence: dayNumber(day) } : { movementId, sequence };
}

const placeOf = ({ movementId, sequence }: Pick<DueEvent, 'movementId' | 'sequence'>) => `${movementId} ${sequence}`;
