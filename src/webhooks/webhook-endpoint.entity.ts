import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** `GONE`: it has answered 410. `BY_PARTNER`, `BY_APP`: its owner wants it so for a while. */
export type DisabledReason = 'GONE' | 'BY_PARTNER' | 'BY_APP';

/**
 * Where a partner wants to hear of its payments, or the wallet's own back end of what moves. What its events are signed
 * with is in `WebhookSecret`.
 */
@Entity('webhook_endpoints')
@Index('ix_webhook_endpoints_partner', ['ownerId', 'disabledAt'])
export class WebhookEndpoint {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  /** A partner's id, or `APP`. */
  @Column({ name: 'partner_id', type: 'bigint' })
  ownerId!: number;

  @Column({ type: 'varchar', length: 2000, charset: 'ascii', collation: 'ascii_bin' })
  url!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** Since when no event is written for it, or sent there: since it was disabled or deleted. */
  @Column({ name: 'disabled_at', type: 'datetime', precision: 3, nullable: true })
  disabledAt!: Date | null;

  /** Only while it is disabled. */
  @Column({
    name: 'disabled_reason',
    type: 'varchar',
    length: 16,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  disabledReason!: DisabledReason | null;

  /** The row stays, for its events; nobody finds it any more. */
  @Column({ name: 'deleted_at', type: 'datetime', precision: 3, nullable: true })
  deletedAt!: Date | null;

  /** Until when its receiver wants to be left alone (`Retry-After`), by the database's clock. */
  @Column({ name: 'paused_until', type: 'datetime', precision: 3, nullable: true })
  pausedUntil!: Date | null;
}
