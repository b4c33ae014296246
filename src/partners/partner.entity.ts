import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A merchant that payments are made to. */
@Entity('partners')
export class Partner {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
