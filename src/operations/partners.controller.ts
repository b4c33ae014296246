import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { PartnerList, partnerShown } from '../partners/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { decodePlaceAfter, encodeCursor } from '../platform/http/cursor.js';
import { ExpensiveRead } from '../platform/http/expensive-reads.js';
import { PartnersDto, PartnersQueryDto } from './dto/partners.dto.js';

@ApiTags('operations')
@Controller('operations/partners')
export class OperationsPartnersController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly partners: PartnerList,
  ) {}

  @Get()
  @Access('operator')
  @ExpensiveRead()
  @ApiOperation({ operationId: 'listPartners', summary: 'The merchants, all or by how their names begin' })
  @ApiAnswers({ success: 200, detail: PartnersDto, refusals: [] })
  async list(@Query() { name, limit, cursor }: PartnersQueryDto): Promise<Answer<PartnersDto>> {
    const after = decodePlaceAfter(cursor);
    const found = await this.transactions.read('list-partners', async (reader) => {
      const partners =
        name === undefined
          ? await this.partners.list(reader, after, limit + 1)
          : await this.partners.listByName(reader, name, cursor === undefined ? null : after, limit + 1);
      return this.partners.overviewsOf(reader, partners);
    });
    const items = found.slice(0, limit);
    const next = found.length > limit ? (items.at(-1)?.id ?? null) : null;
    return Answer.success({ items: items.map(partnerShown), nextCursor: encodeCursor(next) });
  }
}
