import { Body, Controller, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  answerKeyed,
  Claim,
  Idempotent,
  type IdempotencyClaim,
  parseIdempotencyKey,
  REQUEST_REFUSALS,
} from '../idempotency/index.js';
import {
  answerWith,
  mainDetail,
  type MovementView,
  PendingTransactionDto,
  TOP_UP_REFUSALS,
  toppedUpDetail,
  userMovement,
} from '../movements/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { PendingResourceDto } from '../users/index.js';
import {
  SavingsAccountDetailDto,
  SavingsAccountsDto,
  SavingsClosingDetailDto,
  SavingsDepositDetailDto,
  SavingsScheduleDto,
  SavingsWithdrawalDetailDto,
} from './dto/savings-detail.dto.js';
import {
  ChangeScheduleDto,
  CloseSavingsDto,
  OpenSavingsDto,
  SavingsDepositDto,
  SavingsQueryDto,
  SavingsWithdrawalDto,
} from './dto/savings.dto.js';
import type { SavingsClosingDetails } from './savings-closing.movement.js';
import { SavingsClosingService } from './savings-closing.service.js';
import type { SavingsDepositDetails } from './savings-deposit.movement.js';
import { SavingsSchedules } from './savings-schedules.js';
import { type SavingsOverview, SavingsService } from './savings.service.js';

const WITHDRAWAL_SHOWN = userMovement<SavingsWithdrawalDetailDto>((movement) => ({
  ...mainDetail(movement),
  savingsAccount: savingsOf(movement),
}));

const CLOSING_SHOWN = userMovement<SavingsClosingDetailDto, SavingsClosingDetails>((movement) => ({
  ...mainDetail(movement),
  savingsAccount: savingsOf(movement),
}));

const DEPOSIT_SHOWN = userMovement<SavingsDepositDetailDto, SavingsDepositDetails>((movement) => ({
  ...toppedUpDetail(movement),
  savingsAccount: savingsOf(movement),
}));

@ApiTags('savings')
@Controller('accounts/savings')
export class SavingsController {
  constructor(
    private readonly savings: SavingsService,
    private readonly schedules: SavingsSchedules,
    private readonly closing: SavingsClosingService,
  ) {}

  @Post()
  @Access('app')
  @Idempotent({ route: 'savings', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ operationId: 'openSavings', summary: 'Open a savings account; a user may have several' })
  @ApiAnswers({
    success: 201,
    detail: SavingsAccountDetailDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AccountClosed', 'AccountFrozen', ...REQUEST_REFUSALS],
  })
  async open(
    @Body() body: OpenSavingsDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SavingsAccountDetailDto | PendingResourceDto>> {
    const { userId } = body;
    return answerKeyed(await this.savings.open(body, claim), {
      find: async (accountId) => opened(await this.savings.get(accountId)),
      location: (accountId) => `/accounts/${accountId}/transactions`,
      locationByKey: `/accounts/savings?userId=${userId}&idempotencyKey=${encodeURIComponent(claim.key)}`,
    });
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({
    operationId: 'listSavings',
    summary: 'What a user has opened with this Idempotency-Key: for a client that lost the answer',
  })
  @ApiAnswers({ success: 200, detail: SavingsAccountsDto, refusals: ['IdempotencyKeyInvalid'] })
  async list(@Query() { userId, idempotencyKey }: SavingsQueryDto): Promise<Answer<SavingsAccountsDto>> {
    const accounts = await this.savings.listByKey(userId, parseIdempotencyKey(idempotencyKey));
    return Answer.success({ items: accounts.map((account) => ({ ...opened(account), balance: account.balance })) });
  }

  @Patch('deposit')
  @Access('app')
  @Idempotent({ route: 'deposits', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({
    operationId: 'depositSavings',
    summary: 'Deposit from the main account, topped up from the linked bank account by what is missing',
  })
  @ApiAnswers({
    success: 200,
    detail: SavingsDepositDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', 'AccountNotFound', 'AccountAmbiguous', ...REQUEST_REFUSALS, ...TOP_UP_REFUSALS],
  })
  async deposit(
    @Body() body: SavingsDepositDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SavingsDepositDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(DEPOSIT_SHOWN, await this.savings.deposit(body, claim));
  }

  @Get(':accountId/schedule')
  @Access('app', 'operator')
  @ApiOperation({ operationId: 'getSavingsSchedule', summary: 'What is paid into a savings account by itself' })
  @ApiAnswers({ success: 200, detail: SavingsScheduleDto, refusals: ['AccountNotFound'] })
  async schedule(@PathId('accountId') accountId: number): Promise<Answer<SavingsScheduleDto>> {
    return Answer.success(await this.schedules.get(accountId));
  }

  @Put(':accountId/schedule')
  @Access('app')
  @Idempotent({ route: 'savings-schedules', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({
    operationId: 'changeSavingsSchedule',
    summary: 'Change what is paid into regular savings by itself, or end it',
    description:
      'Each business day at 08:00 (Asia/Seoul) it comes from the main account, topped up by what is missing. What ' +
      'can not be paid then is not made up for on another day.',
  })
  @ApiAnswers({
    success: 200,
    detail: SavingsScheduleDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AccountNotFound', 'AccountClosed', ...REQUEST_REFUSALS],
  })
  async changeSchedule(
    @PathId('accountId') accountId: number,
    @Body() { userId, dailyDeposit }: ChangeScheduleDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SavingsScheduleDto | PendingResourceDto>> {
    const location = `/accounts/savings/${accountId}/schedule`;
    return answerKeyed(await this.schedules.change({ userId, accountId, dailyDeposit }, claim), {
      find: () => Promise.resolve({ accountId, product: 'REGULAR', dailyDeposit }),
      location: () => location,
      locationByKey: location,
    });
  }

  @Post(':accountId/withdrawals')
  @Access('app')
  @Idempotent({ route: 'savings-withdrawals', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({ operationId: 'withdrawSavings', summary: 'Withdraw from a savings account to the main account' })
  @ApiAnswers({
    success: 201,
    detail: SavingsWithdrawalDetailDto,
    processing: PendingTransactionDto,
    refusals: [
      'InvalidUserId',
      'AccountNotFound',
      'AccountClosed',
      'AccountFrozen',
      'NotEnoughBalance',
      ...REQUEST_REFUSALS,
    ],
  })
  async withdraw(
    @PathId('accountId') accountId: number,
    @Body() body: SavingsWithdrawalDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SavingsWithdrawalDetailDto | Partial<PendingTransactionDto>>> {
    return answerWith(WITHDRAWAL_SHOWN, await this.savings.withdraw({ ...body, accountId }, claim));
  }

  @Post(':accountId/close')
  @Access('app')
  @Idempotent({ route: 'savings-closings', owner: 'user', ownerField: 'userId', required: false })
  @ApiOperation({
    operationId: 'closeSavings',
    summary: 'Close a savings account: its interest is posted, and all goes to the main account',
    description: 'Interest is earned up to the end of yesterday (Asia/Seoul). Afterwards nothing moves on the account.',
  })
  @ApiAnswers({
    success: 201,
    detail: SavingsClosingDetailDto,
    processing: PendingTransactionDto,
    refusals: ['InvalidUserId', 'AccountNotFound', 'AccountClosed', 'AccountFrozen', ...REQUEST_REFUSALS],
  })
  async close(
    @PathId('accountId') accountId: number,
    @Body() { userId }: CloseSavingsDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SavingsClosingDetailDto | Partial<PendingTransactionDto>>> {
    const { kind, outcome } = await this.closing.close({ userId, accountId }, claim);
    if (kind === 'moved') return answerWith(CLOSING_SHOWN, outcome);
    const location = `/accounts/${accountId}/transactions`;
    return answerKeyed<SavingsClosingDetailDto>(outcome, {
      find: () => Promise.resolve({ amount: 0, savingsAccount: { accountId, balance: 0 } }),
      location: () => location,
      locationByKey: location,
    });
  }
}

function savingsOf({ counterAccountId, counterBalanceAfter }: MovementView): { accountId: number; balance: number } {
  return { accountId: counterAccountId as number, balance: counterBalanceAfter as number };
}

/** As it was right after it was opened. */
function opened({ id, number, product }: SavingsOverview): SavingsAccountDetailDto {
  return { accountId: id, accountNumber: number, type: 'SAVINGS', product, balance: 0 };
}
