import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act, ActOfCall, type PlannedAct } from '../acts/index.js';
import { InquiriesService } from '../movements/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { InquireDto, InquiredDto } from './dto/inquiry.dto.js';

@ApiTags('operations')
@Access('operator')
@Controller('operations/withdrawals')
export class InquiriesController {
  constructor(private readonly inquiries: InquiriesService) {}

  @Post(':movementId/inquire')
  @Act({ action: 'inquireWithdrawal', on: 'movement', id: 'movementId', reason: 'reason' })
  @ApiOperation({
    operationId: 'inquireWithdrawal',
    summary: 'Ask the bank at once what became of a withdrawal, or of a payout, that is pending',
    description: `What the bank says for certain is settled before the answer; else it is still \`PENDING\` there. A bank that
has not answered in time is 202: it is settled when it has, and recovery asks again. About one movement it is asked at most every
ten seconds, whoever asks. There is no \`Idempotency-Key\`: to ask again does no harm.`,
  })
  @ApiAnswers({ success: 200, detail: InquiredDto, processing: InquiredDto, refusals: ['NotFound'] })
  async inquire(
    @PathId('movementId') movementId: number,
    @Body() _why: InquireDto,
    @ActOfCall() act: PlannedAct, // an operator's, as nobody else gets here
  ): Promise<Answer<InquiredDto>> {
    const { status, inquiries, refusal, isAsked, isLate } = await this.inquiries.inquire(movementId, act);
    const detail = { movementId, status, asked: isAsked, inquiries, ...(refusal && { refusal }) };
    const location = `/transactions/${movementId}`;
    return isLate ? Answer.processing(detail, location) : Answer.success(detail, location);
  }
}
