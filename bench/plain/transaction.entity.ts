import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { won } from './won.js';

@Entity('transactions')
export class Transaction {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;

  @Column({ name: 'account_id', type: 'bigint' }) accountId!: string;

  @Column({ name: 'payment_id', type: 'bigint' }) paymentId!: string;

  @Column({ type: 'bigint', transformer: won }) amount!: number;

  @Column({ name: 'balance_after', type: 'bigint', transformer: won }) balanceAfter!: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 }) createdAt!: Date;
}
