import { Shown } from '../../platform/docs/shown.js';
import { QueryChoice, QueryCursor, QueryLimit } from '../../platform/http/query-fields.js';
import { ORDER_KINDS } from './bank-order.dto.js';

export class WithdrawalsQueryDto {
  @QueryChoice(['PENDING'], { optional: true, description: 'which ones; there is this one list' }) status?: 'PENDING';

  @QueryLimit(20, 100) limit!: number;

  @QueryCursor() cursor?: string;
}

export class WaitingOrderDto {
  @Shown.choice(ORDER_KINDS, { description: 'what the bank was to do: take money for us, or pay it' }) kind!: string;
  @Shown.id({ example: 42, description: 'the movement that waits for it' }) transactionId!: number;
  @Shown.text({ example: 'PAYMENT', description: 'what kind of movement that is' }) type!: string;
  @Shown.id({ description: 'whose movement it is' }) userId!: number;
  @Shown.id({ optional: true, example: 42, description: 'the payment that it is, or is a part of' }) paymentId?: number;
  @Shown.won({ example: 8_000, description: 'what is to be moved in all, in won' }) movementAmount!: number;
  @Shown.won({ example: 5_000, description: 'what the bank was asked for, in won' }) amount!: number;
  @Shown.won({ example: 3_000, description: 'what is set aside meanwhile on the main account, in won' })
  heldAmount!: number;
  @Shown.id({ description: 'the linked account that it is taken from, or paid to' }) linkedAccountId!: number;
  @Shown.text({ example: 'HANA BANK', description: 'the bank, as the user calls it' }) bank!: string;
  @Shown.text({ example: '081', description: "the bank's code" }) bankCode!: string;
  @Shown.text({ example: 'M202512345U4BC34239Z', description: 'what the bank knows it by' }) bankTranId!: string;
  @Shown.dateTime({ description: 'when the bank was first asked' }) askedAt!: string;
  @Shown.count({ example: 12, description: 'seconds since then' }) ageSeconds!: number;
  @Shown.count({ description: 'how often it was asked what became of it' }) inquiries!: number;
  @Shown.dateTime({ description: 'when it is asked next' }) nextInquiryAt!: string;
  @Shown.signedCount({ example: 4, description: 'seconds until then; below zero when it is due' })
  nextInquirySeconds!: number;
  @Shown.dateTime({ optional: true, description: 'when it was last sent again' }) resentAt?: string;
  @Shown.text({ optional: true, example: 'UNAVAILABLE', description: 'why it was not passed on when it was' })
  turnedAway?: string;
}

export class WaitingOrdersDto {
  @Shown.list(() => WaitingOrderDto, { description: 'what waits for a bank, oldest first' }) items!: WaitingOrderDto[];
  @Shown.text({ nullable: true, example: 'MTIz', description: 'the `cursor` of the next page; null on the last one' })
  nextCursor!: string | null;
}
