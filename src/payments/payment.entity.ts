import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a payment is besides a movement, whose id it shares. Amounts are won. */
@Entity('payments')
@Index('uq_payments_order', ['partnerPayKey', 'partnerId', 'orderLive'], { unique: true })
@Index('ix_payments_day', ['partnerId', 'businessDate', 'movementId'])
export class Payment {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'partner_id', type: 'bigint' })
  partnerId!: number;

  /** The partner's order number. */
  @Column({ name: 'partner_pay_key', type: 'varchar', length: 100, charset: 'ascii', collation: 'ascii_bin' })
  partnerPayKey!: string;

  /** 1 while the payment holds its order; null once it failed or was cancelled whole, so that it can be paid again. */
  @Column({ name: 'order_live', type: 'tinyint', nullable: true })
  orderLive!: number | null;

  /** The day, in Asia/Seoul, of its outcome; of its request while it is pending. */
  @Column({ name: 'business_date', type: 'date' })
  businessDate!: string;

  /** JSON, as the partner sent it. */
  @Column({ name: 'product_items', type: 'mediumtext' })
  productItems!: string;

  /** The agreement that it was held against, and the day in Asia/Seoul that it counts for; null: none. */
  @Column({ name: 'agreement_id', type: 'bigint', nullable: true })
  agreementId!: number | null;

  @Column({ name: 'agreement_day', type: 'date', nullable: true })
  agreementDay!: string | null;

  @Column({ name: 'canceled_amount', type: 'bigint', default: 0 })
  canceledAmount!: number;
}
