import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrderRecords } from '../bank/index.js';
import { type JournalPair, Journals } from '../ledger/index.js';
import { MovementSearch } from '../movements/index.js';
import { type PaymentRecord, PaymentSearch, PaymentsRepository } from '../payments/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { WebhookStory } from '../webhooks/index.js';
import { type OwnerNames, Owners } from './owners.js';
import type { StoryFacts } from './payment-story.js';

/** What one answer shows of the deliveries at most. */
const DELIVERIES_MAX = 100;

export interface PaymentStory extends StoryFacts {
  /** It was told of no more often than this says. */
  readonly isWhole: boolean;
  /** By movement: of the payment, and of its capture and cancels, in the order of the movements. */
  readonly journals: ReadonlyMap<number, readonly JournalPair[]>;
  readonly nameOf: OwnerNames;
  /** The `Idempotency-Key`; null where it came without. */
  readonly key: string | null;
}

/** Gathers what rooms have stored of a payment. */
@Injectable()
export class PaymentStoriesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentsRepository,
    private readonly search: PaymentSearch,
    private readonly orders: OrderRecords,
    private readonly webhooks: WebhookStory,
    private readonly journals: Journals,
    private readonly owners: Owners,
    private readonly movements: MovementSearch,
  ) {}

  /** All of it as it was at one moment. @throws Refusal PaymentNotFound */
  get(paymentId: number): Promise<PaymentStory> {
    return this.transactions.snapshot('payment-story', async (reader) => {
      const payment = await this.payments.find(reader, paymentId);
      if (!payment) throw new Refusal('PaymentNotFound');
      const order = (await this.orders.findOf(reader, [paymentId])).get(paymentId);
      const endId = payment.authorization?.end ? await this.search.findEnd(reader, paymentId) : null;
      const parts = [paymentId, ...(endId === null ? [] : [endId]), ...payment.cancels.map(({ cancelId }) => cancelId)];
      const told = await this.webhooks.find(reader, payment.partnerId, parts, DELIVERIES_MAX + 1);
      const isWhole = told.length <= DELIVERIES_MAX;
      const journals = await this.journals.findMany(reader, parts);
      return {
        payment,
        order,
        endId,
        told: told.slice(0, DELIVERIES_MAX),
        isWhole,
        journals,
        nameOf: await this.namesOf(reader, payment, journals),
        key: await this.movements.findKey(reader, paymentId),
      };
    });
  }

  private namesOf(
    reader: EntityManager,
    { userId, partnerId }: PaymentRecord,
    journals: PaymentStory['journals'],
  ): Promise<OwnerNames> {
    const sides = [...journals.values()].flat().flatMap(({ from, to }) => [from, to]);
    const parties = [
      { kind: 'MAIN', ownerId: userId },
      { kind: 'PARTNER_PAYABLE', ownerId: partnerId },
    ] as const;
    return this.owners.namesOf(reader, [...parties, ...sides]);
  }
}
