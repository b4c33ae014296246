import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** On whom, or what, an act was done. */
export const ACT_SUBJECTS = ['user', 'partner', 'payment', 'movement', 'webhook', 'event', 'key', 'clock'] as const;
export type ActSubject = (typeof ACT_SUBJECTS)[number];

/**
 * Something that an operator did, or that was done with keys: who, when, from where, what, why, on whom. Written in the
 * transaction of the act, and never changed: the service's database user may insert and read, and nothing else.
 */
@Entity('operator_acts')
@Index('ix_operator_acts_time', ['actedAt'])
@Index('ix_operator_acts_subject', ['subject', 'subjectId', 'actedAt'])
@Index('ix_operator_acts_key', ['keyId', 'actedAt'])
@Index('ix_operator_acts_action', ['action', 'actedAt'])
export class OperatorAct {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'acted_at', type: 'datetime', precision: 3 })
  actedAt!: Date;

  /** The operation's name in the OpenAPI document, or of a command on the shell. */
  @Column({ type: 'varchar', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  action!: string;

  /** Null where no key was asked for: `AUTH=optional`, and the shell. */
  @Column({ name: 'key_id', type: 'bigint', nullable: true })
  keyId!: number | null;

  /** A role, `anyone` for a caller without a key, or `shell`. */
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  role!: string;

  /** Where the request came from; of the shell, the machine's name. */
  @Column({ type: 'varchar', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  address!: string;

  @Column({
    name: 'request_id',
    type: 'varchar',
    length: 128,
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  requestId!: string | null;

  @Column({ type: 'varchar', length: 200, nullable: true })
  reason!: string | null;

  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  subject!: ActSubject;

  /** Null where there is only one of it. */
  @Column({ name: 'subject_id', type: 'bigint', nullable: true })
  subjectId!: number | null;
}
