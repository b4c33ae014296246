import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A user's account at another bank. A user has several, one of which is the default: the main account is topped up from
 * there. Several users may link one bank account. Which there are, and which is the default, changes under the lock of
 * the user's main account only. What is removed stays, as withdrawals name it.
 * Number, owner and handle are encrypted: see `LinkVault`.
 */
@Entity('linked_accounts')
@Index('uq_linked_accounts_default', ['userId', 'isDefault'], { unique: true })
@Index('uq_linked_accounts_bank_account', ['userId', 'bankAccountId', 'isLive'], { unique: true })
@Index('ix_linked_accounts_bank_account', ['bankAccountId'])
@Index('ix_linked_accounts_key', ['keyId'])
export class LinkedAccount {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'bank_account_id', type: 'bigint' })
  bankAccountId!: number;

  /** As the user has named it. */
  @Column({ type: 'varchar', length: 50 })
  bank!: string;

  @Column({ name: 'bank_code', type: 'char', length: 3, charset: 'ascii', collation: 'ascii_bin' })
  bankCode!: string;

  /** The ledger's account of everything this bank has taken for us. */
  @Column({ name: 'clearing_account_id', type: 'bigint' })
  clearingAccountId!: number;

  @Column({ name: 'linked_at', type: 'datetime', precision: 3 })
  linkedAt!: Date;

  /** 1 for the one that top-ups take from, else null. */
  @Column({ name: 'is_default', type: 'tinyint', nullable: true, default: 1 })
  isDefault!: 1 | null;

  /** Null once it was removed, so that the bank account may be linked again. */
  @Column({ name: 'is_live', type: 'tinyint', nullable: true, default: 1 })
  isLive!: 1 | null;

  @Column({ name: 'removed_at', type: 'datetime', precision: 3, nullable: true })
  removedAt!: Date | null;

  @Column({ name: 'key_id', type: 'char', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  keyId!: string;

  /** As the user has written it. */
  @Column({ name: 'sealed_number', type: 'varbinary', length: 64 })
  sealedNumber!: Buffer;

  @Column({ name: 'sealed_owner_name', type: 'varbinary', length: 255 })
  sealedOwnerName!: Buffer;

  /** Handle of the account in Open Banking (fintech_use_num); the account's number is never sent. */
  @Column({ name: 'sealed_handle', type: 'varbinary', length: 64 })
  sealedHandle!: Buffer;
}
