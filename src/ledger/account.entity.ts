import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * The kinds of accounts there are. Those that carry a balance are locked; of the others only the entries are summed.
 */
const ACCOUNT_KINDS = {
  MAIN: { carriesBalance: true },
  SAVINGS: { carriesBalance: true },
  PARTNER_PAYABLE: { carriesBalance: false },
  BANK_CLEARING: { carriesBalance: false },
  INTEREST_EXPENSE: { carriesBalance: false },
  TRANSFER_ESCROW: { carriesBalance: false },
} as const;
export type AccountKind = keyof typeof ACCOUNT_KINDS;

export function carriesBalance(kind: AccountKind): boolean {
  return ACCOUNT_KINDS[kind].carriesBalance;
}

/**
 * An account of the ledger. Amounts are won; only users' accounts carry a balance, the others are summed from entries.
 */
@Entity('accounts')
@Index('uq_accounts_owner', ['kind', 'ownerId', 'sole'], { unique: true })
@Index('uq_accounts_number', ['number'], { unique: true })
export class Account {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ type: 'enum', enum: Object.keys(ACCOUNT_KINDS) })
  kind!: AccountKind;

  /** The user, the partner, or the bank's code as a number; 0 where the account is ours. */
  @Column({ name: 'owner_id', type: 'bigint' })
  ownerId!: number;

  /** 1 where an owner has exactly one account of this kind, null for savings. */
  @Column({ type: 'tinyint', nullable: true })
  sole!: number | null;

  @Column({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  number!: string;

  @Column({ type: 'bigint', default: 0 })
  balance!: number;

  /** Set aside for open movements: part of the balance, available to nobody else. */
  @Column({ type: 'bigint', default: 0 })
  held!: number;

  /** Number of entries so far: each entry of a user's account has its place in one chain. */
  @Column({ name: 'last_seq', type: 'bigint', default: 0 })
  lastSeq!: number;

  @Column({ name: 'opened_at', type: 'datetime', precision: 3 })
  openedAt!: Date;

  /** From then on nothing moves on it any more, and nothing is left on it. */
  @Column({ name: 'closed_at', type: 'datetime', precision: 3, nullable: true })
  closedAt!: Date | null;

  /** An operator has stopped it then: nothing new moves on it, and what was begun is ended. */
  @Column({ name: 'frozen_at', type: 'datetime', precision: 3, nullable: true })
  frozenAt!: Date | null;
}
