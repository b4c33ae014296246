import { AccountBalanceDto, MovementDetailDto } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';

export class SavingsAccountDetailDto {
  @Shown.id({ example: 7 }) accountId!: number;
  @Shown.text({ example: '3355-12-3456789' }) accountNumber!: string;
  @Shown.choice(['SAVINGS']) type!: string;
  @Shown.won({ example: 0 }) balance!: number;
}

export class SavingsDepositDetailDto extends MovementDetailDto {
  @Shown.object(() => AccountBalanceDto) savingsAccount!: AccountBalanceDto;
}
