import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SavingsProduct } from './savings-product.js';

/**
 * What was agreed of a savings account. What of it decides about money changes under the account's lock. An account
 * that an instance of the former version has opened has no row until the worker has made it one.
 */
@Entity('savings_accounts')
@Index('ix_savings_accounts_interest', ['closedAt', 'interestSeen'])
@Index('ix_savings_accounts_deposit', ['depositSeen'])
export class SavingsAccount {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  product!: SavingsProduct;

  /** Of its product when it was opened: basis points a year. */
  @Column({ name: 'rate_basis_points', type: 'int' })
  rateBasisPoints!: number;

  /** won that are paid in on each business day; null: nothing is */
  @Column({ name: 'daily_deposit', type: 'bigint', nullable: true })
  dailyDeposit!: number | null;

  /** The first business day that earns interest. */
  @Column({ name: 'earns_from', type: 'date' })
  earnsFrom!: string;

  /** Up to which day the worker has looked for interest: where to look next, no more. */
  @Column({ name: 'interest_seen', type: 'date' })
  interestSeen!: string;

  /** Until then (by the database's clock) one instance looks after it, and the others need not. */
  @Column({ name: 'interest_lease_until', type: 'datetime', precision: 3, nullable: true })
  interestLeaseUntil!: Date | null;

  @Column({ name: 'closed_at', type: 'datetime', precision: 3, nullable: true })
  closedAt!: Date | null;

  /** Up to which business day it was paid into, or was to be; null while nothing is paid in by itself. */
  @Column({ name: 'deposit_seen', type: 'date', nullable: true })
  depositSeen!: string | null;

  /** As `interestLeaseUntil`. */
  @Column({ name: 'deposit_lease_until', type: 'datetime', precision: 3, nullable: true })
  depositLeaseUntil!: Date | null;
}
