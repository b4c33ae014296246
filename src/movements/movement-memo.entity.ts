import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What somebody has written to a movement, encrypted (`MemoVault`): few have one, so it is no column of theirs. */
@Entity('movement_memos')
@Index('ix_movement_memos_key', ['keyId'])
export class MovementMemo {
  @PrimaryColumn({ name: 'movement_id', type: 'bigint' })
  movementId!: number;

  @Column({ name: 'key_id', type: 'char', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  keyId!: string;

  @Column({ name: 'sealed_memo', type: 'varbinary', length: 512 })
  sealedMemo!: Buffer;
}
