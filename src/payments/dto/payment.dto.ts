import { Choice, Count, Id, Items, Text, VisibleAscii, Won } from '../../platform/http/fields.js';

export class ProductItemDto {
  @Count(1_000_000, { example: 1, description: 'how many of it' }) count!: number;

  @Text(100, { example: 'Product A', description: 'what is bought' }) name!: string;
}

export class PaymentRequestDto {
  @Id({ description: 'who pays' }) userId!: number;

  @Id({ example: 100, description: 'who is paid' }) partnerId!: number;

  @VisibleAscii(100, {
    example: 'partner-key-123',
    description: "the partner's order number; one order is paid at most once",
  })
  partnerPayKey!: string;

  @Items(() => ProductItemDto, 100, {
    description: 'what is bought',
    example: [
      { count: 1, name: 'Product A' },
      { count: 2, name: 'Product B' },
    ],
  })
  productItems!: ProductItemDto[];

  @Won({ example: 23_000, description: 'what is to be paid, in won' }) totalPayAmount!: number;

  @Choice(['AUTOMATIC', 'MANUAL'], {
    optional: true,
    description: 'MANUAL: it is only set aside, until it is captured or voided, for 7 days at most',
  })
  capture?: 'AUTOMATIC' | 'MANUAL';
}

export class PaymentCaptureDto {
  @Won({
    optional: true,
    example: 20_000,
    description: 'what is to be paid, in won, and the rest is free again; all that was authorised when absent',
  })
  captureAmount?: number;
}

/** A void says nothing. */
export class PaymentVoidDto {}

export class PaymentCancelDto {
  @Won({
    optional: true,
    example: 10_000,
    description: 'what is to be given back, in won; all that is left when absent',
  })
  cancelAmount?: number;

  @Text(200, { example: '구매자 변심', description: 'why, for the payment and its events' }) cancelReason!: string;

  @Won({
    optional: true,
    example: 23_000,
    description: 'what the client believes to be left to cancel, in won: refused when another amount is by now',
  })
  cancelableAmount?: number;
}
