import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A user's account at another bank, from which the main account is topped up. */
@Entity('linked_accounts')
@Index('uq_linked_accounts_user', ['userId'], { unique: true })
export class LinkedAccount {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ type: 'varchar', length: 50 })
  bank!: string;

  @Column({ name: 'bank_code', type: 'char', length: 3, charset: 'ascii', collation: 'ascii_bin' })
  bankCode!: string;

  @Column({ name: 'account_number', type: 'varchar', length: 30, charset: 'ascii', collation: 'ascii_bin' })
  accountNumber!: string;

  @Column({ name: 'owner_name', type: 'varchar', length: 50 })
  ownerName!: string;

  /** Handle of the account in Open Banking; the account's number is never sent. */
  @Column({ name: 'fintech_use_num', type: 'char', length: 24, charset: 'ascii', collation: 'ascii_bin' })
  fintechUseNum!: string;

  /** The ledger's account of everything this bank has taken for us. */
  @Column({ name: 'clearing_account_id', type: 'bigint' })
  clearingAccountId!: number;

  @Column({ name: 'linked_at', type: 'datetime', precision: 3 })
  linkedAt!: Date;
}
