import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const DAILY_DEPOSIT_STATUSES = ['PENDING', 'PAID', 'FAILED'] as const;

/** What became of a business day's deposit into an account that is paid into by itself: each day has one at most. */
@Entity('daily_deposits')
@Index('uq_daily_deposits_movement', ['movementId'], { unique: true })
export class DailyDeposit {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  /** PENDING while the bank is asked. */
  @Column({ type: 'enum', enum: DAILY_DEPOSIT_STATUSES })
  status!: (typeof DAILY_DEPOSIT_STATUSES)[number];

  /** won */
  @Column({ type: 'bigint' })
  amount!: number;

  /** Null where it was refused before anything was written. */
  @Column({ name: 'movement_id', type: 'bigint', nullable: true })
  movementId!: number | null;

  /** Why it is FAILED: what a client would have been answered. */
  @Column({
    name: 'failure_code',
    type: 'varchar',
    length: 32,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  failureCode!: string | null;

  @Column({ name: 'recorded_at', type: 'datetime', precision: 3 })
  recordedAt!: Date;
}
