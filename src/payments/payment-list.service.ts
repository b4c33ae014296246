import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { PaymentListRepository, type PaymentPeriod } from './payment-list.repository.js';
import type { PaymentPlace } from './payment-place.js';
import { paymentStatusOf, type PaymentStatus } from './payment.state.js';
import { type PaymentRecord, PaymentsRepository } from './payments.repository.js';

interface PaymentListRequest extends PaymentPeriod {
  readonly status: PaymentStatus | undefined;
  readonly behind: PaymentPlace | null;
  readonly limit: number;
}

interface PaymentPage {
  readonly payments: readonly PaymentRecord[];
  /** The place after which the next page begins; null when this is the last one. */
  readonly next: PaymentPlace | null;
}

/** How many payments one page looks through for those of a status: a rare one must not make a call slow. */
const LOOKED_AT_MAX = 2_000;

@Injectable()
export class PaymentListService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly list: PaymentListRepository,
    private readonly payments: PaymentsRepository,
  ) {}

  /**
   * A partner's payments of a period, newest first. A payment's business day is that of its outcome (of its request,
   * while it is pending). New payments come before the first page, so that the others stay as they are. With a status,
   * a page may have fewer payments than asked for, and still not be the last.
   */
  async listPeriod({ status, behind, limit, ...period }: PaymentListRequest): Promise<PaymentPage> {
    const lookAt = status === undefined ? limit + 1 : LOOKED_AT_MAX;
    return this.transactions.snapshot('list-period', async (reader) => {
      const looked = await this.list.listBehind(reader, period, behind, lookAt);
      const wanted = looked.filter((it) => status === undefined || paymentStatusOf(it) === status);
      const page = wanted.slice(0, limit);
      const records = await this.payments.findMany(
        reader,
        page.map(({ paymentId }) => paymentId),
      );
      const byId = new Map(records.map((record) => [record.paymentId, record]));
      return {
        payments: page.map(({ paymentId }) => byId.get(paymentId) as PaymentRecord),
        next: (wanted.length > limit ? page.at(-1) : looked.length === lookAt ? looked.at(-1) : null) ?? null,
      };
    });
  }
}
