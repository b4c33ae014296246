import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * `GONE`: it has answered 410. `FAILING`: for days it has taken nothing. `BY_PARTNER`, `BY_APP`: its owner wants it so
 * for a while.
 */
export type DisabledReason = 'GONE' | 'FAILING' | 'BY_PARTNER' | 'BY_APP';

/**
 * Where a partner wants to hear of its payments, or the wallet's own back end of what moves. What its events are signed
 * with is in `WebhookSecret`.
 */
@Entity('webhook_endpoints')
@Index('ix_webhook_endpoints_partner', ['ownerId', 'disabledAt'])
@Index('ix_webhook_endpoints_live', ['ownerId', 'deletedAt'])
export class WebhookEndpoint {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  /** A partner's id, or `APP`. */
  @Column({ name: 'partner_id', type: 'bigint' })
  ownerId!: number;

  @Column({ type: 'varchar', length: 2000, charset: 'ascii', collation: 'ascii_bin' })
  url!: string;

  /** The types of events that it wants; null: all. In the database with commas between them. */
  @Column({
    type: 'varchar',
    length: 1000,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
    transformer: {
      to: (types: readonly string[] | null) => types?.join(',') ?? null,
      from: (text: string | null) => typesOf(text),
    },
  })
  types!: readonly string[] | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** Since when nothing is sent there: since it was disabled or deleted. */
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

  /** Since when all attempts have failed; null where the last one did not. */
  @Column({ name: 'failing_since', type: 'datetime', precision: 3, nullable: true })
  failingSince!: Date | null;

  /** How many attempts have failed since then. */
  @Column({ type: 'int', default: 0 })
  failures!: number;
}

/** The types of events as they are in the database. */
export const typesOf = (text: string | null): readonly string[] | null => text?.split(',') ?? null;
