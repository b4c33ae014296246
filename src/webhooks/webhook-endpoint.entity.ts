import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Where a partner wants to hear of its payments. Secrets are encrypted (`SecretVault`). */
@Entity('webhook_endpoints')
@Index('ix_webhook_endpoints_partner', ['partnerId', 'disabledAt'])
export class WebhookEndpoint {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'partner_id', type: 'bigint' })
  partnerId!: number;

  @Column({ type: 'varchar', length: 2000, charset: 'ascii', collation: 'ascii_bin' })
  url!: string;

  @Column({ type: 'varbinary', length: 255 })
  secret!: Buffer;

  /** What was the secret before the last rotation. */
  @Column({ name: 'previous_secret', type: 'varbinary', length: 255, nullable: true })
  previousSecret!: Buffer | null;

  /** Until when, by the database's clock, events are signed with the previous secret too. */
  @Column({ name: 'previous_valid_until', type: 'datetime', precision: 3, nullable: true })
  previousValidUntil!: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** Once it was deleted: it gets no new events, and those still open are given up. */
  @Column({ name: 'disabled_at', type: 'datetime', precision: 3, nullable: true })
  disabledAt!: Date | null;
}
