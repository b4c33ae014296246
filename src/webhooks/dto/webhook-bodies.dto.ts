import { Shown } from '../../platform/docs/shown.js';

/** What is sent to an endpoint: the body of each type of event, as it is written by the rooms that have the events. */
class PaymentToldDto {
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.text({ example: 'partner-key-123', description: "the partner's order number" }) partnerPayKey!: string;
  @Shown.won({ example: 23_000, description: 'what is paid, in won' }) totalPayAmount!: number;
}

class ApprovedPaymentDto extends PaymentToldDto {
  @Shown.choice(['APPROVED'], { description: "the payment's status after this event" }) status!: string;
  @Shown.won({ example: 0, description: 'what was given back of it by now, in won' }) canceledAmount!: number;
  @Shown.won({ example: 23_000, description: 'what can still be cancelled, in won' }) cancelableAmount!: number;
}

class FailedPaymentDto extends PaymentToldDto {
  @Shown.choice(['FAILED'], { description: "the payment's status after this event" }) status!: string;
  @Shown.won({ example: 0, description: 'nothing was moved' }) canceledAmount!: number;
  @Shown.won({ example: 0, description: 'nothing can be cancelled' }) cancelableAmount!: number;
  @Shown.text({
    example: 'NotEnoughAccountBalance',
    description: 'the code that the request was answered with, or would have been; new ones may come',
  })
  failureCode!: string;
}

class ToldCancelDto {
  @Shown.id({ example: 16, description: "the cancel's id" }) cancelId!: number;
  @Shown.won({ example: 23_000, description: 'what was given back by it, in won' }) cancelAmount!: number;
  @Shown.text({ example: '구매자 변심', description: 'why, as the partner has said' }) cancelReason!: string;
  @Shown.dateTime({ description: 'when it was given back' }) canceledAt!: string;
}

class CanceledPaymentDto extends PaymentToldDto {
  @Shown.choice(['CANCELED', 'PARTIALLY_CANCELED'], { description: "the payment's status after this event" })
  status!: string;
  @Shown.won({ example: 23_000, description: 'what was given back of it by now, in won' }) canceledAmount!: number;
  @Shown.won({ example: 0, description: 'what can still be cancelled, in won' }) cancelableAmount!: number;
  @Shown.object(() => ToldCancelDto, { description: 'the cancel that this event tells of' }) cancel!: ToldCancelDto;
}

class EventDto {
  @Shown.id({ example: 12, description: 'the same at every endpoint and at every attempt: take it once' })
  eventId!: number;
  @Shown.id({ example: 100, description: 'whose payment it is' }) partnerId!: number;
  @Shown.id({ example: 15, description: "the payment's id" }) paymentId!: number;
  @Shown.dateTime({ description: 'when it happened' }) occurredAt!: string;
}

export class PaymentApprovedEventDto extends EventDto {
  @Shown.choice(['payment.approved'], { description: 'it is paid, at once or after a 202' }) type!: string;
  @Shown.count({ description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => ApprovedPaymentDto, { description: 'the payment after this event' }) data!: ApprovedPaymentDto;
}

class AuthorizedPaymentDto extends PaymentToldDto {
  @Shown.choice(['AUTHORIZED'], { description: "the payment's status after this event" }) status!: string;
  @Shown.won({ example: 0, description: 'nothing was paid yet' }) capturedAmount!: number;
  @Shown.won({ example: 0, description: 'nothing was given back' }) canceledAmount!: number;
  @Shown.won({ example: 0, description: 'nothing can be cancelled; it can be voided' }) cancelableAmount!: number;
  @Shown.dateTime({ description: 'when it is voided by itself' }) expiresAt!: string;
}

class CapturedPaymentDto extends ApprovedPaymentDto {
  @Shown.won({ example: 20_000, description: 'what was paid, in won' }) capturedAmount!: number;
}

class VoidedPaymentDto extends PaymentToldDto {
  @Shown.choice(['VOIDED'], { description: "the payment's status after this event" }) status!: string;
  @Shown.won({ example: 0, description: 'nothing was paid' }) capturedAmount!: number;
  @Shown.won({ example: 0, description: 'nothing was given back' }) canceledAmount!: number;
  @Shown.won({ example: 0, description: 'nothing can be cancelled' }) cancelableAmount!: number;
  @Shown.choice(['REQUESTED', 'EXPIRED'], { description: 'the partner asked for it, or its 7 days are over' })
  voidReason!: string;
}

export class PaymentAuthorizedEventDto extends EventDto {
  @Shown.choice(['payment.authorized'], { description: 'it is set aside, at once or after a 202' }) type!: string;
  @Shown.count({ description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => AuthorizedPaymentDto, { description: 'the payment after this event' })
  data!: AuthorizedPaymentDto;
}

export class PaymentCapturedEventDto extends EventDto {
  @Shown.choice(['payment.captured'], { description: 'what was authorised was paid, or less' }) type!: string;
  @Shown.count({ example: 2, description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => CapturedPaymentDto, { description: 'the payment after this event' }) data!: CapturedPaymentDto;
}

export class PaymentVoidedEventDto extends EventDto {
  @Shown.choice(['payment.voided'], { description: 'what was authorised is free again' }) type!: string;
  @Shown.count({ example: 2, description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => VoidedPaymentDto, { description: 'the payment after this event' }) data!: VoidedPaymentDto;
}

export class PaymentFailedEventDto extends EventDto {
  @Shown.choice(['payment.failed'], { description: 'the bank refused it, at once or after a 202; no money was moved' })
  type!: string;
  @Shown.count({ description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => FailedPaymentDto, { description: 'the payment after this event' }) data!: FailedPaymentDto;
}

export class PaymentCanceledEventDto extends EventDto {
  @Shown.choice(['payment.canceled'], { description: 'a part or the whole was given back' }) type!: string;
  @Shown.count({ example: 2, description: "counts the payment's events from 1" }) sequence!: number;
  @Shown.object(() => CanceledPaymentDto, { description: 'the payment after this event' }) data!: CanceledPaymentDto;
}
