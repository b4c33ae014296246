import { Shown } from '../../platform/docs/shown.js';
import { QueryDay } from '../../platform/http/query-fields.js';

export class SettlementQueryDto {
  @QueryDay({ description: 'a business day in Asia/Seoul' }) date!: string;
}

export class SettlementDto {
  @Shown.text({ example: '2025-02-26', description: 'the business day, in Asia/Seoul' }) date!: string;
  @Shown.id({ example: 100, description: 'whose settlement' }) partnerId!: number;
  @Shown.count({ example: 3, description: 'payments approved on this day' }) count!: number;
  @Shown.won({ example: 69_000, description: 'what these payments come to, in won' }) gross!: number;
  @Shown.count({ example: 1, description: 'cancels of this day, whenever their payments were' }) cancelCount!: number;
  @Shown.won({ example: 10_000, description: 'what these cancels come to, in won' }) cancels!: number;
  @Shown.signedWon({ example: 59_000, description: 'gross less cancels, in won; negative when more was given back' })
  net!: number;
}
