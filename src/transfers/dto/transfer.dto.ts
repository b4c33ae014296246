import { Id, Text, Won } from '../../platform/http/fields.js';

export class TransferDto {
  @Id({ example: 1 }) fromUserId!: number;

  @Id({ example: 2 }) toUserId!: number;

  @Won({ example: 5_000 }) amount!: number;

  @Text(100, { optional: true, example: '점심값' }) memo?: string;
}
