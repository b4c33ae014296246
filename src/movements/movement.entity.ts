import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A movement is COMPLETED at once, or PENDING while the bank is asked. Both ends are final. */
const STATUSES = ['PENDING', 'COMPLETED', 'FAILED'] as const;

/**
 * Money on its way from one account to another, or there already. Its id is the transactionId, and for a payment the
 * paymentId. It is the head of one journal: COMPLETED ones have entries, the others have none. Amounts are won.
 */
@Entity('movements')
@Index('uq_movements_key', ['idempotencyKey', 'idempotencyScope', 'keyLive'], { unique: true })
@Index('ix_movements_user', ['userId'])
export class Movement {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  /** See `MovementDeclaration`. */
  @Column({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  type!: string;

  @Column({ type: 'enum', enum: STATUSES })
  status!: (typeof STATUSES)[number];

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The user's main account. */
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  /** The account at the other end; null where there is none. */
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

  /** Written by instances of the former version alone: `MovementMemo` has the others, and the next release all. */
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

/**
 * A movement as it is stored, with the balances it left: what its first request was answered with follows from this.
 */
export interface MovementView extends Pick<
  Movement,
  | 'id'
  | 'type'
  | 'status'
  | 'userId'
  | 'accountId'
  | 'counterAccountId'
  | 'amount'
  | 'toppedUpAmount'
  | 'failureCode'
  | 'createdAt'
  | 'completedAt'
> {
  /** won on the main account right after this movement; null unless it is COMPLETED and touched it */
  readonly balanceAfter: number | null;
  /** the same of the account at the other end */
  readonly counterBalanceAfter: number | null;
}
