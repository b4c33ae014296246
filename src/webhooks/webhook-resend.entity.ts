import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { WebhookStatus } from './webhook-event.entity.js';

/** `ALL`: it came to the end of its period. `SOME`: it did as much as one call may. */
export const RESEND_ENDS = ['ALL', 'SOME'] as const;

export const RESENDABLE = ['UNDELIVERED', 'DELIVERED'] as const satisfies WebhookStatus[];
export type Resendable = (typeof RESENDABLE)[number];

/** A call that sends many events to an endpoint again: what is left of its period, and what it has done. */
@Entity('webhook_resends')
@Index('ix_webhook_resends_endpoint', ['endpointId'])
export class WebhookResend {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'endpoint_id', type: 'bigint' })
  endpointId!: number;

  /** Only these are sent again; null: both. */
  @Column({ type: 'varchar', length: 16, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  status!: Resendable | null;

  /** When the last event that was looked at had happened; the beginning of the period at first. */
  @Column({ name: 'after_time', type: 'datetime', precision: 3 })
  afterTime!: Date;

  /** Its delivery's id; 0 at first. */
  @Column({ name: 'after_id', type: 'bigint' })
  afterId!: number;

  /** The end of the period, which is not in it. */
  @Column({ name: 'until_time', type: 'datetime', precision: 3 })
  untilTime!: Date;

  @Column({ name: 'looked_at', type: 'int', default: 0 })
  lookedAt!: number;

  @Column({ type: 'int', default: 0 })
  resent!: number;

  /** Null while it is at it, or was interrupted. */
  @Column({ type: 'enum', enum: RESEND_ENDS, nullable: true })
  ended!: (typeof RESEND_ENDS)[number] | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
