import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { IdempotencyClaim } from '../idempotency/index.js';
import { type MovementKind, MovementKinds, MovementsService, type MovementView } from '../movements/index.js';
import { PartnersService } from '../partners/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import type { BatchTransaction } from '../platform/database/batch-transactions.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { type Answer, Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { UsersService } from '../users/index.js';
import { PaymentEvents } from './payment-events.js';
import { orderOf, type PaymentDetails, type PaymentRecord, PaymentsRepository } from './payments.repository.js';

export interface PaymentRequest extends PaymentDetails {
  readonly userId: number;
  /** won */
  readonly totalPayAmount: number;
}

@Injectable()
export class PaymentsService implements OnModuleInit {
  private readonly kind: MovementKind<PaymentDetails>;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentsRepository,
    events: PaymentEvents,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly movements: MovementsService,
    private readonly kinds: MovementKinds,
    private readonly metrics: Metrics,
  ) {
    this.kind = paymentKind(payments, events);
  }

  onModuleInit(): void {
    this.kinds.register(this.kind);
  }

  /**
   * Approves a payment from the user's main account to the partner.
   *
   * @throws Refusal InvalidUserId, InvalidMerchant, and those of `MovementsService.move`
   */
  async approve(request: PaymentRequest, claim: IdempotencyClaim): Promise<Answer<object>> {
    const { userId, partnerId, partnerPayKey, productItems, totalPayAmount } = request;
    try {
      const claiming = { kind: this.kind, claim, details: { partnerId, partnerPayKey, productItems } };
      const accounts = await this.movements.prepare(claiming, async () => ({
        accountId: await this.users.getMainAccountId(userId),
        counter: { id: await this.partners.getPayableAccountId(partnerId), locked: false },
      }));
      const answer = await this.movements.move({ ...claiming, ...accounts, userId, amount: totalPayAmount });
      this.metrics.paymentsTotal.inc({ outcome: answer.code === 'Success' ? 'approved' : 'pending' });
      return answer;
    } catch (error) {
      this.metrics.paymentsTotal.inc({ outcome: error instanceof Refusal ? error.answer : 'failed' });
      throw error;
    }
  }

  /**
   * A payment; for a partner, one of its own.
   *
   * @throws Refusal PaymentNotFound
   */
  async get(paymentId: number, ownPartnerId: number | null): Promise<PaymentRecord> {
    const payment = await this.transactions.read('get-payment', (reader) => this.payments.find(reader, paymentId));
    const isTheirs = payment && (ownPartnerId === null || payment.partnerId === ownPartnerId);
    if (!isTheirs) throw new Refusal('PaymentNotFound');
    return payment;
  }

  /** A partner's payments of one order, newest first. */
  listByOrder(partnerId: number, partnerPayKey: string): Promise<PaymentRecord[]> {
    return this.transactions.read('list-payments', (reader) =>
      this.payments.listByOrder(reader, partnerId, partnerPayKey),
    );
  }

  /** A partner's payments under one key, newest first: failed attempts, and at most one that is not. */
  listByKey(partnerId: number, key: string): Promise<PaymentRecord[]> {
    return this.transactions.read('list-payments', (reader) =>
      this.payments.listByKey(reader, `partner:${partnerId}:payments`, key),
    );
  }
}

function paymentKind(payments: PaymentsRepository, events: PaymentEvents): MovementKind<PaymentDetails> {
  return {
    type: 'PAYMENT',
    counterLocked: false,
    onGoing: 'PaymentOnGoing',
    complete: 'PaymentComplete',
    location: (paymentId) => `/payments/${paymentId}`,
    locationByKey: (_, key, { partnerId }) =>
      `/payments?partnerId=${partnerId}&idempotencyKey=${encodeURIComponent(key)}`,
    detail: (movement: MovementView, { partnerPayKey }) => ({
      paymentId: movement.id,
      partnerPayKey,
      totalPayAmount: movement.amount,
      paymentDateTime: seoulDateTime(movement.completedAt ?? movement.createdAt),
    }),
    pendingDetail: (paymentId, { partnerPayKey }) => ({ paymentId, partnerPayKey }),
    exclusive: orderOf,
    record: async (tx: BatchTransaction, rows) => {
      payments.insert(tx, rows);
      await events.recorded(tx, rows);
    },
    completed: async (tx: BatchTransaction, paymentIds, at) => {
      await payments.moveToDay(tx, paymentIds, at);
      await events.settled(tx, paymentIds, at);
    },
    findHolders: (reader: EntityManager, details) => payments.findOrderHolders(reader, details),
    failed: async (tx: BatchTransaction, paymentIds, at) => {
      await payments.releaseOrders(tx, paymentIds);
      await payments.moveToDay(tx, paymentIds, at);
      await events.settled(tx, paymentIds, at);
    },
  };
}
