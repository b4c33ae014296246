import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsInt, IsPositive, IsString, Length, Max, ValidateNested } from 'class-validator';

export class ProductItemDto {
  @IsInt() @IsPositive() count!: number;

  @IsString() @Length(1, 100) name!: string;
}

export class PaymentRequestDto {
  @IsInt() @IsPositive() userId!: number;

  @IsInt() @IsPositive() partnerId!: number;

  @IsString() @Length(1, 100) partnerPayKey!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => ProductItemDto)
  productItems!: ProductItemDto[];

  @IsInt() @IsPositive() @Max(Number.MAX_SAFE_INTEGER) totalPayAmount!: number;
}

export class PaymentAnswerDto {
  paymentId!: number;
  partnerPayKey!: string;
  totalPayAmount!: number;
  paymentDateTime!: string;
}
