import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A payment whose money was set aside, and that waits to be captured or voided. It shares its movement's id. */
@Entity('authorizations')
@Index('ix_authorizations_due', ['isHeld', 'expiresAt'])
@Index('ix_authorizations_account', ['accountId', 'isHeld'])
export class Authorization {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  /** The main account that it is held on. */
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  /** won */
  @Column({ type: 'bigint' })
  amount!: number;

  /** 1 until it ends; then null. */
  @Column({ name: 'is_held', type: 'tinyint', nullable: true })
  isHeld!: number | null;

  /** When it is voided by itself, by the service's clock. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;

  /** An instance is voiding it, and has until then, by the database's clock. */
  @Column({ name: 'taken_until', type: 'datetime', precision: 3, nullable: true })
  takenUntil!: Date | null;
}
