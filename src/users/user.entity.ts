import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Name and e-mail are encrypted: see `UserVault`. */
@Entity('users')
@Index('uq_users_email_print', ['emailPrint'], { unique: true })
@Index('ix_users_key', ['keyId'])
export class User {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'key_id', type: 'char', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  keyId!: string;

  @Column({ name: 'sealed_name', type: 'varbinary', length: 255 })
  sealedName!: Buffer;

  @Column({ name: 'sealed_email', type: 'varbinary', length: 512 })
  sealedEmail!: Buffer;

  /** Of the e-mail without regard to case (`BlindIndex`): what is unique. */
  @Column({ name: 'email_print', type: 'binary', length: 32 })
  emailPrint!: Buffer;

  /** From then on nothing personal is left: name and e-mail are a placeholder. */
  @Column({ name: 'erased_at', type: 'datetime', precision: 3, nullable: true })
  erasedAt!: Date | null;
}
