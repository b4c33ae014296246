import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { maskAccountNumber } from '../platform/logging/mask.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import { SignedUpDetailDto, UserDetailDto } from './dto/user-detail.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Access('app')
  @ApiOperation({ summary: 'Sign up: opens the one main account and links the account at another bank' })
  @ApiAnswers({ success: 201, detail: SignedUpDetailDto, refusals: ['AlreadyRegistered'] })
  async signUp(@Body() body: SignUpDto): Promise<Answer<SignedUpDetailDto>> {
    const { userId, mainAccount } = await this.users.signUp(body);
    const detail: SignedUpDetailDto = {
      userId,
      name: body.name,
      email: body.email,
      mainAccount: { ...mainAccount, type: 'MAIN', balance: 0 },
      externalAccount: { bank: body.externalBank, accountNumber: maskAccountNumber(body.externalAccountNumber) },
    };
    return Answer.success(detail, `/users/${userId}`);
  }

  @Get(':userId')
  @Access('app', 'operator')
  @ApiOperation({ summary: 'A user, all accounts, and what is left of the daily limit of the linked account' })
  @ApiAnswers({ success: 200, detail: UserDetailDto, refusals: ['InvalidUserId'] })
  async get(@PathId('userId') userId: number): Promise<Answer<UserDetailDto>> {
    const { user, accounts, link, limit } = await this.users.getOverview(userId);
    return Answer.success({
      userId: user.id,
      name: user.name,
      email: user.email,
      accounts: accounts.map(({ id, number, kind, balance, held }) => ({
        accountId: id,
        accountNumber: number,
        type: kind,
        balance,
        availableBalance: balance - held,
      })),
      externalAccount: { bank: link.bank, accountNumber: maskAccountNumber(link.accountNumber), ...limit },
    });
  }
}
