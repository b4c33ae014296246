import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodePlace, encodePlace } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import type { ActFilter } from './acts.repository.js';
import { ActsService } from './acts.service.js';
import { type ActDto, ActsDto, ActsQueryDto } from './dto/acts.dto.js';
import type { OperatorAct } from './operator-act.entity.js';

@ApiTags('operations')
@Controller('operations/acts')
export class ActsController {
  constructor(private readonly acts: ActsService) {}

  @Get()
  @Access('operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'listActs',
    summary: 'What operators did, and what was done with keys: who, when, from where, what, why; newest first',
    description:
      'Of all, of one subject, of one key, or of one operation, and of a period of days. An act is written together ' +
      'with what it does: what was refused, or repeated under its `Idempotency-Key`, is none. Nothing is ever changed here.',
  })
  @ApiAnswers({ success: 200, detail: ActsDto, refusals: [] })
  async list(@Query() query: ActsQueryDto): Promise<Answer<ActsDto>> {
    const { from, to, limit, cursor } = query;
    if (from !== undefined && to !== undefined && to < from) throw invalidField('to', 'must not be before from');
    const behind = cursor === undefined ? null : decodePlace(cursor);
    const { acts, next } = await this.acts.list({ filter: filterOf(query), from, to, behind, limit });
    return Answer.success({ items: acts.map(shown), nextCursor: encodePlace(next) });
  }
}

/** @throws Refusal InvalidRequest for more than one question, or half of one */
function filterOf({ subject, subjectId, keyId, action }: ActsQueryDto): ActFilter {
  if (subject !== undefined && subjectId === undefined) throw invalidField('subjectId', 'goes with subject');
  if (subject === undefined && subjectId !== undefined) throw invalidField('subject', 'goes with subjectId');
  if ([subject, keyId, action].filter((value) => value !== undefined).length > 1) {
    throw invalidField('subject', 'give one of subject, keyId and action');
  }
  if (subject !== undefined && subjectId !== undefined) return { by: 'subject', subject, subjectId };
  if (keyId !== undefined) return { by: 'key', keyId };
  return action === undefined ? { by: 'time' } : { by: 'action', action };
}

function shown({ id, actedAt, keyId, requestId, reason, subjectId, ...act }: OperatorAct): ActDto {
  return {
    actId: id,
    actedAt: seoulDateTime(actedAt),
    action: act.action,
    ...(keyId !== null && { keyId }),
    role: act.role,
    address: act.address,
    ...(requestId !== null && { requestId }),
    ...(reason !== null && { reason }),
    subject: act.subject,
    ...(subjectId !== null && { subjectId }),
  };
}
