import { Get, Query } from '@nestjs/common';
import { h } from 'preact';
import { Clock, seoulDate } from '../../platform/clock/clock.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { ACTS_SHOWN } from './acts-on.js';
import { PartnerQueryDto, PartnersQueryDto } from './dto/partners.dto.js';
import { PartnerPage } from './partner.page.js';
import { PartnersPage } from './partners.page.js';

const ITEMS_PER_PAGE = 50;

@ConsolePages('partners')
export class PartnersController {
  constructor(private readonly clock: Clock) {}

  @Get()
  async list(@Query() { name, cursor }: PartnersQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    const { t } = visit.view;
    const query = { name, limit: ITEMS_PER_PAGE, cursor };
    const partners = await visit.get<Schemas['PartnersDto']>('/operations/partners', query);
    return visit.page({ title: t('partners'), lead: t('partnersLead') }, h(PartnersPage, { name, partners }));
  }

  @Get(':partnerId')
  async show(
    @PathId('partnerId') partnerId: number,
    @Query() { day: asked, cursor }: PartnerQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const day = asked ?? seoulDate(this.clock.now());
    const ofDay = { partnerId, from: day, to: day, limit: ITEMS_PER_PAGE, cursor };
    const acts = { subject: 'partner', subjectId: partnerId, limit: ACTS_SHOWN };
    const [partner, payments, actsOnIt] = await Promise.all([
      visit.get<Schemas['PartnerDto']>(`/partners/${partnerId}`),
      visit.get<Schemas['PaymentsDto']>('/payments', ofDay),
      visit.get<Schemas['ActsDto']>('/operations/acts', acts),
    ]);
    const frame = { title: partner.name, lead: visit.view.t('partner.lead', { partnerId }) };
    return visit.page(frame, h(PartnerPage, { partner, day, payments, acts: actsOnIt, mayAct: visit.mayAct }));
  }
}
