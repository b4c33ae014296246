import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * What a user lets a partner take, as they once agreed to: it ends, but never changes. The latest one with a partner
 * also counts what that has taken today. All of it is written under the lock of the user's main account.
 */
@Entity('agreements')
@Index('uq_agreements_latest', ['userId', 'partnerId', 'isLatest'], { unique: true })
@Index('ix_agreements_user', ['userId', 'id'])
export class Agreement {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'partner_id', type: 'bigint' })
  partnerId!: number;

  /** 1 until the user agrees anew with the partner; then null. */
  @Column({ name: 'is_latest', type: 'tinyint', nullable: true })
  isLatest!: number | null;

  /** won */
  @Column({ name: 'limit_per_payment', type: 'bigint' })
  limitPerPayment!: number;

  /** won on one day in Asia/Seoul */
  @Column({ name: 'limit_per_day', type: 'bigint' })
  limitPerDay!: number;

  @Column({ name: 'agreed_at', type: 'datetime', precision: 3 })
  agreedAt!: Date;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /** When the user took it back, or agreed anew. */
  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt!: Date | null;

  /** The last day on which the partner took something, in Asia/Seoul. */
  @Column({ name: 'used_on', type: 'date', nullable: true })
  usedOn!: string | null;

  /** won that it took on that day: payments and authorisations that did not fail, whatever was given back since */
  @Column({ name: 'used_amount', type: 'bigint', default: 0 })
  usedAmount!: number;
}
