import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  answerKeyed,
  Claim,
  Idempotent,
  type IdempotencyClaim,
  type KeyedOutcome,
  REQUEST_REFUSALS,
} from '../idempotency/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { maskAccountNumber } from '../platform/logging/mask.js';
import {
  LinkAccountDto,
  LinkedAccountDto,
  LinkedAccountsDto,
  RemovedLinkedAccountDto,
} from './dto/linked-account.dto.js';
import { PendingResourceDto } from './dto/user-detail.dto.js';
import { type Link, LinkedAccountsService } from './linked-accounts.service.js';

/** The user is in the path, where only the handler looks. */
const KEYED = { owner: 'user', ownerField: null, required: false } as const;

@ApiTags('users')
@Controller('users/:userId/linked-accounts')
export class LinkedAccountsController {
  constructor(private readonly links: LinkedAccountsService) {}

  @Post()
  @Access('app')
  @Idempotent({ ...KEYED, route: 'links', isPersonal: true })
  @ApiOperation({
    operationId: 'linkAccount',
    summary: 'Link another account at a bank; top-ups go on taking from the default',
    description: 'A user has ten at most. What may be taken on one day is the same for one and for all together.',
  })
  @ApiAnswers({
    success: 201,
    detail: LinkedAccountDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AccountFrozen', 'AlreadyLinked', 'TooManyLinkedAccounts', ...REQUEST_REFUSALS],
  })
  async add(
    @PathId('userId') userId: number,
    @Body() { externalBank, externalAccountNumber }: LinkAccountDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<LinkedAccountDto | PendingResourceDto>> {
    const link = { bank: externalBank, accountNumber: externalAccountNumber };
    const outcome = await this.links.add(userId, link, claim);
    return answer(userId, outcome, async (id) => ({ ...shown(await this.links.get(userId, id)), isDefault: false }));
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({ operationId: 'listLinkedAccounts', summary: 'The accounts at banks that a user has linked' })
  @ApiAnswers({ success: 200, detail: LinkedAccountsDto, refusals: ['InvalidUserId'] })
  async list(@PathId('userId') userId: number): Promise<Answer<LinkedAccountsDto>> {
    return Answer.success({ items: (await this.links.list(userId)).map(shown) });
  }

  @Put(':linkedAccountId/default')
  @Access('app')
  @Idempotent({ ...KEYED, route: 'link-defaults' })
  @ApiOperation({
    operationId: 'setDefaultLinkedAccount',
    summary: 'From now on top-ups take from this one; those under way stay with the one they were made with',
  })
  @ApiAnswers({
    success: 200,
    detail: LinkedAccountDto,
    processing: PendingResourceDto,
    refusals: ['InvalidUserId', 'AccountFrozen', 'AccountNotFound', ...REQUEST_REFUSALS],
  })
  async makeDefault(
    @PathId('userId') userId: number,
    @PathId('linkedAccountId') linkedAccountId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<LinkedAccountDto | PendingResourceDto>> {
    const outcome = await this.links.makeDefault(userId, linkedAccountId, claim);
    return answer(userId, outcome, async (id) => ({ ...shown(await this.links.get(userId, id)), isDefault: true }));
  }

  @Delete(':linkedAccountId')
  @Access('app')
  @Idempotent({ ...KEYED, route: 'link-removals' })
  @ApiOperation({
    operationId: 'removeLinkedAccount',
    summary: 'Unlink an account that is not the default',
    description: `The default stays: make another one the default first. So nobody is without one, and nobody's money comes
from an account that they did not choose. Nor is one removed while it is unknown what the bank has taken from it or paid to it
(\`LinkedAccountInUse\`), which resolves itself. The account may be linked again later.`,
  })
  @ApiAnswers({
    success: 200,
    detail: RemovedLinkedAccountDto,
    processing: PendingResourceDto,
    refusals: [
      'InvalidUserId',
      'AccountFrozen',
      'AccountNotFound',
      'DefaultLinkedAccount',
      'LinkedAccountInUse',
      ...REQUEST_REFUSALS,
    ],
  })
  async remove(
    @PathId('userId') userId: number,
    @PathId('linkedAccountId') linkedAccountId: number,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<RemovedLinkedAccountDto | PendingResourceDto>> {
    const outcome = await this.links.remove(userId, linkedAccountId, claim);
    return answer(userId, outcome, (id) => Promise.resolve({ linkedAccountId: id }));
  }
}

/** The list tells what became of each change. */
function answer<Detail extends object>(
  userId: number,
  outcome: KeyedOutcome,
  find: (linkedAccountId: number) => Promise<Detail>,
): Promise<Answer<Detail | PendingResourceDto>> {
  const list = `/users/${userId}/linked-accounts`;
  return answerKeyed(outcome, { find, location: () => list, locationByKey: list });
}

function shown({ id, bank, accountNumber, isDefault, linkedAt }: Link): LinkedAccountDto {
  return {
    linkedAccountId: id,
    bank,
    accountNumber: maskAccountNumber(accountNumber),
    isDefault,
    linkedAt: seoulDateTime(linkedAt),
  };
}
