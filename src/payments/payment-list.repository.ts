import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type MovementRow, MovementsRepository } from '../movements/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { PaymentPlace } from './payment-place.js';
import type { PaymentState } from './payment.state.js';

type ListedPayment = PaymentPlace & PaymentState;

export interface PaymentPeriod {
  readonly partnerId: number;
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
}

@Injectable()
export class PaymentListRepository {
  constructor(
    private readonly movements: MovementsRepository,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  /**
   * A partner's payments of a period that stand behind a place, newest first: a range of `ix_payments_day`, backwards.
   */
  async listBehind(
    reader: EntityManager,
    { partnerId, from, to }: PaymentPeriod,
    behind: PaymentPlace | null,
    limit: number,
  ): Promise<ListedPayment[]> {
    const place = behind ?? { businessDate: to, paymentId: Number.MAX_SAFE_INTEGER };
    const rows: (PaymentPlace & Pick<PaymentState, 'canceledAmount'>)[] = await reader.query(
      `SELECT p.movement_id AS paymentId, DATE_FORMAT(p.business_date, '%Y-%m-%d') AS businessDate,
         p.canceled_amount AS canceledAmount
       FROM payments p FORCE INDEX (ix_payments_day)
       WHERE p.partner_id = ? AND (p.business_date >= ? AND p.business_date < ? OR p.business_date = ? AND p.movement_id < ?)
       ORDER BY p.business_date DESC, p.movement_id DESC LIMIT ?`,
      [partnerId, from, place.businessDate, place.businessDate, place.paymentId, limit],
    );
    const movements = await this.movements.findRows(
      reader,
      rows.map(({ paymentId }) => paymentId),
    );
    const authorizations = await this.authorizations.findOf(reader, movements.values());
    return rows.map((row) => {
      const { status, amount } = movements.get(row.paymentId) as MovementRow;
      return { ...row, status, amount, authorization: authorizations.get(row.paymentId) ?? null };
    });
  }
}
