import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Shown } from '../platform/docs/shown.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';

export class OwnKeyDto {
  @Shown.choice(['operator', 'auditor', 'anyone'], {
    description: '`anyone`: it came without a key, where none is needed',
  })
  role!: string;
  @Shown.id({ optional: true, example: 3, description: "the key's id; absent where it came without one" })
  keyId?: number;
}

@ApiTags('operations')
@Controller('operations/me')
export class OwnKeyController {
  @Get()
  @Access('operator')
  @ApiOperation({
    operationId: 'getOwnKey',
    summary: 'Who am I: the role and the id of the key that this is asked with',
  })
  @ApiAnswers({ success: 200, detail: OwnKeyDto, refusals: [] })
  get(@Req() { caller }: FastifyRequest): Answer<OwnKeyDto> {
    if (!caller) throw new Error('nobody has looked at who calls this route');
    return Answer.success({ role: caller.role, ...('keyId' in caller && { keyId: caller.keyId }) });
  }
}
