import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PaymentAgreements } from '../agreements/index.js';
import { type IdempotencyClaim, scopeOf } from '../idempotency/index.js';
import {
  type MovementOutcome,
  type MovementRequest,
  type MovementRows,
  MovementsService,
  MovementTypes,
} from '../movements/index.js';
import { PartnersService } from '../partners/index.js';
import type { RowId } from '../platform/database/batch-transactions.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { UsersService } from '../users/index.js';
import { AUTHORIZATION } from './authorization.movements.js';
import { AuthorizationsRepository, type NewAuthorization } from './authorizations.repository.js';
import { PaymentEvents } from './payment-events.js';
import { PAYMENT, type PaymentDetails } from './payment.movement.js';
import { type PaymentRecord, PaymentsRepository } from './payments.repository.js';

interface PaymentRequest extends PaymentDetails {
  readonly userId: number;
  /** won */
  readonly totalPayAmount: number;
  /** MANUAL: it is only set aside, until it is captured or voided. */
  readonly capture?: 'AUTOMATIC' | 'MANUAL' | undefined;
}

/** An outcome's name in the metrics. */
const COUNTED_AS = { completed: 'approved', processing: 'pending', duplicate: 'duplicate', reused: 'reused' } as const;

@Injectable()
export class PaymentsService implements OnModuleInit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentsRepository,
    private readonly authorizations: AuthorizationsRepository,
    private readonly agreements: PaymentAgreements,
    private readonly events: PaymentEvents,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(PAYMENT, this.rows());
    this.types.keepRows(AUTHORIZATION, this.rowsOfAuthorizations());
  }

  /**
   * Approves a payment from the user's main account to the partner, or sets its money aside there.
   *
   * @throws Refusal InvalidUserId, InvalidMerchant, and those of `MovementsService.move`
   */
  async approve(request: PaymentRequest, claim: IdempotencyClaim): Promise<MovementOutcome<PaymentDetails>> {
    const { userId, partnerId, partnerPayKey, productItems, totalPayAmount, capture } = request;
    const details = { partnerId, partnerPayKey, productItems };
    try {
      const declaration = capture === 'MANUAL' ? AUTHORIZATION : PAYMENT;
      const asked = { declaration, userId, amount: totalPayAmount, claim, details };
      const outcome = await this.movements.move(asked, async () => ({
        main: await this.users.getMainAccountId(userId),
        counter: await this.partners.getPayableAccountId(partnerId),
      }));
      this.metrics.paymentsTotal.inc({ outcome: COUNTED_AS[outcome.kind] });
      return outcome;
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
      this.payments.listByKey(reader, scopeOf('partner', partnerId, 'payments'), key),
    );
  }

  private rows(): MovementRows<PaymentDetails> {
    return {
      withLock: {
        statement: (requests) =>
          this.agreements.statement(requests.map(({ userId, details }) => [userId, details.partnerId])),
        read: (rows, at) => this.agreements.read(rows, at),
      },
      insert: async (tx, rows) => {
        this.payments.insert(tx, rows);
        this.agreements.count(
          tx,
          rows.map(({ request: { amount, details } }) => ({ counted: details.counted ?? null, amount })),
        );
        await this.events.recorded(tx, rows);
      },
      settle: async (tx, movements, end, at) => {
        const paymentIds = movements.map(({ movementId }) => movementId);
        if (end.status === 'FAILED') {
          this.payments.releaseOrders(tx, paymentIds);
          this.agreements.giveBack(tx, paymentIds);
        }
        this.payments.moveToDay(tx, paymentIds, at);
        await this.events.settled(tx, movements, end, at);
      },
      findHolders: (reader, details) => this.payments.findOrderHolders(reader, details),
      findPaymentIds: (_reader, ids) => Promise.resolve(new Map(ids.map((id) => [id, id]))),
    };
  }

  /** The same, and what is set aside from the moment on at which the money is there. */
  private rowsOfAuthorizations(): MovementRows<PaymentDetails> {
    const rows = this.rows();
    return {
      ...rows,
      insert: async (tx, recorded) => {
        const held = recorded.filter(({ status }) => status === 'COMPLETED');
        this.authorizations.insert(
          tx,
          held.map(({ movementId, request, at }) => heldFor(movementId, request, at)),
        );
        await rows.insert?.(tx, recorded);
      },
      settle: async (tx, movements, end, at) => {
        const held = end.status === 'COMPLETED' ? movements : [];
        this.authorizations.insert(
          tx,
          held.map((movement) => heldFor(movement.movementId, movement, at)),
        );
        await rows.settle?.(tx, movements, end, at);
      },
    };
  }
}

function heldFor(
  paymentId: RowId,
  { accounts, amount }: Pick<MovementRequest, 'accounts' | 'amount'>,
  at: Date,
): NewAuthorization {
  return { paymentId, accountId: accounts.main, amount, at };
}
