import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Act } from '../acts/index.js';
import { answerKeyed, Claim, Idempotent, type IdempotencyClaim, REQUEST_REFUSALS } from '../idempotency/index.js';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { NewPartnerDto, PartnerDto, PendingPartnerDto } from './dto/partner.dto.js';
import { partnerShown } from './dto/partner-shown.js';
import { PartnersService } from './partners.service.js';

@ApiTags('partners')
@Controller('partners')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Post()
  @Act({ action: 'createPartner', on: 'partner', reason: 'reason' })
  @Access('operator')
  @Idempotent({ route: 'partners', owner: 'operator', ownerField: null, required: false })
  @ApiOperation({
    operationId: 'createPartner',
    summary: 'Take on a merchant; its keys are made with `POST /operations/keys`',
    description:
      'Merchants may share a name. With an `Idempotency-Key` the same request may be sent again after a 202, a 500 or no ' +
      'answer, and takes on one merchant; without one it takes on another. One that is never used does no harm.',
  })
  @ApiAnswers({ success: 201, detail: PartnerDto, processing: PendingPartnerDto, refusals: REQUEST_REFUSALS })
  async create(
    @Body() { name }: NewPartnerDto,
    @Claim() claim: IdempotencyClaim,
  ): Promise<Answer<PartnerDto | PendingPartnerDto>> {
    return answerKeyed(await this.partners.create(name, claim), {
      find: async (partnerId) => partnerShown(await this.partners.getOverview(partnerId)),
      location: (partnerId) => `/partners/${partnerId}`,
      // The act is written together with the merchant, and names it.
      locationByKey: '/operations/acts?action=createPartner',
    });
  }

  @Get(':partnerId')
  @Access('partner', 'operator')
  @ApiOperation({ operationId: 'getPartner', summary: 'A merchant' })
  @ApiAnswers({ success: 200, detail: PartnerDto, refusals: ['InvalidMerchant'] })
  async get(@PathId('partnerId') partnerId: number): Promise<Answer<PartnerDto>> {
    return Answer.success(partnerShown(await this.partners.getOverview(partnerId)));
  }
}
