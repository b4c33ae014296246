import { Shown } from '../../platform/docs/shown.js';
import { PAYMENT_STATUSES } from '../payment.state.js';

export class PaymentApprovedDetailDto {
  @Shown.id({ example: 15 }) paymentId!: number;
  @Shown.text({ example: 'partner-key-123' }) partnerPayKey!: string;
  @Shown.won({ example: 23_000 }) totalPayAmount!: number;
  @Shown.dateTime() paymentDateTime!: string;
}

/** A payment whose outcome is not known yet; empty when not even its id is, then `Location` asks by key. */
export class PendingPaymentDto {
  @Shown.id({ example: 15, optional: true }) paymentId?: number;
  @Shown.text({ example: 'partner-key-123', optional: true }) partnerPayKey?: string;
}

export class PaidItemDto {
  @Shown.text({ example: 'Product A' }) name!: string;
  @Shown.count() count!: number;
}

export class PaymentCanceledDetailDto {
  @Shown.id({ example: 15 }) paymentId!: number;
  @Shown.id({ example: 16 }) cancelId!: number;
  @Shown.won() cancelAmount!: number;
  @Shown.won({ example: 13_000, description: 'what is left to cancel' }) cancelableAmount!: number;
  @Shown.choice(['CANCELED', 'PARTIALLY_CANCELED']) status!: string;
  @Shown.dateTime() canceledAt!: string;
}

/** A cancel of which it is not known yet whether it was written; `Location` is the payment. */
export class PendingCancelDto {
  @Shown.id({ example: 15, optional: true }) paymentId?: number;
}

export class CancelDto {
  @Shown.id({ example: 16 }) cancelId!: number;
  @Shown.won() cancelAmount!: number;
  @Shown.text({ example: '구매자 변심' }) cancelReason!: string;
  @Shown.dateTime() canceledAt!: string;
}

export class PaymentDto {
  @Shown.id({ example: 15 }) paymentId!: number;
  @Shown.id() userId!: number;
  @Shown.id({ example: 100 }) partnerId!: number;
  @Shown.text({ example: 'partner-key-123' }) partnerPayKey!: string;
  @Shown.choice(PAYMENT_STATUSES) status!: string;
  @Shown.list(() => PaidItemDto) productItems!: PaidItemDto[];
  @Shown.won({ example: 23_000 }) totalPayAmount!: number;
  @Shown.won({ example: 0, description: 'what was taken from the linked bank account for it' }) toppedUpAmount!: number;
  @Shown.won({ example: 0 }) canceledAmount!: number;
  @Shown.won({ example: 23_000, description: 'what can still be cancelled' }) cancelableAmount!: number;
  @Shown.list(() => CancelDto) cancels!: CancelDto[];
  @Shown.text({ optional: true, description: 'only when FAILED', example: 'NotEnoughAccountBalance' })
  failureCode?: string;
  @Shown.dateTime() requestedAt!: string;
  @Shown.dateTime({ optional: true, description: 'only once it was approved' }) paymentDateTime?: string;
}

export class PaymentsDto {
  @Shown.list(() => PaymentDto) items!: PaymentDto[];
  @Shown.text({
    optional: true,
    nullable: true,
    example: 'MjAyNS0wMi0yNi4xNQ',
    description:
      'of a period; null on the last page. With a status, a page may have fewer items than the limit before that',
  })
  nextCursor?: string | null;
}
