import { AccountBalanceDto, MovementDetailDto } from '../../movements/index.js';
import { Shown } from '../../platform/docs/shown.js';
import { SAVINGS_PRODUCT_NAMES } from '../savings-product.js';

export class SavingsAccountDetailDto {
  @Shown.id({ example: 7, description: "the savings account's id" }) accountId!: number;
  @Shown.text({ example: '3355-12-3456789', description: 'its number, as people write it' }) accountNumber!: string;
  @Shown.choice(['SAVINGS'], { description: 'what kind of account it is' }) type!: string;
  @Shown.choice(SAVINGS_PRODUCT_NAMES, { description: 'what it is: see `GET /savings-products`' }) product!: string;
  @Shown.won({ example: 0, description: 'what is on it, in won' }) balance!: number;
}

export class SavingsDepositDetailDto extends MovementDetailDto {
  @Shown.object(() => AccountBalanceDto, { description: 'the savings account' }) savingsAccount!: AccountBalanceDto;
}

export class SavingsWithdrawalDetailDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.won({ description: 'what was withdrawn, in won' }) amount!: number;
  @Shown.object(() => AccountBalanceDto, { description: "the user's main account" }) mainAccount!: AccountBalanceDto;
  @Shown.object(() => AccountBalanceDto, { description: 'the savings account' }) savingsAccount!: AccountBalanceDto;
}

export class SavingsClosingDetailDto {
  @Shown.id({ optional: true, example: 42, description: "the movement's id; absent when nothing was left" })
  transactionId?: number;
  @Shown.won({ description: 'what was left, with its interest, in won' }) amount!: number;
  @Shown.object(() => AccountBalanceDto, { optional: true, description: "the user's main account, which has it" })
  mainAccount?: AccountBalanceDto;
  @Shown.object(() => AccountBalanceDto, { description: 'the savings account' }) savingsAccount!: AccountBalanceDto;
}

export class SavingsAccountsDto {
  @Shown.list(() => SavingsAccountDetailDto, { description: 'the one account, or none' })
  items!: SavingsAccountDetailDto[];
}

export class SavingsScheduleDto {
  @Shown.id({ example: 7, description: "the savings account's id" }) accountId!: number;
  @Shown.choice(SAVINGS_PRODUCT_NAMES, { description: 'what it is: see `GET /savings-products`' }) product!: string;
  @Shown.won({ nullable: true, description: 'what is paid in on each business day, in won; null: nothing is' })
  dailyDeposit!: number | null;
}
