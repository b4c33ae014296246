import { AccountBalanceDto, MovementDetailDto } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';

export class TransferDetailDto extends MovementDetailDto {
  @Shown.choice(['HELD'], { optional: true, description: 'only of one that has to be accepted: nobody has it yet' })
  status?: string;
  @Shown.dateTime({ optional: true, description: 'only of one that has to be accepted: when it goes back by itself' })
  expiresAt?: string;
}

export class TransferEndDetailDto {
  @Shown.id({ example: 43, description: 'the id of the movement that ended the transfer' }) transactionId!: number;
  @Shown.id({ example: 42, description: 'the id of the transfer' }) transferId!: number;
  @Shown.choice(['ACCEPTED', 'CANCELED'], { description: 'how it ended' }) status!: string;
  @Shown.won({ example: 5_000, description: 'what was held, in won' }) amount!: number;
  @Shown.object(() => AccountBalanceDto, { description: 'the main account of whoever asked, which got it' })
  mainAccount!: AccountBalanceDto;
}
