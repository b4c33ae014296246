import { Shown } from '../../platform/docs/shown.js';

export class BankDto {
  @Shown.text({ example: '081', description: "KFTC's three digits" }) code!: string;
  @Shown.text({ example: '하나은행', description: 'its usual name' }) name!: string;
  @Shown.texts({ example: ['HANA BANK', 'KEB하나은행'], description: 'what else it is called' }) aliases!: string[];
}

export class BanksDto {
  @Shown.list(() => BankDto, { description: 'all of them' }) items!: BankDto[];
}
