import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  answerKeyed,
  Claim,
  Idempotent,
  type IdempotencyClaim,
  parseIdempotencyKey,
  REQUEST_REFUSALS,
} from '../idempotency/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { maskAccountNumber } from '../platform/logging/mask.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import {
  PendingResourceDto,
  SignedUpDetailDto,
  UserDetailDto,
  UsersDto,
  UsersQueryDto,
} from './dto/user-detail.dto.js';
import { type UserOverview, UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Access('app')
  @Idempotent({ route: 'users', owner: 'app', ownerField: null, required: false, isPersonal: true })
  @ApiOperation({
    operationId: 'signUpUser',
    summary: 'Sign up: opens the one main account and links the account at another bank',
  })
  @ApiAnswers({
    success: 201,
    detail: SignedUpDetailDto,
    processing: PendingResourceDto,
    refusals: ['AlreadyRegistered', ...REQUEST_REFUSALS],
  })
  async signUp(
    @Body() body: SignUpDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<SignedUpDetailDto | PendingResourceDto>> {
    return answerKeyed(await this.users.signUp(body, claim), {
      find: async (userId) => signedUp(await this.users.getOverview(userId)),
      location: (userId) => `/users/${userId}`,
      locationByKey: `/users?idempotencyKey=${encodeURIComponent(claim.key)}`,
    });
  }

  @Get()
  @Access('app', 'operator')
  @ApiOperation({
    operationId: 'listUsers',
    summary: 'Whom a sign-up with this Idempotency-Key has made: for a client that lost the answer',
  })
  @ApiAnswers({ success: 200, detail: UsersDto, refusals: ['IdempotencyKeyInvalid'] })
  async list(@Query() { idempotencyKey }: UsersQueryDto): Promise<Answer<UsersDto>> {
    const users = await this.users.listByKey(parseIdempotencyKey(idempotencyKey));
    return Answer.success({ items: users.map(shown) });
  }

  @Get(':userId')
  @Access('app', 'operator')
  @ApiOperation({
    operationId: 'getUser',
    summary: 'A user, all accounts, the default linked account, and what is left of its daily limit',
  })
  @ApiAnswers({ success: 200, detail: UserDetailDto, refusals: ['InvalidUserId'] })
  async get(@PathId('userId') userId: number): Promise<Answer<UserDetailDto>> {
    return Answer.success(shown(await this.users.getOverview(userId)));
  }
}

function shown({ user, accounts, link, limit }: UserOverview): UserDetailDto {
  const { frozenAt } = mainOf(accounts);
  return {
    userId: user.id,
    name: user.name,
    email: user.email,
    frozen: frozenAt !== null,
    ...(frozenAt && { frozenAt: seoulDateTime(frozenAt) }),
    accounts: accounts.map(({ id, number, kind, balance, held, closedAt }) => ({
      accountId: id,
      accountNumber: number,
      type: kind,
      balance,
      availableBalance: balance - held,
      ...(closedAt && { closedAt: seoulDateTime(closedAt) }),
    })),
    externalAccount: { bank: link.bank, accountNumber: maskAccountNumber(link.accountNumber), ...limit },
  };
}

/** As it was right after the sign-up. */
function signedUp({ user, accounts, firstLink: link }: UserOverview): SignedUpDetailDto {
  const main = mainOf(accounts);
  return {
    userId: user.id,
    name: user.name,
    email: user.email,
    mainAccount: { accountId: main.id, accountNumber: main.number, type: 'MAIN', balance: 0 },
    externalAccount: { bank: link.bank, accountNumber: maskAccountNumber(link.accountNumber) },
  };
}

/** There is always one. */
function mainOf(accounts: UserOverview['accounts']): UserOverview['accounts'][number] {
  return accounts.find(({ kind }) => kind === 'MAIN') as UserOverview['accounts'][number];
}
