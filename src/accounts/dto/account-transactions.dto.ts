import { AccountBalanceDto } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { VisibleAscii } from '../../platform/http/fields.js';
import { QueryCursor, QueryDay, QueryLimit } from '../../platform/http/query-fields.js';

export class AccountTransactionsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;

  @QueryDay({ optional: true, description: 'the first business day, in Asia/Seoul, from its midnight on' })
  from?: string;

  @QueryDay({ optional: true, description: 'the last business day, in Asia/Seoul, with all of it' }) to?: string;

  @VisibleAscii(32, {
    optional: true,
    example: 'PAYMENT',
    description: 'only entries with this `type`, in any case; 400 names all there are when it is none',
  })
  type?: string;
}

export class ChargeDetailDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.won({ example: 50_000, description: 'what was charged, in won' }) amount!: number;
  @Shown.object(() => AccountBalanceDto, { description: "the user's main account" }) mainAccount!: AccountBalanceDto;
}

export class PayoutDetailDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.won({ example: 50_000, description: 'what was withdrawn, in won' }) amount!: number;
  @Shown.object(() => AccountBalanceDto, { description: "the user's main account" }) mainAccount!: AccountBalanceDto;
}

export class AccountTransactionDto {
  @Shown.id({ example: 42, description: 'the id of the movement that it belongs to' }) transactionId!: number;
  @Shown.text({
    example: 'PAYMENT',
    description: "a movement's type, or TOP_UP: what a movement took from the linked bank account; new ones may come",
  })
  type!: string;
  @Shown.signedWon({ description: 'what it adds to the balance, in won; negative when it takes away' }) amount!: number;
  @Shown.won({ description: 'the balance right after it, in won' }) balanceAfter!: number;
  @Shown.text({ example: 'Sandbox Partner', description: 'who is on the other side' }) counterparty!: string;
  @Shown.id({ optional: true, example: 42, description: 'the payment; only of one' }) paymentId?: number;
  @Shown.text({ optional: true, description: 'as it was sent with a transfer', example: '점심값' }) memo?: string;
  @Shown.dateTime({ description: 'when it was booked' }) occurredAt!: string;
}

export class StatementTooLongDetailDto {
  @Shown.count({ example: 50_000, description: 'how many entries a CSV has at most' }) linesMax!: number;
}

export class AccountTransactionsDto {
  @Shown.list(() => AccountTransactionDto, { description: 'the entries, newest first' })
  items!: AccountTransactionDto[];
  @Shown.text({ nullable: true, description: 'the `cursor` of the next page; null on the last one', example: 'MTIz' })
  nextCursor!: string | null;
}
