import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { MovementStatus } from './movement.state.js';

export const MOVEMENT_TYPES = ['CHARGE', 'SAVINGS_DEPOSIT', 'TRANSFER', 'PAYMENT', 'PAYMENT_CANCEL'] as const;
export type MovementType = (typeof MOVEMENT_TYPES)[number];

/**
 * Money on its way from one account to another, or there already. Its id is the transactionId, and for a payment the
 * paymentId. It is the head of one journal: COMPLETED ones have entries, the others have none. Amounts are won.
 */
@Entity('movements')
@Index('uq_movements_key', ['idempotencyKey', 'idempotencyScope', 'keyLive'], { unique: true })
export class Movement {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ type: 'enum', enum: MOVEMENT_TYPES })
  type!: MovementType;

  @Column({ type: 'enum', enum: ['PENDING', 'COMPLETED', 'FAILED'] })
  status!: MovementStatus;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The user's main account. */
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  /** Where the money goes to (for a cancel: comes from); null for a charge. */
  @Column({ name: 'counter_account_id', type: 'bigint', nullable: true })
  counterAccountId!: number | null;

  @Column({ type: 'bigint' })
  amount!: number;

  /** What is, or was to be, taken from the linked bank account for it. */
  @Column({ name: 'topped_up_amount', type: 'bigint' })
  toppedUpAmount!: number;

  @Column({
    name: 'failure_code',
    type: 'varchar',
    length: 32,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  failureCode!: string | null;

  @Column({ type: 'varchar', length: 100, nullable: true })
  memo!: string | null;

  @Column({ name: 'idempotency_scope', type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  idempotencyScope!: string;

  @Column({ name: 'idempotency_key', type: 'varchar', length: 255, charset: 'ascii', collation: 'ascii_bin' })
  idempotencyKey!: string;

  /** 1 while the key is taken; null once the movement failed, so that the key may be used again. */
  @Column({ name: 'key_live', type: 'tinyint', nullable: true })
  keyLive!: number | null;

  @Column({ name: 'request_hash', type: 'binary', length: 32 })
  requestHash!: Buffer;

  /** Made anew for every request we work on: tells our own row, after a lost COMMIT, from somebody else's. */
  @Column({ name: 'attempt_id', type: 'binary', length: 16 })
  attemptId!: Buffer;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'completed_at', type: 'datetime', precision: 3, nullable: true })
  completedAt!: Date | null;
}
