import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { carriesBalance } from '../ledger/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { type AccountHold, type AccountPage, AccountPagesService } from './account-pages.service.js';
import { AccountHoldDto, AccountPageDto } from './dto/accounts.dto.js';
import { accountShown } from './dto/movement-shown.js';

@ApiTags('operations')
@Controller('operations/accounts')
export class OperationsAccountsController {
  constructor(private readonly pages: AccountPagesService) {}

  @Get(':accountId')
  @Access('operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'getAccountPage',
    summary: 'An account of the ledger: whose it is, what is on it, and what of that is set aside, and for what',
    description:
      "Partners', banks' and our own accounts carry no balance: it is the sum of their entries. The statement of a " +
      "user's account: `GET /accounts/{accountId}/transactions`.",
  })
  @ApiAnswers({ success: 200, detail: AccountPageDto, refusals: ['AccountNotFound'] })
  async get(@PathId('accountId') accountId: number): Promise<Answer<AccountPageDto>> {
    return Answer.success(shown(await this.pages.get(accountId)));
  }
}

function shown({ account, ownerName, holds, hasAllHolds }: AccountPage): AccountPageDto {
  const { kind, balance, held, openedAt, closedAt, frozenAt } = account;
  return {
    ...accountShown({ ...account, ownerName }),
    openedAt: seoulDateTime(openedAt),
    ...(closedAt && { closedAt: seoulDateTime(closedAt) }),
    ...(frozenAt && { frozenAt: seoulDateTime(frozenAt) }),
    ...(carriesBalance(kind) && { balance, held, availableBalance: balance - held }),
    holds: holds.map(holdShown),
    hasAllHolds,
  };
}

function holdShown({ movement, amount }: AccountHold): AccountHoldDto {
  const { id, type, paymentId, createdAt } = movement;
  return {
    transactionId: id,
    type,
    ...(paymentId !== undefined && { paymentId }),
    amount,
    since: seoulDateTime(createdAt),
  };
}
