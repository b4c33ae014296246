import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ProductItemDto } from './payment-request.dto.js';
import { won } from './won.js';

@Entity('payments')
export class Payment {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;

  @Column({ name: 'user_id', type: 'bigint' }) userId!: number;

  @Column({ name: 'partner_id', type: 'bigint' }) partnerId!: number;

  @Column({ name: 'partner_pay_key', length: 100 }) partnerPayKey!: string;

  @Column({ name: 'product_items', type: 'json' }) productItems!: ProductItemDto[];

  @Column({ type: 'bigint', transformer: won }) amount!: number;

  @Column({ name: 'paid_at', type: 'datetime', precision: 3 }) paidAt!: Date;
}
