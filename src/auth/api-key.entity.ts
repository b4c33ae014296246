import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Role, ROLES } from '../platform/http/access.js';

/** A key, without the key. Several of one owner may be good at once, so that it can be replaced without a gap. */
@Entity('api_keys')
@Index('uq_api_keys_hash', ['hash'], { unique: true })
export class ApiKey {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ type: 'enum', enum: ROLES })
  role!: Role;

  /** Whose it is; null for roles that are not a partner's. */
  @Column({ name: 'partner_id', type: 'bigint', nullable: true })
  partnerId!: number | null;

  /** How the key begins. */
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  prefix!: string;

  @Column({ type: 'binary', length: 32 })
  hash!: Buffer;

  @Column({ type: 'varchar', length: 100, nullable: true })
  label!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'datetime', precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** To within some minutes. */
  @Column({ name: 'last_used_at', type: 'datetime', precision: 3, nullable: true })
  lastUsedAt!: Date | null;
}
