import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What owners see. */
export const WEBHOOK_STATUSES = ['PENDING', 'DELIVERED', 'UNDELIVERED'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];
/**
 * `SKIPPED`: its endpoint was disabled when it happened. Shown as UNDELIVERED, and never sent by itself; deleted like
 * what was delivered.
 */
export const STORED_STATUSES = [...WEBHOOK_STATUSES, 'SKIPPED'] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];

/** What a partner is told of. */
export const PARTNER_EVENT_TYPES = [
  'payment.approved',
  'payment.authorized',
  'payment.captured',
  'payment.voided',
  'payment.failed',
  'payment.canceled',
] as const;
export type PartnerEventType = (typeof PARTNER_EVENT_TYPES)[number];

/** What the wallet's own back end is told of. */
export const APP_EVENT_TYPES = [
  'movement.completed',
  'movement.failed',
  'transfer.held',
  'transfer.reminder',
  'schedule.failed',
] as const;
export type AppEventType = (typeof APP_EVENT_TYPES)[number];

/** Told of an endpoint that was disabled by itself, at the owner's other endpoints. */
export const ENDPOINT_DISABLED_EVENT = 'webhook.disabled';
/** Asked for by hand, to try an endpoint. */
export const PING_EVENT = 'webhook.ping';
/** What every owner is told of its endpoints themselves. */
export type EndpointEventType = typeof ENDPOINT_DISABLED_EVENT | typeof PING_EVENT;

export type EventType = PartnerEventType | AppEventType | EndpointEventType;

/** What an endpoint may choose from. Each gets its pings, whatever it has chosen. */
export const PARTNER_CHOICES = [...PARTNER_EVENT_TYPES, ENDPOINT_DISABLED_EVENT] as const;
export const APP_CHOICES = [...APP_EVENT_TYPES, ENDPOINT_DISABLED_EVENT] as const;

/**
 * The subject of what is told of endpoints themselves. These events have no order: each has a sequence of its own, drawn
 * at random.
 */
export const NO_SUBJECT = 0;

/**
 * The delivery of one event to one endpoint, written in the transaction that made the event true, and what became of
 * it. The event's own id, the same at every endpoint, is that of its first row: `id - event_offset`.
 */
@Entity('webhook_events')
@Index('uq_webhook_events_sequence', ['endpointId', 'subjectId', 'sequence'], { unique: true })
@Index('ix_webhook_events_due', ['status', 'endpointId', 'nextAttemptAt'])
@Index('ix_webhook_events_partner', ['ownerId', 'status'])
@Index('ix_webhook_events_period', ['endpointId', 'occurredAt'])
export class WebhookEvent {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  /** How far this id is behind that of the event's first row: those of one event are written by one INSERT. */
  @Column({ name: 'event_offset', type: 'int', default: 0 })
  eventOffset!: number;

  @Column({ name: 'endpoint_id', type: 'bigint' })
  endpointId!: number;

  /** A partner's id, or `APP`. */
  @Column({ name: 'partner_id', type: 'bigint' })
  ownerId!: number;

  /**
   * What it tells of, of which one event is sent after the other: a movement (a partner's events: a payment), or a
   * savings account's schedule, by the account's id below zero; or `NO_SUBJECT`.
   */
  @Column({ name: 'payment_id', type: 'bigint' })
  subjectId!: number;

  /** Counts a payment's events from 1, without gaps; orders those of other subjects. */
  @Column({ type: 'int' })
  sequence!: number;

  @Column({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  type!: EventType;

  /** The `data` of what is sent, as JSON text. */
  @Column({ type: 'mediumtext' })
  payload!: string;

  @Column({ name: 'occurred_at', type: 'datetime', precision: 3 })
  occurredAt!: Date;

  @Column({ type: 'enum', enum: STORED_STATUSES })
  status!: StoredStatus;

  /** Attempts that failed, or all up to the one that succeeded; counted anew after a resend by hand. */
  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /**
   * When it is due while PENDING; in the future while an instance is at it. Of a DELIVERED one still the end of that
   * lease, which is when it was delivered but for seconds. By the database's clock.
   */
  @Column({ name: 'next_attempt_at', type: 'datetime', precision: 3 })
  nextAttemptAt!: Date;

  /** The HTTP status of the last attempt, where one was received. */
  @Column({ name: 'last_status', type: 'smallint', nullable: true })
  lastStatus!: number | null;

  /** Why the last attempt was not answered at all, or why it is given up although attempts are left. */
  @Column({ name: 'last_error', type: 'varchar', length: 64, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  lastError!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'delivered_at', type: 'datetime', precision: 3, nullable: true })
  deliveredAt!: Date | null;
}
