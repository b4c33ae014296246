import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One line of a journal. A journal is all entries of one movement; they sum to zero. A positive amount raises what the
 * account's owner has: a user's money, a partner's claim on us, what a bank has taken for us (with the opposite sign).
 */
@Entity('entries')
@Index('uq_entries_account_seq', ['accountId', 'seq'], { unique: true })
@Index('ix_entries_posted', ['accountId', 'postedAt', 'seq'])
export class Entry {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  /** See `LEG`. */
  @PrimaryColumn({ type: 'tinyint' })
  leg!: number;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  /** won, signed */
  @Column({ type: 'bigint' })
  amount!: number;

  /** Place in the chain of a user's account; null on partners' and banks' accounts, which nobody locks. */
  @Column({ type: 'bigint', nullable: true })
  seq!: number | null;

  @Column({ name: 'balance_after', type: 'bigint', nullable: true })
  balanceAfter!: number | null;

  @Column({ name: 'posted_at', type: 'datetime', precision: 3 })
  postedAt!: Date;
}

/**
 * The places of a journal. The first pair, from the bank, is there only when its money was needed; the pairs of the
 * movement's own legs follow. Of each pair the even place pays and the odd one receives.
 */
export const LEG = { topUpFrom: 0, topUpTo: 1, from: 2, to: 3 } as const;
