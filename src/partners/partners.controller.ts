import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act } from '../acts/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { NewPartnerDto, PartnerDto } from './dto/partner.dto.js';
import { type PartnerOverview, PartnersService } from './partners.service.js';

@ApiTags('partners')
@Controller('partners')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Post()
  @Act({ action: 'createPartner', on: 'partner' })
  @Access('operator')
  @ApiOperation({
    operationId: 'createPartner',
    summary: 'Take on a merchant; its keys are made with `npm run keys`',
    description:
      'There is no `Idempotency-Key`: after a 500, a 503 or no answer the merchant may have been taken on, and asking ' +
      'again takes on another one of the same name. One that is never used does no harm.',
  })
  @ApiAnswers({ success: 201, detail: PartnerDto, refusals: [] })
  async create(@Body() { name }: NewPartnerDto): Promise<Answer<PartnerDto>> {
    const partner = await this.partners.create(name);
    return Answer.success(shown({ ...partner, frozenAt: null }), `/partners/${partner.id}`);
  }

  @Get(':partnerId')
  @Access('partner', 'operator')
  @ApiOperation({ operationId: 'getPartner', summary: 'A merchant' })
  @ApiAnswers({ success: 200, detail: PartnerDto, refusals: ['InvalidMerchant'] })
  async get(@PathId('partnerId') partnerId: number): Promise<Answer<PartnerDto>> {
    return Answer.success(shown(await this.partners.getOverview(partnerId)));
  }
}

const shown = ({ id, name, createdAt, frozenAt }: PartnerOverview): PartnerDto => ({
  partnerId: id,
  name,
  createdAt: seoulDateTime(createdAt),
  frozen: frozenAt !== null,
  ...(frozenAt && { frozenAt: seoulDateTime(frozenAt) }),
});
