import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { EventType } from './webhook-event.entity.js';

/** One request to an endpoint, and what became of it. Only the last ones are kept. */
@Entity('webhook_attempts')
@Index('ix_webhook_attempts_endpoint', ['endpointId'])
@Index('ix_webhook_attempts_delivery', ['deliveryId'])
export class WebhookAttempt {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'endpoint_id', type: 'bigint' })
  endpointId!: number;

  /** The row of `webhook_events`, which may be deleted before this one. */
  @Column({ name: 'delivery_id', type: 'bigint' })
  deliveryId!: number;

  @Column({ name: 'event_id', type: 'bigint' })
  eventId!: number;

  @Column({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  type!: EventType;

  /** Counts the attempts of a delivery from 1, anew after it was sent again by hand. */
  @Column({ type: 'int' })
  attempt!: number;

  /** The HTTP status that it was answered with; null where it was not. */
  @Column({ type: 'smallint', nullable: true })
  status!: number | null;

  /** Why it was not answered. */
  @Column({ type: 'varchar', length: 64, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  error!: string | null;

  @Column({ name: 'duration_ms', type: 'int' })
  durationMs!: number;

  /** When it began, by the database's clock. */
  @Column({ name: 'attempted_at', type: 'datetime', precision: 3 })
  attemptedAt!: Date;

  /** When the next one was to follow; null where none was. By the database's clock. */
  @Column({ name: 'next_attempt_at', type: 'datetime', precision: 3, nullable: true })
  nextAttemptAt!: Date | null;
}
