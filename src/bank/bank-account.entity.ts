import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A real account at a bank, however its number is written, and whoever links it. Its row is what its daily limit is
 * counted under.
 */
@Entity('bank_accounts')
@Index('uq_bank_accounts_print', ['bankCode', 'numberPrint'], { unique: true })
export class BankAccount {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ name: 'bank_code', type: 'char', length: 3, charset: 'ascii', collation: 'ascii_bin' })
  bankCode!: string;

  /** Of the bank's code and the number's digits (`BlindIndex`). The number itself is with each link. */
  @Column({ name: 'number_print', type: 'binary', length: 32 })
  numberPrint!: Buffer;
}
