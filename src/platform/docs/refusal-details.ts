import type { Type } from '@nestjs/common';
import type { AnswerName } from '../http/answers.js';
import { Shown } from './shown.js';

export class FieldErrorDto {
  @Shown.text({ example: 'productItems[1].count' })
  field!: string;

  @Shown.text({ example: 'must be an integer from 1 to 1000000' })
  reason!: string;
}

export class InvalidRequestDetailDto {
  @Shown.list(() => FieldErrorDto, { description: 'everything that is wrong, at once' })
  errors!: FieldErrorDto[];
}

export class DailyLimitDetailDto {
  @Shown.won({ example: 3_000_000 })
  dailyLimit!: number;

  @Shown.won({ example: 2_990_000 })
  usedToday!: number;

  @Shown.won({
    example: 10_000,
    description: "where requested would fit, it is the bank's own limit that was exceeded",
  })
  remainingToday!: number;

  @Shown.won({ example: 23_000 })
  requested!: number;
}

export class AccountAmbiguousDetailDto {
  @Shown.ids()
  accountIds!: number[];
}

export class CancelableAmountDetailDto {
  @Shown.won({ example: 20_000, description: 'what is left to cancel' })
  cancelableAmount!: number;
}

export class OverRemainAmountDetailDto extends CancelableAmountDetailDto {
  @Shown.won({ example: 23_000, description: 'what was asked for' })
  cancelAmount!: number;
}

/** The details that refusals carry, wherever they come from. */
export const REFUSAL_DETAILS: Partial<Record<AnswerName, Type<object>>> = {
  InvalidRequest: InvalidRequestDetailDto,
  PayloadTooLarge: InvalidRequestDetailDto,
  UnsupportedMediaType: InvalidRequestDetailDto,
  DailyLimitExceeded: DailyLimitDetailDto,
  CancelableAmountChanged: CancelableAmountDetailDto,
  OverRemainAmount: OverRemainAmountDetailDto,
  AccountAmbiguous: AccountAmbiguousDetailDto,
};
