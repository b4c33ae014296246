import { Choice, Id, VisibleAscii, Won, WonOrNull } from '../../platform/http/fields.js';
import { QueryId } from '../../platform/http/query-fields.js';
import { SAVINGS_PRODUCT_NAMES, type SavingsProduct } from '../savings-product.js';

export class OpenSavingsDto {
  @Id({ description: 'for whom it is opened' }) userId!: number;

  @Choice(SAVINGS_PRODUCT_NAMES, { optional: true, description: 'FREE when it is absent' }) product?: SavingsProduct;

  @Won({
    optional: true,
    description: 'what is paid in on each business day, in won: needed by REGULAR, and only there',
  })
  dailyDeposit?: number;
}

export class SavingsDepositDto {
  @Id({ description: 'whose account' }) userId!: number;

  @Won({ example: 10_000, description: 'what is to be deposited, in won' }) amount!: number;

  @Id({
    optional: true,
    description: 'into which account: needed when the user has several savings accounts',
    example: 7,
  })
  accountId?: number;
}

export class SavingsWithdrawalDto {
  @Id({ description: 'whose account' }) userId!: number;

  @Won({ example: 10_000, description: 'what is to be withdrawn, in won' }) amount!: number;
}

export class CloseSavingsDto {
  @Id({ description: 'whose account' }) userId!: number;
}

export class ChangeScheduleDto {
  @Id({ description: 'whose account' }) userId!: number;

  @WonOrNull({ description: 'what is to be paid in on each business day, in won; null: nothing more' })
  dailyDeposit!: number | null;
}

export class SavingsQueryDto {
  @QueryId({ description: 'who has opened it' }) userId!: number;

  @VisibleAscii(257, { example: 'test-idempotency-key', description: 'the `Idempotency-Key` it was opened with' })
  idempotencyKey!: string;
}
