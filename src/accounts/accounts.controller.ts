import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Claim, Idempotent, type IdempotencyClaim } from '../idempotency/index.js';
import { LEG } from '../ledger/index.js';
import { PendingTransactionDto, REQUEST_REFUSALS, TOP_UP_REFUSALS } from '../movements/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { PathId } from '../platform/http/query-fields.js';
import type { AccountEntry } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import {
  AccountTransactionDto,
  AccountTransactionsDto,
  AccountTransactionsQueryDto,
  ChargeDetailDto,
} from './dto/account-transactions.dto.js';
import { ChargeDto } from './dto/charge.dto.js';

@ApiTags('accounts')
@Controller('accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('main/charge')
  @Access('app')
  @HttpCode(200)
  @Idempotent({ route: 'charges', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ summary: 'Charge the main account from the linked bank account' })
  @ApiAnswers({
    success: 200,
    detail: ChargeDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  charge(@Body() { userId, amount }: ChargeDto, @Claim() claim: IdempotencyClaim): Promise<Answer<object>> {
    return this.accounts.charge(userId, amount, claim);
  }

  @Get(':accountId/transactions')
  @Access('app', 'operator')
  @ApiOperation({ summary: "An account's entries, newest first; a page stays the same while new ones arrive" })
  @ApiAnswers({ success: 200, detail: AccountTransactionsDto, refusals: ['AccountNotFound'] })
  async list(
    @PathId('accountId') accountId: number,
    @Query() { limit, cursor }: AccountTransactionsQueryDto,
  ): Promise<Answer<AccountTransactionsDto>> {
    const page = await this.accounts.listEntries(accountId, limit, decodeCursor(cursor));
    return Answer.success({ items: page.entries.map(shown), nextCursor: encodeCursor(page.nextBefore) });
  }
}

function shown(entry: AccountEntry): AccountTransactionDto {
  const isTopUp = entry.leg === LEG.topUpTo && entry.type !== 'CHARGE';
  return {
    transactionId: entry.movementId,
    type: isTopUp ? 'TOP_UP' : entry.type,
    amount: entry.amount,
    balanceAfter: entry.balanceAfter,
    counterparty: entry.counterparty,
    ...(entry.type === 'PAYMENT' && { paymentId: entry.movementId }),
    occurredAt: seoulDateTime(entry.occurredAt),
  };
}
