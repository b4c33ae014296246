import { Column, PrimaryColumn } from 'typeorm';
import type { RefusalReason } from './bank-client.js';

/**
 * What the bank was, or is being, asked for on behalf of one movement: the columns of `withdrawals` and of `payouts`.
 * A row is written before the bank hears of it. Amounts are won.
 */
export abstract class BankOrderColumns {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'linked_account_id', type: 'bigint' })
  linkedAccountId!: number;

  /** Calendar day in Asia/Seoul on which it was reserved, whenever it is settled. */
  @Column({ name: 'business_date', type: 'date' })
  businessDate!: string;

  @Column({ type: 'enum', enum: ['PENDING', 'DONE', 'REFUSED'] })
  status!: 'PENDING' | 'DONE' | 'REFUSED';

  @Column({ type: 'bigint' })
  amount!: number;

  /** What is set aside on the main account until this is settled. */
  @Column({ name: 'held_amount', type: 'bigint' })
  heldAmount!: number;

  @Column({ name: 'bank_tran_id', type: 'char', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  bankTranId!: string;

  /** KST, yyyyMMddHHmmss; kept because after a time-out there is no response to read it from. */
  @Column({ name: 'tran_dtime', type: 'char', length: 14, charset: 'ascii', collation: 'ascii_bin' })
  tranDtime!: string;

  @Column({ type: 'varchar', length: 32, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  refusal!: RefusalReason | null;

  @Column({ type: 'int', default: 0 })
  inquiries!: number;

  /** By the database's clock, which all instances share. */
  @Column({ name: 'next_inquiry_at', type: 'datetime', precision: 3 })
  nextInquiryAt!: Date;

  /** By the database's clock, like nextInquiryAt. */
  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** When recovery last sent the order again, by the database's clock; null: it never did. */
  @Column({ name: 'resent_at', type: 'datetime', precision: 3, nullable: true })
  resentAt!: Date | null;

  /** Why the centre did not pass the order on when it was sent again; it is not sent any more then. */
  @Column({
    name: 'turned_away',
    type: 'varchar',
    length: 32,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  turnedAway!: RefusalReason | null;

  @Column({ name: 'settled_at', type: 'datetime', precision: 3, nullable: true })
  settledAt!: Date | null;
}
