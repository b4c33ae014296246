import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Public } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { BANKS } from './banks.js';
import { BanksDto } from './dto/bank.dto.js';

const ALL = { items: BANKS.map(({ code, name, aliases }) => ({ code, name, aliases: [...aliases] })) };

@ApiTags('banks')
@Controller('banks')
export class BanksController {
  @Get()
  @Public()
  @ApiOperation({
    operationId: 'listBanks',
    summary: 'The banks and securities firms whose accounts can be linked, with what each may be called',
    description: 'Spaces, hyphens, dots, case and a trailing BANK, 은행 or 뱅크 make no difference.',
  })
  @ApiAnswers({ success: 200, detail: BanksDto, refusals: [] })
  list(): Answer<BanksDto> {
    return Answer.success(ALL);
  }
}
