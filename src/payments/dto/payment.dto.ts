import { Count, Id, Items, Text, VisibleAscii, Won } from '../../platform/http/fields.js';

export class ProductItemDto {
  @Count(1_000_000, { example: 1 }) count!: number;

  @Text(100, { example: 'Product A' }) name!: string;
}

export class PaymentRequestDto {
  @Id() userId!: number;

  @Id({ example: 100 }) partnerId!: number;

  @VisibleAscii(100, { example: 'partner-key-123', description: "the partner's order number" })
  partnerPayKey!: string;

  @Items(() => ProductItemDto, 100, {
    example: [
      { count: 1, name: 'Product A' },
      { count: 2, name: 'Product B' },
    ],
  })
  productItems!: ProductItemDto[];

  @Won({ example: 23_000 }) totalPayAmount!: number;
}

export class PaymentCancelDto {
  @Won({ optional: true, example: 10_000, description: 'all that is left when absent' }) cancelAmount?: number;

  @Text(200, { example: '구매자 변심' }) cancelReason!: string;

  @Won({ optional: true, example: 23_000, description: 'refuses when another amount is left by now' })
  cancelableAmount?: number;
}
