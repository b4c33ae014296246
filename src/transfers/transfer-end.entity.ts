import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TransferOutcome } from './held-transfer.movements.js';

/** How a held transfer ended: once. It shares the id of the movement that ended it. */
@Entity('transfer_ends')
@Index('uq_transfer_ends_transfer', ['transferId'], { unique: true })
export class TransferEnd {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  /** The `TRANSFER_HOLD`. */
  @Column({ name: 'transfer_id', type: 'bigint' })
  transferId!: number;

  @Column({ type: 'enum', enum: ['ACCEPTED', 'CANCELED', 'EXPIRED'] })
  outcome!: TransferOutcome;
}
