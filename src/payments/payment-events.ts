import { Injectable } from '@nestjs/common';
import {
  failureAnswerOf,
  type MovementDeclaration,
  type MovementView,
  type RecordedMovement,
  type Resolution,
} from '../movements/index.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { type OutboxEvent, WebhookOutbox } from '../webhooks/index.js';
import { AUTHORIZATION, type AuthorizationEndDetails, expiryOf } from './authorization.movements.js';
import type { PaymentDetails } from './payment.movement.js';
import type { CancelDetails } from './payment-cancel.movement.js';
import { paidAmountOf, type PaymentState, paymentStatusOf } from './payment.state.js';
import { type PaymentRecord, PaymentsRepository } from './payments.repository.js';

/**
 * A payment's first event says how its request ended; in two steps, the second one says how the authorisation did. Each
 * cancel is the next one.
 */
const OUTCOME_SEQUENCE = 1;
const AUTHORIZATION_END_SEQUENCE = 2;

type Told = Pick<PaymentRecord, 'paymentId' | 'partnerId' | 'partnerPayKey' | 'failureCode'> & PaymentState;

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
      ({ request }) => doneType(request),
    );
    const events = approved.map(({ movementId, request, at }) => {
      const { partnerId, partnerPayKey } = request.details;
      const payment = { paymentId: movementId.value, partnerId, partnerPayKey, amount: request.amount };
      return outcome(request, { ...payment, status: 'COMPLETED', failureCode: null }, at);
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
    const settled = new Map(payments.map((payment) => [payment.movementId, payment]));
    const orders = await this.payments.findOrders(tx, [...settled.keys()]);
    await this.outbox.write(
      tx,
      orders.map((order) => {
        const payment = settled.get(order.paymentId) as Resolution;
        return outcome(payment, { ...order, ...end, amount: payment.amount }, at);
      }),
    );
  }

  /** Authorisations that were captured or voided. */
  async authorizationEnded(
    tx: BatchTransaction,
    rows: readonly RecordedMovement<AuthorizationEndDetails>[],
  ): Promise<void> {
    await this.outbox.write(tx, rows.map(authorizationEnd));
  }

  async canceled(tx: BatchTransaction, rows: readonly RecordedMovement<CancelDetails>[]): Promise<void> {
    const told = await this.told(tx, rows, () => 'payment.canceled');
    const events = told.map(({ movementId, request, at }): OutboxEvent => {
      const { paymentId, partnerId, reason, decided } = request.details;
      if (!decided?.payment) throw new Error(`cancel ${movementId.value} was not decided`);
      const { partnerPayKey, amount, isManual } = decided.payment;
      const paidAmount = decided.payment.paidAmount as number;
      const canceledAmount = paidAmount - decided.cancelableAfter;
      const cancel = {
        cancelId: movementId.value,
        cancelAmount: request.amount,
        cancelReason: reason,
        canceledAt: seoulDateTime(at),
      };
      const authorization = isManual ? captured(paidAmount, at) : null;
      const payment = { paymentId, partnerId, partnerPayKey, amount, canceledAmount, authorization, failureCode: null };
      const data = { ...shown({ ...payment, status: 'COMPLETED' }), cancel };
      const sequence = (isManual ? AUTHORIZATION_END_SEQUENCE : OUTCOME_SEQUENCE) + decided.sequence;
      return { ownerId: partnerId, subjectId: paymentId, sequence, type: 'payment.canceled', occurredAt: at, data };
    });
    await this.outbox.write(tx, events);
  }

  /** Those whose partner wants to hear of their type of event, with their numbers, which they will be called by. */
  private async told<Row extends RecordedMovement<{ partnerId: number }>>(
    tx: BatchTransaction,
    rows: readonly Row[],
    typeOf: (row: Row) => OutboxEvent['type'],
  ): Promise<Row[]> {
    const partnerIds = rows.map(({ request }) => request.details.partnerId);
    const told: Row[] = [];
    for (const [type, some] of Map.groupBy(rows, typeOf)) {
      const partners = await this.outbox.listening(tx, partnerIds, type);
      told.push(...some.filter(({ request }) => partners.has(request.details.partnerId)));
    }
    await tx.learnIds(told.map(({ movementId }) => movementId));
    return told;
  }
}

/** Of a payment's request that was taken: it is paid, or held in two steps. */
const doneType = ({ declaration }: { readonly declaration: MovementDeclaration }) =>
  declaration.type === AUTHORIZATION.type ? 'payment.authorized' : 'payment.approved';

/** What a payment's request has come to. */
function outcome(
  { declaration }: { readonly declaration: MovementDeclaration },
  payment: Omit<Told, 'canceledAmount' | 'authorization'>,
  at: Date,
): OutboxEvent {
  const { partnerId, paymentId, status } = payment;
  const done = doneType({ declaration });
  const isHeld = status === 'COMPLETED' && done === 'payment.authorized';
  const data = shown({ ...payment, canceledAmount: 0, authorization: isHeld ? { end: null } : null });
  return {
    ownerId: partnerId,
    subjectId: paymentId,
    sequence: OUTCOME_SEQUENCE,
    type: status === 'COMPLETED' ? done : 'payment.failed',
    occurredAt: at,
    data: isHeld ? { ...data, expiresAt: seoulDateTime(expiryOf(at)) } : data,
  };
}

function authorizationEnd({ request, at }: RecordedMovement<AuthorizationEndDetails>): OutboxEvent {
  const { paymentId, partnerId, partnerPayKey, authorizedAmount, outcome: ended } = request.details;
  const isCaptured = ended === 'CAPTURED';
  const capturedAmount = isCaptured ? request.amount : 0;
  const data = shown({
    paymentId,
    partnerId,
    partnerPayKey,
    status: 'COMPLETED',
    amount: authorizedAmount,
    canceledAmount: 0,
    failureCode: null,
    authorization: { end: { outcome: ended, capturedAmount, endedAt: at } },
  });
  return {
    ownerId: partnerId,
    subjectId: paymentId,
    sequence: AUTHORIZATION_END_SEQUENCE,
    type: isCaptured ? 'payment.captured' : 'payment.voided',
    occurredAt: at,
    data: isCaptured ? data : { ...data, voidReason: ended === 'EXPIRED' ? 'EXPIRED' : 'REQUESTED' },
  };
}

function captured(capturedAmount: number, endedAt: Date): PaymentState['authorization'] {
  return { end: { outcome: 'CAPTURED', capturedAmount, endedAt } };
}

function shown(payment: Told): object {
  const { paymentId, partnerPayKey, amount, canceledAmount, failureCode, authorization } = payment;
  const failure = failureAnswerOf(failureCode);
  const paidAmount = paidAmountOf(payment);
  return {
    paymentId,
    partnerPayKey,
    status: paymentStatusOf(payment),
    totalPayAmount: amount,
    ...(authorization && { capturedAmount: paidAmount }),
    canceledAmount,
    cancelableAmount: paidAmount - canceledAmount,
    ...(failure && { failureCode: failure }),
  };
}
