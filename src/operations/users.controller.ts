import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { maskAccountNumber } from '../platform/logging/mask.js';
import { itemShown } from './dto/movement-shown.js';
import { MovementItemsDto, UserMovementsQueryDto } from './dto/movements.dto.js';
import { UserPageAccountDto, UserPageAgreementDto, UserPageDto, UserPageLinkDto } from './dto/users.dto.js';
import { MovementPagesService } from './movement-pages.service.js';
import { type UserPage, UserPagesService } from './user-pages.service.js';

@ApiTags('operations')
@Controller('operations/users/:userId')
export class OperationsUsersController {
  constructor(
    private readonly users: UserPagesService,
    private readonly movements: MovementPagesService,
  ) {}

  @Get()
  @Access('operator')
  @ApiOperation({
    operationId: 'getUserPage',
    summary: 'All there is to say of a user: accounts, linked accounts, the daily limit, agreements',
  })
  @ApiAnswers({ success: 200, detail: UserPageDto, refusals: ['InvalidUserId'] })
  async get(@PathId('userId') userId: number): Promise<Answer<UserPageDto>> {
    return Answer.success(shown(await this.users.get(userId)));
  }

  @Get('movements')
  @Access('operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listUserMovements',
    summary: 'What a user has begun, whatever became of it, newest first',
    description:
      'What waits for a bank and what failed too, which no statement has. What others sent to the user is in the ' +
      'statement of the main account: `GET /accounts/{accountId}/transactions`.',
  })
  @ApiAnswers({ success: 200, detail: MovementItemsDto, refusals: ['InvalidUserId'] })
  async listMovements(
    @PathId('userId') userId: number,
    @Query() { limit, cursor }: UserMovementsQueryDto,
  ): Promise<Answer<MovementItemsDto>> {
    const { items, nextBefore } = await this.movements.listOfUser(userId, decodeCursor(cursor), limit);
    return Answer.success({ items: items.map(itemShown), nextCursor: encodeCursor(nextBefore) });
  }
}

function shown({ profile, accounts, links, limit, agreements }: UserPage): UserPageDto {
  return {
    userId: profile.id,
    name: profile.name,
    email: profile.email,
    state: profile.state,
    signedUpAt: seoulDateTime(profile.signedUpAt),
    ...(profile.state === 'FROZEN' && profile.frozenAt && { frozenAt: seoulDateTime(profile.frozenAt) }),
    ...(profile.closedAt && { closedAt: seoulDateTime(profile.closedAt) }),
    accounts: accounts.map(accountShown),
    linkedAccounts: links.map(linkShown),
    ...(limit && { limit }),
    agreements: agreements.map(agreementShown),
  };
}

function accountShown(account: UserPage['accounts'][number]): UserPageAccountDto {
  const { id, number, kind, balance, held, openedAt, closedAt } = account;
  return {
    accountId: id,
    accountNumber: number,
    type: kind,
    balance,
    held,
    availableBalance: balance - held,
    openedAt: seoulDateTime(openedAt),
    ...(closedAt && { closedAt: seoulDateTime(closedAt) }),
  };
}

function linkShown(link: UserPage['links'][number]): UserPageLinkDto {
  const { id, bank, bankCode, accountNumber, isDefault, linkedAt, removedAt } = link;
  return {
    linkedAccountId: id,
    bank,
    bankCode,
    accountNumber: maskAccountNumber(accountNumber),
    isDefault: isDefault !== null,
    linkedAt: seoulDateTime(linkedAt),
    ...(removedAt && { removedAt: seoulDateTime(removedAt) }),
  };
}

function agreementShown(agreement: UserPage['agreements'][number]): UserPageAgreementDto {
  const { id, partnerId, partnerName, state, limitPerPayment, limitPerDay, usedToday } = agreement;
  const { agreedAt, expiresAt, endedAt } = agreement;
  return {
    agreementId: id,
    partnerId,
    partnerName,
    status: state,
    limitPerPayment,
    limitPerDay,
    usedToday,
    agreedAt: seoulDateTime(agreedAt),
    ...(expiresAt && { expiresAt: seoulDateTime(expiresAt) }),
    ...(endedAt && { endedAt: seoulDateTime(endedAt) }),
  };
}
