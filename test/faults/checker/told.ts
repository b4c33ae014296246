import { type Answered, type Fields, isMoney, isOpen, isRead, type MoneyIntent, type Operation } from '../history.js';
import { movementIdIn } from '../world.js';
import type { Evidence } from './evidence.js';

/** What a read says of a payment. Amounts are won. */
export interface ShownPayment {
  readonly paymentId: number;
  readonly status: string;
  readonly totalPayAmount: number;
  readonly canceledAmount: number;
  readonly cancelableAmount: number;
  /** Only in two steps. */
  readonly capture?: 'MANUAL';
  readonly capturedAmount?: number;
  readonly expiresAt?: string;
  readonly capturedAt?: string;
  readonly voidedAt?: string;
  readonly voidReason?: string;
}

/** Whether it says of a movement that it is done. */
export function isDoneSaid({ outcome }: Operation): boolean {
  return outcome.kind === 'answered' && (outcome.code === 'Success' || outcome.code === 'AlreadyComplete');
}

/** Whether anybody had been told by then that this was done. */
export function wasDone(
  operations: readonly Operation[],
  field: string,
  id: number | undefined,
  atMs: number,
): boolean {
  return operations.some(
    (operation) =>
      operation.endedMs < atMs && isDoneSaid(operation) && (operation.outcome as Answered).detail[field] === id,
  );
}

/** The payments that a read has shown. */
export function paymentsIn({ outcome, intent }: Operation): readonly ShownPayment[] {
  if (intent.kind !== 'read' || outcome.kind !== 'answered' || outcome.status !== 200) return [];
  const items = (outcome.detail['items'] as Fields[] | undefined) ?? [outcome.detail];
  return items.filter((item) => 'paymentId' in item && 'canceledAmount' in item) as unknown as ShownPayment[];
}

const ENDED = ['VOIDED', 'APPROVED', 'PARTIALLY_CANCELED', 'CANCELED'];
const known = new WeakMap<Evidence, ReadonlyMap<number, number>>();

/** When anybody was first told that a payment in two steps has ended, in whichever way; Infinity: never. */
export function endToldMs(evidence: Evidence, paymentId: number): number {
  let told = known.get(evidence);
  if (!told) known.set(evidence, (told = findEndsTold(evidence)));
  return told.get(paymentId) ?? Infinity;
}

function findEndsTold({ history }: Evidence): Map<number, number> {
  const told = new Map<number, number>();
  const tell = (paymentId: number, atMs: number) => {
    told.set(paymentId, Math.min(atMs, told.get(paymentId) ?? Infinity));
  };
  for (const operation of history.operations) {
    if (isMoney(operation) && saysEnd(operation)) tell(operation.intent.paymentId as number, operation.endedMs);
    if (!isRead(operation)) continue;
    for (const { paymentId, capture, status } of paymentsIn(operation)) {
      if (capture === 'MANUAL' && ENDED.includes(status)) tell(paymentId, operation.endedMs);
    }
  }
  return told;
}

function saysEnd(operation: Operation<MoneyIntent>): boolean {
  const { outcome, intent } = operation;
  if (intent.paymentId === undefined || outcome.kind !== 'answered') return false;
  return isDoneSaid(operation) || (outcome.code === 'NotCapturable' && outcome.detail['outcome'] !== undefined);
}

/** When anybody was first told that a payment keeps its order no longer, being void or given back; Infinity: never. */
export function freedToldMs(evidence: Evidence, paymentId: number): number {
  const end = evidence.endsOfPayments.get(paymentId);
  if (end && end.outcome !== 'CAPTURED') return endToldMs(evidence, paymentId);
  const given = evidence.history.operations
    .filter(isMoney)
    .filter(
      (operation) =>
        operation.intent.route === 'cancels' &&
        operation.intent.paymentId === paymentId &&
        isDoneSaid(operation) &&
        (operation.outcome as Answered).detail['status'] === 'CANCELED',
    );
  return Math.min(...given.map(({ endedMs }) => endedMs));
}

interface Times {
  /** When each movement was first asked for; those that the service makes by itself are missing. */
  readonly asked: ReadonlyMap<number, number>;
  /** When each was first told to be done. */
  readonly told: ReadonlyMap<number, number>;
  /** Those of which somebody who asked when the faults were over knows no outcome. */
  readonly lateOpen: ReadonlySet<number>;
}

const times = new WeakMap<Evidence, Times>();

export function timesOf(evidence: Evidence): Times {
  let found = times.get(evidence);
  if (!found) times.set(evidence, (found = findTimes(evidence)));
  return found;
}

function findTimes({ claims, history }: Evidence): Times {
  const asked = new Map<number, number>();
  const told = new Map<number, number>();
  const lateOpen = new Set<number>();
  for (const { movements, operations } of claims.values()) {
    if (operations.length === 0) continue;
    const firstMs = Math.min(...operations.map(({ startedMs }) => startedMs));
    const isLateOpen = operations.some((operation) => operation.final && isOpen(operation));
    for (const { id } of movements) {
      asked.set(id, firstMs);
      if (isLateOpen) lateOpen.add(id);
    }
  }
  for (const operation of history.operations.filter(isMoney).filter(isDoneSaid)) {
    const id = movementIdIn(operation.intent.route, (operation.outcome as Answered).detail);
    if (id !== null) told.set(id, Math.min(operation.endedMs, told.get(id) ?? Infinity));
  }
  return { asked, told, lateOpen };
}
