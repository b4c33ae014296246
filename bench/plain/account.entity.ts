import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { won } from './won.js';

@Entity('accounts')
export class Account {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;

  @Column({ name: 'user_id', type: 'bigint' }) userId!: number;

  @Column({ type: 'bigint', transformer: won }) balance!: number;
}
