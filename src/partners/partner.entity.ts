import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A merchant that payments are made to. */
@Entity('partners')
@Index('ix_partners_name', ['name'])
export class Partner {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  /** Found whatever its case. */
  @Column({ type: 'varchar', length: 50, charset: 'utf8mb4', collation: 'utf8mb4_unicode_520_ci' })
  name!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
