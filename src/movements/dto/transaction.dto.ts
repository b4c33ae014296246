import { Shown } from '../../platform/docs/shown.js';
import { VisibleAscii } from '../../platform/http/fields.js';
import { QueryId } from '../../platform/http/query-fields.js';
import { ACCEPTANCES } from '../movement-types.js';

export class AccountBalanceDto {
  @Shown.id({ description: "the account's id" }) accountId!: number;
  @Shown.won({ description: 'what is on it right after this movement, in won' }) balance!: number;
}

/** What every movement from a main account answers. */
export class MovementDetailDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.won({ description: 'what was moved, in won' }) amount!: number;
  @Shown.won({ description: 'what was taken from the linked bank account for it, in won', example: 0 })
  toppedUpAmount!: number;
  @Shown.object(() => AccountBalanceDto, { description: "the payer's main account" }) mainAccount!: AccountBalanceDto;
}

/** A movement whose outcome is not known yet. */
export class PendingTransactionDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
}

export class AcceptanceDto {
  @Shown.choice(ACCEPTANCES, { description: 'HELD: nobody has it yet; CANCELED and EXPIRED: it went back' })
  status!: string;
  @Shown.dateTime({ description: 'when it goes back by itself' }) expiresAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it was accepted or went back' }) endedAt?: string;
}

export class TransactionDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.text({ example: 'SAVINGS_DEPOSIT', description: 'what kind of movement it is; new ones may come' })
  type!: string;
  @Shown.choice(['PENDING', 'COMPLETED', 'FAILED'], { description: 'PENDING: its outcome is not known yet' })
  status!: string;
  @Shown.won({ description: 'what is moved, in won' }) amount!: number;
  @Shown.won({
    optional: true,
    example: 0,
    description: 'what was taken from the linked bank account for it, in won; a partner does not see it',
  })
  toppedUpAmount?: number;
  @Shown.text({
    optional: true,
    description: 'only when FAILED: the code that its request was answered with, or would have been',
    example: 'NotEnoughAccountBalance',
  })
  failureCode?: string;
  @Shown.text({ optional: true, description: 'as it was sent with a transfer', example: '점심값' }) memo?: string;
  @Shown.object(() => AcceptanceDto, {
    optional: true,
    description: 'only of a COMPLETED TRANSFER_HOLD, whose money has left the sender: what became of it since',
  })
  acceptance?: AcceptanceDto;
  @Shown.dateTime({ description: 'when it ended, or while PENDING when it began' }) occurredAt!: string;
}

export class TransactionsDto {
  @Shown.list(() => TransactionDto, { description: 'the movements, newest first' }) items!: TransactionDto[];
}

export class TransactionsQueryDto {
  @QueryId({ description: 'whose movements' }) userId!: number;

  @VisibleAscii(257, { example: 'test-idempotency-key', description: 'the `Idempotency-Key` they were asked for with' })
  idempotencyKey!: string;
}
