import { Body, Controller, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim } from '../idempotency/index.js';
import { PendingTransactionDto, REQUEST_REFUSALS, TOP_UP_REFUSALS } from '../movements/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { SavingsAccountDetailDto, SavingsDepositDetailDto } from './dto/savings-detail.dto.js';
import { OpenSavingsDto, SavingsDepositDto } from './dto/savings.dto.js';
import { SavingsService } from './savings.service.js';

@ApiTags('savings')
@Controller('accounts/savings')
export class SavingsController {
  constructor(private readonly savings: SavingsService) {}

  @Post()
  @Access('app')
  @ApiOperation({ summary: 'Open a savings account; a user may have several' })
  @ApiAnswers({ success: 201, detail: SavingsAccountDetailDto, refusals: ['InvalidUserId'] })
  async open(@Body() { userId }: OpenSavingsDto): Promise<Answer<SavingsAccountDetailDto>> {
    const account = await this.savings.open(userId);
    return Answer.success({ ...account, type: 'SAVINGS', balance: 0 }, `/accounts/${account.accountId}/transactions`);
  }

  @Patch('deposit')
  @Access('app')
  @Idempotent({ route: 'deposits', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ summary: 'Deposit from the main account, topped up from the linked bank account by what is missing' })
  @ApiAnswers({
    success: 200,
    detail: SavingsDepositDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', 'AccountNotFound', 'AccountAmbiguous', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  deposit(@Body() body: SavingsDepositDto, @Claim() claim: IdempotencyClaim): Promise<Answer<object>> {
    return this.savings.deposit(body, claim);
  }
}
