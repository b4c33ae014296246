import { Body, Controller, Get, Module, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../../platform/docs/api-answers.js';
import { Access } from '../../platform/http/access.js';
import { Answer } from '../../platform/http/answers.js';
import { SandboxBankChangeDto, SandboxBankDto } from '../dto/sandbox-bank.dto.js';
import { SimulatorControl } from './simulator-control.js';

const DESCRIPTION = `Only where the bank is a simulator: in production there is no such path, and it is 404 where the service does not know of
one (\`BANK_SIMULATOR_URL\`).

The bank lies whenever it is asked to take money or to pay some, or about what else this lie can be about; so do accounts
that end in certain digits, whatever is set. Many lies end in 202: what was asked for is found out later, and stays unknown
for as long as the bank goes on lying.`;

@ApiTags('sandbox')
@Controller('sandbox/bank')
class SandboxBankController {
  constructor(private readonly simulator: SimulatorControl) {}

  @Put()
  @Access('operator')
  @ApiOperation({ operationId: 'setSandboxBank', summary: 'Have the simulated bank lie', description: DESCRIPTION })
  @ApiAnswers({ success: 200, detail: SandboxBankDto, refusals: ['NotFound'] })
  async set(@Body() { lie, times }: SandboxBankChangeDto): Promise<Answer<SandboxBankDto>> {
    return Answer.success(await this.simulator.tell(lie, times));
  }

  @Get()
  @Access('operator')
  @ApiOperation({ operationId: 'getSandboxBank', summary: 'How the simulated bank lies, and how it could' })
  @ApiAnswers({ success: 200, detail: SandboxBankDto, refusals: ['NotFound'] })
  async get(): Promise<Answer<SandboxBankDto>> {
    return Answer.success(await this.simulator.look());
  }
}

/** Outside of production only. */
@Module({ controllers: [SandboxBankController], providers: [SimulatorControl] })
export class SandboxBankModule {}
