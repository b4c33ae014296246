import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type IdempotencyClaim, ownedBy } from '../idempotency/index.js';
import { type MovementKind, MovementKinds, type MovementRequest, MovementsService } from '../movements/index.js';
import { PartnersService } from '../partners/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { type Answer, Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';
import { type CancelDetails, type LockedPayment, PaymentCancelsRepository } from './payment-cancels.repository.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentsService } from './payments.service.js';

export interface CancelRequest {
  /** won; absent: all that is left */
  readonly cancelAmount?: number | undefined;
  readonly cancelReason: string;
  /** won; what the partner believes is left */
  readonly cancelableAmount?: number | undefined;
}

@Injectable()
export class PaymentCancelsService implements OnModuleInit {
  private readonly kind: MovementKind<CancelDetails>;

  constructor(
    cancels: PaymentCancelsRepository,
    events: PaymentEvents,
    private readonly payments: PaymentsService,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly movements: MovementsService,
    private readonly kinds: MovementKinds,
  ) {
    this.kind = cancelKind(cancels, events);
  }

  onModuleInit(): void {
    this.kinds.register(this.kind);
  }

  /**
   * Gives a payment (for a partner, one of its own) back, whole or in part, to the main account it came from.
   *
   * @throws Refusal PaymentNotFound, NotCancelable (pending or failed), AlreadyCanceled, OverRemainAmount,
   *   CancelableAmountChanged, and those of `MovementsService.move`
   */
  async cancel(
    paymentId: number,
    ownPartnerId: number | null,
    request: CancelRequest,
    claim: IdempotencyClaim,
  ): Promise<Answer<object>> {
    const { userId, partnerId } = await this.payments.get(paymentId, ownPartnerId);
    const { cancelAmount = null, cancelReason, cancelableAmount = null } = request;
    return this.movements.move({
      kind: this.kind,
      userId,
      accountId: await this.users.getMainAccountId(userId),
      counter: { id: await this.partners.getPayableAccountId(partnerId), locked: false },
      // How much is decided under the lock.
      amount: cancelAmount ?? 0,
      claim: ownedBy(claim, `partner:${partnerId}:cancels`),
      details: {
        paymentId,
        partnerId,
        reason: cancelReason,
        cancelAmount,
        expectedCancelable: cancelableAmount,
        decided: null,
      },
    });
  }
}

function cancelKind(cancels: PaymentCancelsRepository, events: PaymentEvents): MovementKind<CancelDetails> {
  return {
    type: 'PAYMENT_CANCEL',
    direction: 'in',
    counterLocked: false,
    onGoing: 'RequestOnGoing',
    complete: 'RequestComplete',
    location: (cancelId) => `/transactions/${cancelId}`,
    locationByKey: (_userId, _key, { paymentId }) => `/payments/${paymentId}`,
    detail: ({ id, amount, completedAt, createdAt }, { paymentId, decided }) => ({
      paymentId,
      cancelId: id,
      cancelAmount: amount,
      cancelableAmount: decided?.cancelableAfter ?? 0,
      status: decided?.cancelableAfter === 0 ? 'CANCELED' : 'PARTIALLY_CANCELED',
      canceledAt: seoulDateTime(completedAt ?? createdAt),
    }),
    pendingDetail: (_cancelId, { paymentId }) => ({ paymentId }),
    examine: (tx, requests) => examine(cancels, tx, requests),
    record: async (tx, rows) => {
      cancels.insert(tx, rows);
      await events.canceled(tx, rows);
    },
    findDetails: (reader, cancelIds) => cancels.findDetails(reader, cancelIds),
  };
}

/** Decides cancels one after the other under the locks of their payments: they never give back more than was paid. */
async function examine(
  cancels: PaymentCancelsRepository,
  tx: EntityManager,
  requests: readonly MovementRequest<CancelDetails>[],
): Promise<(MovementRequest<CancelDetails> | Refusal)[]> {
  const payments = await cancels.lockPayments(
    tx,
    requests.map(({ details }) => details.paymentId),
  );
  return requests.map((request) => {
    const { details } = request;
    const payment = payments.get(details.paymentId);
    if (!payment) return new Refusal('PaymentNotFound');
    const cancelable = payment.amount - payment.canceledAmount;
    const amount = details.cancelAmount ?? cancelable;
    const refusal = refuse(payment, cancelable, amount, details.expectedCancelable);
    if (refusal) return refusal;
    payment.canceledAmount += amount;
    payment.cancels += 1;
    const decided = { sequence: payment.cancels, cancelableAfter: cancelable - amount };
    return { ...request, amount, details: { ...details, decided } };
  });
}

function refuse(payment: LockedPayment, cancelable: number, amount: number, expected: number | null): Refusal | null {
  if (payment.status !== 'COMPLETED') return new Refusal('NotCancelable');
  if (cancelable === 0) return new Refusal('AlreadyCanceled');
  if (expected !== null && expected !== cancelable) {
    return new Refusal('CancelableAmountChanged', { cancelableAmount: cancelable });
  }
  if (amount > cancelable) {
    return new Refusal('OverRemainAmount', { cancelableAmount: cancelable, cancelAmount: amount });
  }
  return null;
}
