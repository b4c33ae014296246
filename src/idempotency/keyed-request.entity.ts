import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The key of a call that made something else than a movement (those carry their key themselves), and what it made. */
@Entity('keyed_requests')
export class KeyedRequest {
  @PrimaryColumn({ name: 'idempotency_key', type: 'varchar', length: 255, charset: 'ascii', collation: 'ascii_bin' })
  idempotencyKey!: string;

  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  scope!: string;

  @Column({ name: 'request_hash', type: 'binary', length: 32 })
  requestHash!: Buffer;

  /** Made anew for every request: tells our own row, after a lost COMMIT, from somebody else's. */
  @Column({ name: 'attempt_id', type: 'binary', length: 16 })
  attemptId!: Buffer;

  /** The id of what was made. */
  @Column({ name: 'resource_id', type: 'bigint' })
  resourceId!: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
