import type { OrderRecord } from '../bank/index.js';
import type { PaymentRecord } from '../payments/index.js';
import type { ToldOf } from '../webhooks/index.js';

export const STORY_EVENTS = [
  'REQUESTED',
  'HELD',
  'BANK_ASKED',
  'BANK_RESENT',
  'BANK_DONE',
  'BANK_REFUSED',
  'APPROVED',
  'AUTHORIZED',
  'FAILED',
  'CAPTURED',
  'VOIDED',
  'EXPIRED',
  'CANCELED',
  'WEBHOOK',
] as const;

/** Something that is known to have happened to a payment. Amounts are won. */
export interface StoryEvent {
  readonly event: (typeof STORY_EVENTS)[number];
  readonly at: Date;
  /** The movement that it is about. */
  readonly transactionId: number;
  readonly amount?: number;
  readonly expiresAt?: Date;
  readonly inquiries?: number;
  readonly refusal?: string;
  readonly reason?: string;
  readonly told?: ToldOf;
}

/** What is stored of a payment. */
export interface StoryFacts {
  readonly payment: PaymentRecord;
  /** What the bank was asked for, where it was. */
  readonly order: OrderRecord | undefined;
  /** The movement that has ended an authorisation, where one has. */
  readonly endId: number | null;
  readonly told: readonly ToldOf[];
}

/**
 * A payment's story in its order, of nothing but what is stored. What came before the outcome is in the order in which
 * it has to happen, as some of these times are by the database's clock, which is not ours; what came after is by time.
 */
export function storyOf({ payment, order, endId, told }: StoryFacts): StoryEvent[] {
  const after = [...endOf(payment, endId), ...cancelsOf(payment), ...told.map(webhookOf)];
  after.sort((a, b) => a.at.getTime() - b.at.getTime());
  return [requestOf(payment), ...(order ? bankOf(order) : []), ...outcomeOf(payment), ...after];
}

function requestOf({ paymentId, amount, createdAt }: PaymentRecord): StoryEvent {
  return { event: 'REQUESTED', at: createdAt, transactionId: paymentId, amount };
}

function bankOf(order: OrderRecord): StoryEvent[] {
  const { movementId: transactionId, amount, heldAmount, askedAt, resentAt, status, settledAt } = order;
  const { inquiries, refusal } = order;
  const events: StoryEvent[] = [];
  if (heldAmount > 0) events.push({ event: 'HELD', at: askedAt, transactionId, amount: heldAmount });
  events.push({ event: 'BANK_ASKED', at: askedAt, transactionId, amount });
  if (resentAt) events.push({ event: 'BANK_RESENT', at: resentAt, transactionId });
  if (settledAt && status === 'DONE') events.push({ event: 'BANK_DONE', at: settledAt, transactionId, inquiries });
  if (settledAt && status === 'REFUSED') {
    events.push({ event: 'BANK_REFUSED', at: settledAt, transactionId, inquiries, ...(refusal && { refusal }) });
  }
  return events;
}

function outcomeOf(payment: PaymentRecord): StoryEvent[] {
  const { paymentId: transactionId, status, amount, isManual, authorization, completedAt } = payment;
  if (!completedAt || status === 'PENDING') return [];
  if (status === 'FAILED') return [{ event: 'FAILED', at: completedAt, transactionId }];
  if (!isManual) return [{ event: 'APPROVED', at: completedAt, transactionId, amount }];
  const expiresAt = authorization?.expiresAt;
  return [{ event: 'AUTHORIZED', at: completedAt, transactionId, amount, ...(expiresAt && { expiresAt }) }];
}

function endOf({ authorization }: PaymentRecord, endId: number | null): StoryEvent[] {
  const end = authorization?.end;
  if (!end || endId === null) return [];
  const isCaptured = end.outcome === 'CAPTURED';
  const amount = isCaptured ? { amount: end.capturedAmount } : {};
  return [{ event: end.outcome, at: end.endedAt, transactionId: endId, ...amount }];
}

function cancelsOf({ cancels }: PaymentRecord): StoryEvent[] {
  return cancels.map(({ cancelId, amount, reason, canceledAt }) => ({
    event: 'CANCELED',
    at: canceledAt,
    transactionId: cancelId,
    amount,
    reason,
  }));
}

function webhookOf(told: ToldOf): StoryEvent {
  return { event: 'WEBHOOK', at: told.occurredAt, transactionId: told.subjectId, told };
}
