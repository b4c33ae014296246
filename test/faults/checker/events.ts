import { isDeepStrictEqual } from 'node:util';
import { isGenuine } from '../../../docs/webhook-verifier.js';
import type { EventRow, MovementRow, PaymentRow } from '../final-state.js';
import type { Endpoint, Receipt } from '../history.js';
import { type Evidence, groupBy } from './evidence.js';

/** What partners are told of why a payment failed: a bank's refusal, or that it was not asked in time. */
const FAILURES: Readonly<Record<string, string>> = {
  BALANCE_SHORT: 'NotEnoughAccountBalance',
  BANK_LIMIT: 'DailyLimitExceeded',
  ACCOUNT_REFUSED: 'BankMaintenance',
  UNAVAILABLE: 'BankMaintenance',
  CONFIGURATION: 'BankMaintenance',
  BUSY: 'TemporarilyUnavailable',
};

/** The body of an event, as the rows say that it must be; its id is in the row. */
interface DueEvent {
  readonly type: string;
  readonly partnerId: number;
  readonly paymentId: number;
  readonly sequence: number;
  readonly occurredAt: string | null;
  readonly data: object;
}

type Body = DueEvent & { readonly eventId: number };

/**
 * Every endpoint of a partner hears what became of the partner's payments: all of it, in order, signed, and nothing
 * else.
 */
export function checkEvents(evidence: Evidence): void {
  const receipts = groupBy(evidence.history.receipts, ({ endpointId }) => endpointId);
  const rows = groupBy(evidence.state.events, ({ endpointId }) => endpointId);
  checkNumbers(evidence);
  for (const endpoint of evidence.history.endpoints) {
    const { endpointId, partnerId } = endpoint;
    const due = new Map(dueTo(evidence, partnerId).map((event) => [placeOf(event), event]));
    const written = new Map((rows.get(endpointId) ?? []).map((row) => [row.eventId, row]));
    checkRows(evidence, due, [...written.values()]);
    const genuine = (receipts.get(endpointId) ?? []).filter((receipt) => checkReceipt(evidence, endpoint, receipt));
    const arrivals = groupBy(genuine, ({ eventId }) => Number(eventId));
    for (const [eventId, own] of arrivals) checkContent(evidence, due, written.get(eventId), own);
    for (const payment of groupBy([...written.values()], ({ paymentId }) => paymentId).values()) {
      checkArrival(evidence, payment, arrivals);
    }
  }
}

/** One outcome for each payment that is over, and its cancels after it. */
function dueTo(evidence: Evidence, partnerId: number): DueEvent[] {
  const cancels = groupBy(evidence.state.cancels, ({ paymentId }) => paymentId);
  return evidence.state.payments.flatMap((payment) => {
    const movement = evidence.movements.get(payment.movementId);
    if (!movement || payment.partnerId !== partnerId || movement.status === 'PENDING') return [];
    const isPaid = movement.status === 'COMPLETED';
    const failure = { failureCode: FAILURES[movement.failureCode ?? ''] };
    const base = { partnerId, paymentId: movement.id };
    const outcome = {
      ...base,
      type: isPaid ? 'payment.approved' : 'payment.failed',
      sequence: 1,
      occurredAt: movement.completedAt,
      data: { ...shown(payment, movement, isPaid ? movement.amount : 0), ...(!isPaid && failure) },
    };
    const canceled = (cancels.get(movement.id) ?? []).map(
      ({ movementId, sequence, amount, cancelableAfter, reason }) => {
        const canceledAt = evidence.movements.get(movementId)?.completedAt ?? null;
        const cancel = { cancelId: movementId, cancelAmount: amount, cancelReason: reason, canceledAt };
        const data = { ...shown(payment, movement, cancelableAfter), cancel };
        return { ...base, type: 'payment.canceled', sequence: 1 + sequence, occurredAt: canceledAt, data };
      },
    );
    return [outcome, ...canceled];
  });
}

function shown({ order }: PaymentRow, { id, amount, status }: MovementRow, cancelable: number): object {
  const paid = cancelable === amount ? 'APPROVED' : cancelable > 0 ? 'PARTIALLY_CANCELED' : 'CANCELED';
  return {
    paymentId: id,
    partnerPayKey: order,
    status: status === 'COMPLETED' ? paid : status,
    totalPayAmount: amount,
    canceledAmount: status === 'COMPLETED' ? amount - cancelable : 0,
    cancelableAmount: cancelable,
  };
}

/** One event has one number, at whichever endpoint. */
function checkNumbers(evidence: Evidence): void {
  for (const [place, rows] of groupBy(evidence.state.events, placeOf)) {
    const numbers = new Set(rows.map(({ eventId }) => eventId));
    if (numbers.size > 1) evidence.violate('events are true', `event ${place} has the numbers ${[...numbers].join()}`);
  }
}

/** The outbox has exactly the events that are due: 1 to n of each payment. */
function checkRows(evidence: Evidence, due: ReadonlyMap<string, DueEvent>, rows: readonly EventRow[]): void {
  const open = new Map(due);
  for (const row of rows) {
    if (open.delete(placeOf(row))) continue;
    const what = due.has(placeOf(row)) ? 'is there already' : 'never was';
    evidence.violate(
      'events are true',
      `event ${row.eventId} is number ${row.sequence} of payment ${row.paymentId}, which ${what}`,
    );
  }
  for (const { paymentId, sequence, type } of open.values()) {
    evidence.violate('every event arrives', `${type}, number ${sequence} of payment ${paymentId}, was never written`);
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
  const event = due.get(placeOf(body));
  if (!row || !event || placeOf(row) !== placeOf(body)) {
    evidence.violate('events are true', `${first.text} arrived as event ${first.eventId}, of which we know nothing`);
  } else if (!isDeepStrictEqual(body, { ...event, eventId: row.eventId })) {
    evidence.violate('events are true', `${first.text} is ${JSON.stringify(event)}`);
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
    const { eventId, paymentId, sequence, status } = event;
    const receipts = arrivals.get(eventId) ?? [];
    const cameMs = Math.min(...receipts.map(({ arrivedMs }) => arrivedMs));
    if (cameMs < takenMs && !evidence.history.resends.includes(before?.id ?? 0)) {
      const text = `number ${sequence} of payment ${paymentId} (event ${eventId}) came before number ${before?.sequence} was taken`;
      evidence.violate('events are in order', text);
    }
    const taken = receipts.filter(
      (receipt) => receipt.status !== null && receipt.status >= 200 && receipt.status < 300,
    );
    takenMs = Math.min(...taken.map(({ arrivedMs }) => arrivedMs));
    before = event;
    if (taken.length > 0 && status === 'DELIVERED') continue;
    const text = `event ${eventId} (payment ${paymentId}, number ${sequence}) came ${receipts.length} times, was taken ${taken.length} times, and is ${status}`;
    evidence.violate('every event arrives', text);
  }
}

const placeOf = ({ paymentId, sequence }: Pick<DueEvent, 'paymentId' | 'sequence'>) => `${paymentId} ${sequence}`;
