import { Shown } from '../../platform/docs/shown.js';
import { SAVINGS_PRODUCT_NAMES } from '../savings-product.js';

export class SavingsProductDto {
  @Shown.choice(SAVINGS_PRODUCT_NAMES, { description: 'what it is called in requests' }) product!: string;
  @Shown.text({ example: '자유적금', description: 'what customers know it as' }) name!: string;
  @Shown.count({ example: 300, description: 'interest a year, in basis points: 300 are 3.0 %' })
  rateBasisPoints!: number;
  @Shown.flag({ description: 'whether `dailyDeposit` is needed' }) needsDailyDeposit!: boolean;
}

export class SavingsProductsDto {
  @Shown.list(() => SavingsProductDto, { description: 'all of them' }) items!: SavingsProductDto[];
}
