import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Public } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { SavingsProductsDto } from './dto/savings-products.dto.js';
import { SAVINGS_PRODUCT_NAMES, SAVINGS_PRODUCTS } from './savings-product.js';

const ALL = { items: SAVINGS_PRODUCT_NAMES.map((product) => ({ product, ...SAVINGS_PRODUCTS[product] })) };

@ApiTags('savings')
@Controller('savings-products')
export class SavingsProductsController {
  @Get()
  @Public()
  @ApiOperation({
    operationId: 'listSavingsProducts',
    summary: 'What a savings account can be',
    description:
      'Interest is simple, by the day, on what was there at the end of the day (Asia/Seoul): a 365th of the yearly ' +
      'rate for each day, also in a leap year. It is posted at 04:00 on the next day; what is less than a won is ' +
      'carried on.',
  })
  @ApiAnswers({ success: 200, detail: SavingsProductsDto, refusals: [] })
  list(): Answer<SavingsProductsDto> {
    return Answer.success(ALL);
  }
}
