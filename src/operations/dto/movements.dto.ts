import { AcceptanceDto } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { BankOrderDto } from './bank-order.dto.js';

export class UserMovementsQueryDto {
  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

/** An account of the ledger, and whose it is. */
export class OwnedAccountDto {
  @Shown.id({ example: 7, description: "the account's id" }) accountId!: number;
  @Shown.text({ example: 'MAIN', description: 'what kind of account it is; new ones may come' }) type!: string;
  @Shown.text({ example: '3333-12-3456789', description: 'its number' }) number!: string;
  @Shown.count({ description: "the id of its user or partner, or the bank's code as a number; 0 where it is ours" })
  ownerId!: number;
  @Shown.text({ optional: true, description: 'what its owner is called; absent where it is ours' }) ownerName?: string;
}

export class JournalSideDto extends OwnedAccountDto {
  @Shown.won({ optional: true, description: "only of a user's account: what is on it right after this, in won" })
  balanceAfter?: number;
}

export class JournalPairDto {
  @Shown.won({ example: 5_000, description: 'what went from one to the other, in won' }) amount!: number;
  @Shown.dateTime({ description: 'when it was booked' }) postedAt!: string;
  @Shown.object(() => JournalSideDto, { description: 'where it came from' }) from!: JournalSideDto;
  @Shown.object(() => JournalSideDto, { description: 'where it went' }) to!: JournalSideDto;
}

export class MovementItemDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.text({ example: 'PAYMENT', description: 'what kind of movement it is; new ones may come' }) type!: string;
  @Shown.choice(['PENDING', 'COMPLETED', 'FAILED'], { description: 'PENDING: its outcome is not known yet' })
  status!: string;
  @Shown.won({ example: 8_000, description: 'what is moved, in won' }) amount!: number;
  @Shown.won({ example: 5_000, description: 'what is, or was to be, taken from the linked bank account, in won' })
  toppedUpAmount!: number;
  @Shown.text({
    optional: true,
    example: 'NotEnoughAccountBalance',
    description: 'only when FAILED: the code that its request was answered with, or would have been',
  })
  failureCode?: string;
  @Shown.id({ optional: true, example: 15, description: 'the payment that it is, or is a part of' }) paymentId?: number;
  @Shown.object(() => OwnedAccountDto, { optional: true, description: 'the account at the other end' })
  counterAccount?: OwnedAccountDto;
  @Shown.dateTime({ description: 'when it was asked for' }) requestedAt!: string;
  @Shown.dateTime({ optional: true, description: 'when it ended; absent while PENDING' }) endedAt?: string;
}

export class MovementItemsDto {
  @Shown.list(() => MovementItemDto, { description: 'what the user has begun, newest first' })
  items!: MovementItemDto[];
  @Shown.text({ nullable: true, example: 'MTIz', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}

export class MovementPageDto extends MovementItemDto {
  @Shown.id({ description: 'whose movement it is' }) userId!: number;
  @Shown.text({ description: 'what the user is called' }) userName!: string;
  @Shown.text({ optional: true, example: 'test-idempotency-key', description: 'the key it was asked for with' })
  idempotencyKey?: string;
  @Shown.text({ optional: true, example: '점심값', description: 'as it was sent with a transfer' }) memo?: string;
  @Shown.object(() => AcceptanceDto, {
    optional: true,
    description: 'only of a COMPLETED TRANSFER_HOLD: what became of it since',
  })
  acceptance?: AcceptanceDto;
  @Shown.list(() => JournalPairDto, { description: 'what was booked, in its order; nothing unless it is COMPLETED' })
  journal!: JournalPairDto[];
  @Shown.object(() => BankOrderDto, { optional: true, description: 'what a bank was asked for' })
  bankOrder?: BankOrderDto;
}
