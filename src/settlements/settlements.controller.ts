import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { prefersCsv } from '../platform/http/accept.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PathId } from '../platform/http/query-fields.js';
import { SettlementDto, SettlementQueryDto } from './dto/settlement.dto.js';
import { SettlementsService } from './settlements.service.js';

const COLUMNS = ['date', 'partnerId', 'count', 'gross', 'cancelCount', 'cancels', 'net'] as const;

@ApiTags('settlements')
@Controller('partners/:partnerId/settlements')
export class SettlementsController {
  constructor(private readonly settlements: SettlementsService) {}

  @Get()
  @Access('partner', 'operator')
  @ExpensiveRead()
  @ApiOperation({
    operationId: 'getSettlement',
    summary: 'What a partner is owed for a business day, from the ledger; `Accept: text/csv` has it as CSV',
    description:
      'A payment counts on the day on which it was approved, a cancel on its own. A day that is over is closed by the ' +
      'first look at it: what was said of it then is said for ever, and whatever is committed later counts on the next day.',
  })
  @ApiAnswers({
    success: 200,
    detail: SettlementDto,
    csv: `${COLUMNS.join(',')}\r\n2025-02-26,100,3,69000,1,10000,59000\r\n`,
    refusals: ['InvalidMerchant'],
  })
  async get(
    @PathId('partnerId') partnerId: number,
    @Query() { date }: SettlementQueryDto,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SettlementDto> | string> {
    const { count, gross, cancelCount, cancels } = await this.settlements.get(partnerId, date);
    const settlement = { date, partnerId, count, gross, cancelCount, cancels, net: gross - cancels };
    reply.header('vary', 'accept');
    if (!prefersCsv(accept)) return Answer.success(settlement);
    reply.type('text/csv; charset=utf-8');
    // Numbers and dates only: nothing in here needs quotes.
    return `${COLUMNS.join(',')}\r\n${COLUMNS.map((column) => settlement[column]).join(',')}\r\n`;
  }
}
