import type { Type } from '@nestjs/common';
import { UNAUTHORIZED_REASONS } from '../http/access.js';
import type { AnswerName } from '../http/answers.js';
import { Shown } from './shown.js';

export class FieldErrorDto {
  @Shown.text({
    example: 'productItems[1].count',
    description: 'where it is: a field, a parameter, a header or `body`',
  })
  field!: string;

  @Shown.text({ example: 'must be an integer from 1 to 1000000', description: 'what is wrong with it' })
  reason!: string;
}

export class InvalidRequestDetailDto {
  @Shown.list(() => FieldErrorDto, { description: 'everything that is wrong, at once' })
  errors!: FieldErrorDto[];
}

export class UnauthorizedDetailDto {
  @Shown.choice(UNAUTHORIZED_REASONS, {
    description:
      'missing: no key was sent; malformed: what was sent is none; unknown-or-revoked: no good one of this deployment',
  })
  reason!: string;
}

export class DailyLimitDetailDto {
  @Shown.won({ example: 3_000_000, description: 'what may be taken from the linked account on one day, in won' })
  dailyLimit!: number;

  @Shown.won({ example: 2_990_000, description: 'what was taken, or may have been, today' })
  usedToday!: number;

  @Shown.won({
    example: 10_000,
    description:
      "what may still be taken today; where requested would fit, it is the bank's own limit that was exceeded",
  })
  remainingToday!: number;

  @Shown.won({ example: 23_000, description: 'what would have had to be taken' })
  requested!: number;
}

export class AccountAmbiguousDetailDto {
  @Shown.ids({ description: "the ids of the user's savings accounts" })
  accountIds!: number[];
}

export class CancelableAmountDetailDto {
  @Shown.won({ example: 20_000, description: 'what is left to cancel, in won' })
  cancelableAmount!: number;
}

export class OverRemainAmountDetailDto extends CancelableAmountDetailDto {
  @Shown.won({ example: 23_000, description: 'what was asked for, in won' })
  cancelAmount!: number;
}

export class NotCapturableDetailDto {
  @Shown.id({ example: 15, description: 'the id of the payment' }) paymentId!: number;
  @Shown.choice(['CAPTURED', 'VOIDED', 'EXPIRED'], {
    optional: true,
    description: 'how it ended; absent when it was never authorised, or is not yet',
  })
  outcome?: string;
  @Shown.dateTime({ optional: true, description: 'when it ended' }) endedAt?: string;
}

export class AgreementRequiredDetailDto {
  @Shown.choice(['NONE', 'ENDED', 'EXPIRED', 'LIMIT_PER_PAYMENT', 'LIMIT_PER_DAY'], {
    description: 'the customer has agreed to nothing, has taken it back, for a time that is over, or to less',
  })
  reason!: string;
}

export class OverAuthorizedAmountDetailDto {
  @Shown.won({ example: 20_000, description: 'what was authorised, in won' }) capturableAmount!: number;
  @Shown.won({ example: 23_000, description: 'what was asked for, in won' }) captureAmount!: number;
}

export class TransferDecidedDetailDto {
  @Shown.id({ example: 42, description: 'the id of the transfer' }) transferId!: number;
  @Shown.choice(['ACCEPTED', 'CANCELED', 'EXPIRED'], { description: 'how it ended' }) status!: string;
  @Shown.dateTime({ description: 'when it ended' }) endedAt!: string;
}

export class WalletNotEmptyDetailDto {
  @Shown.choices(['BALANCE', 'SAVINGS', 'PENDING', 'HELD_TRANSFER'], {
    description:
      'what keeps it open: money; a savings account; something that waits for a bank; a transfer that waits to be accepted',
  })
  remaining!: string[];
}

/** The details that refusals carry, wherever they come from. */
export const REFUSAL_DETAILS: Partial<Record<AnswerName, Type<object>>> = {
  InvalidRequest: InvalidRequestDetailDto,
  Unauthorized: UnauthorizedDetailDto,
  PayloadTooLarge: InvalidRequestDetailDto,
  UnsupportedMediaType: InvalidRequestDetailDto,
  DailyLimitExceeded: DailyLimitDetailDto,
  CancelableAmountChanged: CancelableAmountDetailDto,
  OverRemainAmount: OverRemainAmountDetailDto,
  AccountAmbiguous: AccountAmbiguousDetailDto,
  AgreementRequired: AgreementRequiredDetailDto,
  NotCapturable: NotCapturableDetailDto,
  OverAuthorizedAmount: OverAuthorizedAmountDetailDto,
  TransferDecided: TransferDecidedDetailDto,
  WalletNotEmpty: WalletNotEmptyDetailDto,
};
