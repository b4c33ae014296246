import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A transfer whose money has left the sender until somebody ends it. It shares the id of its `TRANSFER_HOLD`. */
@Entity('held_transfers')
@Index('ix_held_transfers_due', ['isHeld', 'expiresAt'])
@Index('ix_held_transfers_reminder', ['isHeld', 'remindedAt', 'expiresAt'])
export class HeldTransfer {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  /** 1 until it ends; then null. */
  @Column({ name: 'is_held', type: 'tinyint', nullable: true })
  isHeld!: number | null;

  /** When it goes back by itself, by the service's clock. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;

  /** An instance is giving it back, and has until then, by the database's clock. */
  @Column({ name: 'taken_until', type: 'datetime', precision: 3, nullable: true })
  takenUntil!: Date | null;

  /** When its receiver was reminded of it, by the service's clock: once, whether or not anybody listened. */
  @Column({ name: 'reminded_at', type: 'datetime', precision: 3, nullable: true })
  remindedAt!: Date | null;
}
