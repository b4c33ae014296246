import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Interest that was posted, and what of it was left over. The last one of an account says where its interest stands:
 * the next one begins on the day after, with this rest. Days without a whole won have none.
 */
@Entity('interest_postings')
@Index('uq_interest_postings_day', ['accountId', 'day'], { unique: true })
export class InterestPosting {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  /** The business day up to whose end it was earned. */
  @Column({ type: 'date' })
  day!: string;

  /** What was less than a won, in parts of which `PARTS_OF_A_WON` are one. */
  @Column({ type: 'int' })
  rest!: number;

  /** The account's entries up to this place count on the day after `day`, and on all later ones. */
  @Column({ name: 'settled_seq', type: 'bigint' })
  settledSeq!: number;
}
