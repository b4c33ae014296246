import { AccountBalanceDto, MOVEMENT_TYPES } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';

export class AccountTransactionsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class ChargeDetailDto {
  @Shown.id({ example: 42 }) transactionId!: number;
  @Shown.won({ example: 50_000 }) amount!: number;
  @Shown.object(() => AccountBalanceDto) mainAccount!: AccountBalanceDto;
}

export class AccountTransactionDto {
  @Shown.id({ example: 42 }) transactionId!: number;
  @Shown.choice([...MOVEMENT_TYPES, 'TOP_UP'], {
    description: 'TOP_UP: what a movement took from the linked bank account',
  })
  type!: string;
  @Shown.signedWon() amount!: number;
  @Shown.won() balanceAfter!: number;
  @Shown.text({ example: 'Sandbox Partner' }) counterparty!: string;
  @Shown.id({ optional: true, example: 42 }) paymentId?: number;
  @Shown.dateTime() occurredAt!: string;
}

export class AccountTransactionsDto {
  @Shown.list(() => AccountTransactionDto) items!: AccountTransactionDto[];
  @Shown.text({ nullable: true, description: 'null on the last page', example: 'MTIz' }) nextCursor!: string | null;
}
