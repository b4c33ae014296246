import { Shown } from '../../platform/docs/shown.js';
import { VisibleAscii } from '../../platform/http/fields.js';
import { QueryId } from '../../platform/http/query-fields.js';
import { MOVEMENT_TYPES } from '../movement.entity.js';

export class AccountBalanceDto {
  @Shown.id() accountId!: number;
  @Shown.won({ description: 'right after this movement' }) balance!: number;
}

/** What every movement from a main account answers. */
export class MovementDetailDto {
  @Shown.id({ example: 42 }) transactionId!: number;
  @Shown.won() amount!: number;
  @Shown.won({ description: 'what was taken from the linked bank account for it', example: 0 }) toppedUpAmount!: number;
  @Shown.object(() => AccountBalanceDto) mainAccount!: AccountBalanceDto;
}

/** A movement whose outcome is not known yet; empty when not even its id is, then `Location` asks by key. */
export class PendingTransactionDto {
  @Shown.id({ example: 42, optional: true }) transactionId?: number;
}

export class TransactionDto {
  @Shown.id({ example: 42 }) transactionId!: number;
  @Shown.choice(MOVEMENT_TYPES) type!: string;
  @Shown.choice(['PENDING', 'COMPLETED', 'FAILED']) status!: string;
  @Shown.won() amount!: number;
  @Shown.won({ example: 0 }) toppedUpAmount!: number;
  @Shown.text({ optional: true, description: 'only when FAILED', example: 'NotEnoughAccountBalance' })
  failureCode?: string;
  @Shown.dateTime() occurredAt!: string;
}

export class TransactionsDto {
  @Shown.list(() => TransactionDto) items!: TransactionDto[];
}

export class TransactionsQueryDto {
  @QueryId() userId!: number;

  @VisibleAscii(255, { example: 'test-idempotency-key' }) idempotencyKey!: string;
}
