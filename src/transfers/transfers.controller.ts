import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim } from '../idempotency/index.js';
import { MovementDetailDto, PendingTransactionDto, REQUEST_REFUSALS, TOP_UP_REFUSALS } from '../movements/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import type { Answer } from '../platform/http/answers.js';
import { TransferDto } from './dto/transfer.dto.js';
import { TransfersService } from './transfers.service.js';

@ApiTags('transfers')
@Controller('transfers')
export class TransfersController {
  constructor(private readonly transfers: TransfersService) {}

  @Post()
  @Access('app')
  @Idempotent({ route: 'transfers', owner: 'user', ownerField: 'fromUserId', required: false })
  @ApiOperation({ summary: 'Send money to another user, topped up from the linked bank account by what is missing' })
  @ApiAnswers({
    success: 201,
    detail: MovementDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  transfer(@Body() body: TransferDto, @Claim() claim: IdempotencyClaim): Promise<Answer<object>> {
    return this.transfers.transfer(body, claim);
  }
}
