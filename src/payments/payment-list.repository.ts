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
   * A partner's payments of a period that stand behind a place, newest first: the rest of its day, and then the days
   * before. Each is a range of `ix_payments_day`, backwards; of both at once MariaDB would sort the whole period.
   */
  async listBehind(
    reader: EntityManager,
    { partnerId, from, to }: PaymentPeriod,
    behind: PaymentPlace | null,
    limit: number,
  ): Promise<ListedPayment[]> {
    const place = behind ?? { businessDate: to, paymentId: Number.MAX_SAFE_INTEGER };
    const rows: (PaymentPlace & Pick<PaymentState, 'canceledAmount'>)[] = await reader.query(
      `${partOf('business_date = ? AND movement_id < ?')} UNION ALL ${partOf('business_date >= ? AND business_date < ?')}
       ORDER BY businessDate DESC, paymentId DESC LIMIT ?`,
      [
        ...[partnerId, place.businessDate, place.paymentId, limit],
        ...[partnerId, from, place.businessDate, limit],
        limit,
      ],
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

function partOf(days: string): string {
  return `(SELECT movement_id AS paymentId, DATE_FORMAT(business_date, '%Y-%m-%d') AS businessDate,
      canceled_amount AS canceledAmount
    FROM payments FORCE INDEX (ix_payments_day) WHERE partner_id = ? AND ${days}
    ORDER BY business_date DESC, movement_id DESC LIMIT ?)`;
}
