import { Get, Query } from '@nestjs/common';
import { h } from 'preact';
import { ApiRefusal } from '../console.errors.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, orRefusal, type Visit } from '../shell/visit.js';
import { ActsPage } from './acts.page.js';
import { ActsQueryDto } from './dto/acts.dto.js';

const ITEMS_PER_PAGE = 50;

@ConsolePages('acts')
export class ActsController {
  @Get()
  async list(@Query() asked: ActsQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    const query = { ...asked, limit: ITEMS_PER_PAGE };
    const found = await orRefusal(visit.get<Schemas['ActsDto']>('/operations/acts', query));
    const status = found instanceof ApiRefusal ? found.answer.status : 200;
    const { t } = visit.view;
    return visit.page({ title: t('acts'), lead: t('actsLead') }, h(ActsPage, { asked, found }), status);
  }
}
