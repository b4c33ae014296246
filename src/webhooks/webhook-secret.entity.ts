import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What an endpoint's events are signed with: the current secret, and former ones until each one's own end. */
@Entity('webhook_secrets')
@Index('ix_webhook_secrets_endpoint', ['endpointId'])
export class WebhookSecret {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'endpoint_id', type: 'bigint' })
  endpointId!: number;

  /** The key that it is sealed under (`Vault`); null for what was sealed before keys had ids. */
  @Column({ name: 'key_id', type: 'char', length: 16, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  keyId!: string | null;

  @Column({ type: 'varbinary', length: 255 })
  ciphertext!: Buffer;

  /** By the database's clock; null for the current one, which ends with the next rotation. */
  @Column({ name: 'valid_until', type: 'datetime', precision: 3, nullable: true })
  validUntil!: Date | null;
}
