import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a cancel is besides a movement, whose id it shares. Amounts are won. */
@Entity('payment_cancels')
@Index('uq_payment_cancels_sequence', ['paymentId', 'sequence'], { unique: true })
@Index('ix_payment_cancels_day', ['partnerId', 'businessDate'])
export class PaymentCancel {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'payment_id', type: 'bigint' })
  paymentId!: number;

  @Column({ name: 'partner_id', type: 'bigint' })
  partnerId!: number;

  /** In Asia/Seoul. */
  @Column({ name: 'business_date', type: 'date' })
  businessDate!: string;

  /** 1 for a payment's first cancel, and so on without gaps. */
  @Column({ type: 'int' })
  sequence!: number;

  @Column({ type: 'bigint' })
  amount!: number;

  /** What could still be cancelled right after this. */
  @Column({ name: 'cancelable_after', type: 'bigint' })
  cancelableAfter!: number;

  @Column({ type: 'varchar', length: 200 })
  reason!: string;

  @Column({ name: 'canceled_at', type: 'datetime', precision: 3 })
  canceledAt!: Date;
}
