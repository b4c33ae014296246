import { Injectable } from '@nestjs/common';
import { failureAnswerOf, type MovementView, type RecordedMovement, type Resolution } from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { type OutboxEvent, WebhookOutbox } from '../webhooks/index.js';
import type { PaymentDetails } from './payment.movement.js';
import type { CancelDetails } from './payment-cancel.movement.js';
import { paymentStatusOf } from './payment.state.js';
import { type PaymentRecord, PaymentsRepository } from './payments.repository.js';

/** A payment's first event says how it ended; each cancel is the next one. */
const OUTCOME_SEQUENCE = 1;

type Told = Pick<
  PaymentRecord,
  'paymentId' | 'partnerId' | 'partnerPayKey' | 'status' | 'amount' | 'canceledAmount' | 'failureCode'
>;

/** What partners are told of their payments, written in the transaction that makes it true. Amounts are won. */
@Injectable()
export class PaymentEvents {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly payments: PaymentsRepository,
  ) {}

  /** Payments that were approved at once; those that wait for the bank are told of when they are settled. */
  async recorded(tx: BatchTransaction, rows: readonly RecordedMovement<PaymentDetails>[]): Promise<void> {
    const approved = await this.told(
      tx,
      rows.filter(({ status }) => status === 'COMPLETED'),
      'payment.approved',
    );
    const events = approved.map(({ movementId, request, at }) => {
      const { partnerId, partnerPayKey } = request.details;
      const payment = { paymentId: movementId.value, partnerId, partnerPayKey, amount: request.amount };
      return outcome({ ...payment, status: 'COMPLETED', canceledAmount: 0, failureCode: null }, at);
    });
    await this.outbox.write(tx, events);
  }

  /** Payments that the bank's answer, whoever got it, has just approved or failed. */
  async settled(
    tx: BatchTransaction,
    payments: readonly Resolution[],
    end: Pick<MovementView, 'status' | 'failureCode'>,
    at: Date,
  ): Promise<void> {
    const amounts = new Map(payments.map(({ movementId, amount }) => [movementId, amount]));
    const orders = await this.payments.findOrders(tx, [...amounts.keys()]);
    await this.outbox.write(
      tx,
      orders.map((order) => {
        const amount = amounts.get(order.paymentId) as number;
        return outcome({ ...order, ...end, amount, canceledAmount: 0 }, at);
      }),
    );
  }

  async canceled(tx: BatchTransaction, rows: readonly RecordedMovement<CancelDetails>[]): Promise<void> {
    const told = await this.told(tx, rows, 'payment.canceled');
    const events = told.map(({ movementId, request, at }): OutboxEvent => {
      const { paymentId, partnerId, reason, decided } = request.details;
      if (!decided?.payment) throw new Error(`cancel ${movementId.value} was not decided`);
      const { partnerPayKey, amount } = decided.payment;
      const canceledAmount = amount - decided.cancelableAfter;
      const cancel = {
        cancelId: movementId.value,
        cancelAmount: request.amount,
        cancelReason: reason,
        canceledAt: seoulDateTime(at),
      };
      const payment = { paymentId, partnerId, partnerPayKey, amount, canceledAmount, failureCode: null };
      const data = { ...shown({ ...payment, status: 'COMPLETED' }), cancel };
      const sequence = OUTCOME_SEQUENCE + decided.sequence;
      return { ownerId: partnerId, subjectId: paymentId, sequence, type: 'payment.canceled', occurredAt: at, data };
    });
    await this.outbox.write(tx, events);
  }

  /** Those whose partner wants to hear of this type of event, with their numbers, which they will be called by. */
  private async told<Row extends RecordedMovement<{ partnerId: number }>>(
    tx: BatchTransaction,
    rows: readonly Row[],
    type: OutboxEvent['type'],
  ): Promise<Row[]> {
    if (rows.length === 0) return [];
    const partners = await this.outbox.listening(
      tx,
      rows.map(({ request }) => request.details.partnerId),
      type,
    );
    const told = rows.filter(({ request }) => partners.has(request.details.partnerId));
    await tx.learnIds(told.map(({ movementId }) => movementId));
    return told;
  }
}

function outcome(payment: Told, at: Date): OutboxEvent {
  const { partnerId, paymentId, status } = payment;
  const type = status === 'COMPLETED' ? 'payment.approved' : 'payment.failed';
  return {
    ownerId: partnerId,
    subjectId: paymentId,
    sequence: OUTCOME_SEQUENCE,
    type,
    occurredAt: at,
    data: shown(payment),
  };
}

function shown({ paymentId, partnerPayKey, status, amount, canceledAmount, failureCode }: Told): object {
  const failure = failureAnswerOf(failureCode);
  return {
    paymentId,
    partnerPayKey,
    status: paymentStatusOf(status, amount, canceledAmount),
    totalPayAmount: amount,
    canceledAmount,
    cancelableAmount: status === 'COMPLETED' ? amount - canceledAmount : 0,
    ...(failure && { failureCode: failure }),
  };
}
