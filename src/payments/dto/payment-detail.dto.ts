import { Shown } from '../../platform/docs/shown.js';
import { PAYMENT_STATUSES } from '../payment.state.js';

export class PaymentApprovedDetailDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
  @Shown.won({ example: 23_000, description: 'what was paid, in won' }) totalPayAmount!: number;
  @Shown.dateTime({ description: 'when it was approved, or authorised' }) paymentDateTime!: string;
  @Shown.choice(['AUTHORIZED'], { optional: true, description: 'only in two steps: nobody has it yet' })
  status?: string;
  @Shown.dateTime({ optional: true, description: 'only in two steps: when it is voided by itself' })
  expiresAt?: string;
}

export class PaymentCapturedDetailDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.id({ example: 16, description: "the capture's id, which is also its `transactionId`" }) captureId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
  @Shown.choice(['APPROVED'], { description: "the payment's status after it" }) status!: string;
  @Shown.won({ example: 23_000, description: 'what was authorised, in won' }) totalPayAmount!: number;
  @Shown.won({ example: 20_000, description: 'what was paid, in won' }) capturedAmount!: number;
  @Shown.dateTime({ description: 'when it was paid' }) capturedAt!: string;
}

export class PaymentVoidedDetailDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.id({ example: 16, description: "the void's id, which is also its `transactionId`" }) voidId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
  @Shown.choice(['VOIDED'], { description: "the payment's status after it" }) status!: string;
  @Shown.won({ example: 23_000, description: 'what was authorised, and is free again, in won' })
  totalPayAmount!: number;
  @Shown.dateTime({ description: 'when it was voided' }) voidedAt!: string;
}

/** A payment whose outcome is not known yet. */
export class PendingPaymentDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
}

export class PaidItemDto {
  @Shown.text({ example: 'Product A', description: 'what was bought' }) name!: string;
  @Shown.count({ description: 'how many of it' }) count!: number;
}

export class PaymentCanceledDetailDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.id({ example: 16, description: "the cancel's id, which is also its `transactionId`" }) cancelId!: number;
  @Shown.won({ description: 'what was given back, in won' }) cancelAmount!: number;
  @Shown.won({ example: 13_000, description: 'what is left to cancel, in won' }) cancelableAmount!: number;
  @Shown.choice(['CANCELED', 'PARTIALLY_CANCELED'], {
    description: "the payment's status after it; CANCELED: nothing is left to cancel",
  })
  status!: string;
  @Shown.dateTime({ description: 'when it was given back' }) canceledAt!: string;
}

/** A cancel, a capture or a void of which it is not known yet whether it was written. */
export class PendingCancelDto {
  @Shown.id({ example: 15, description: 'the id of the payment that it is about' }) paymentId!: number;
}

export class CancelDto {
  @Shown.id({ example: 16, description: "the cancel's id, which is also its `transactionId`" }) cancelId!: number;
  @Shown.won({ description: 'what was given back, in won' }) cancelAmount!: number;
  @Shown.text({ example: '구매자 변심', description: 'why, as the partner has said' }) cancelReason!: string;
  @Shown.dateTime({ description: 'when it was given back' }) canceledAt!: string;
}

export class PaymentDto {
  @Shown.id({ example: 15, description: "the payment's id, which is also its `transactionId`" }) paymentId!: number;
  @Shown.id({ description: 'who pays' }) userId!: number;
  @Shown.id({ example: 100, description: 'who is paid' }) partnerId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
  @Shown.choice(PAYMENT_STATUSES, { description: 'PENDING: its outcome is not known yet' }) status!: string;
  @Shown.list(() => PaidItemDto, { description: 'what was bought' }) productItems!: PaidItemDto[];
  @Shown.won({ example: 23_000, description: 'what is paid, in won' }) totalPayAmount!: number;
  @Shown.won({
    optional: true,
    example: 0,
    description: 'what was taken from the linked bank account for it, in won; a partner does not see it',
  })
  toppedUpAmount?: number;
  @Shown.choice(['MANUAL'], { optional: true, description: 'only in two steps' }) capture?: string;
  @Shown.won({ optional: true, description: 'only in two steps: what the partner has got, in won' })
  capturedAmount?: number;
  @Shown.dateTime({ optional: true, description: 'only while AUTHORIZED: when it is voided by itself' })
  expiresAt?: string;
  @Shown.dateTime({ optional: true, description: 'only in two steps, once it was captured' }) capturedAt?: string;
  @Shown.dateTime({ optional: true, description: 'only when VOIDED' }) voidedAt?: string;
  @Shown.choice(['REQUESTED', 'EXPIRED'], { optional: true, description: 'only when VOIDED: why' })
  voidReason?: string;
  @Shown.won({ example: 0, description: 'what was given back of it, in won' }) canceledAmount!: number;
  @Shown.won({ example: 23_000, description: 'what can still be cancelled, in won' }) cancelableAmount!: number;
  @Shown.list(() => CancelDto, { description: 'what was given back, in the order in which it was' })
  cancels!: CancelDto[];
  @Shown.text({
    optional: true,
    description: 'only when FAILED: the code that its request was answered with, or would have been',
    example: 'NotEnoughAccountBalance',
  })
  failureCode?: string;
  @Shown.dateTime({ description: 'when it was asked for' }) requestedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it was approved, or authorised; absent before' })
  paymentDateTime?: string;
}

export class PaymentsDto {
  @Shown.list(() => PaymentDto, { description: 'the payments, newest first' }) items!: PaymentDto[];
  @Shown.text({
    optional: true,
    nullable: true,
    example: 'MjAyNS0wMi0yNi4xNQ',
    description:
      'of a period only: the `cursor` of the next page; null on the last one. With a status, a page may have fewer items than the limit before that',
  })
  nextCursor?: string | null;
}
