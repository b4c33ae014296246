import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuthorizationOutcome } from './authorization.movements.js';

/** How an authorisation has ended: once, by a `CAPTURE` or a `VOID`, whose id it shares. */
@Entity('authorization_ends')
@Index('uq_authorization_ends_payment', ['paymentId'], { unique: true })
@Index('ix_authorization_ends_day', ['partnerId', 'businessDate', 'movementId'])
export class AuthorizationEnd {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'payment_id', type: 'bigint' })
  paymentId!: number;

  @Column({ name: 'partner_id', type: 'bigint' })
  partnerId!: number;

  /** In Asia/Seoul. */
  @Column({ name: 'business_date', type: 'date' })
  businessDate!: string;

  @Column({ type: 'enum', enum: ['CAPTURED', 'VOIDED', 'EXPIRED'] })
  outcome!: AuthorizationOutcome;

  /** won that the partner got; 0 unless it was captured */
  @Column({ name: 'captured_amount', type: 'bigint' })
  capturedAmount!: number;

  @Column({ name: 'ended_at', type: 'datetime', precision: 3 })
  endedAt!: Date;
}
