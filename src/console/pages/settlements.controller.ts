import { Get, Query, type StreamableFile } from '@nestjs/common';
import { h } from 'preact';
import { addDays, Clock, seoulDate } from '../../platform/clock/clock.js';
import { ApiRefusal } from '../console.errors.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, orRefusal, type Visit } from '../shell/visit.js';
import { SettlementFileQueryDto, SettlementsQueryDto } from './dto/settlements.dto.js';
import { type SettledDay, SettlementsPage } from './settlements.page.js';

const LINES_PER_PAGE = 50;

@ConsolePages('settlements')
export class SettlementsController {
  constructor(private readonly clock: Clock) {}

  @Get()
  async show(@Query() query: SettlementsQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    const { partnerId, cursor } = query;
    // The last day that is over.
    const day = query.day ?? addDays(seoulDate(this.clock.now()), -1);
    const asked = partnerId === undefined ? undefined : await orRefusal(this.read(visit, partnerId, day, cursor));
    const { t } = visit.view;
    const status = asked instanceof ApiRefusal ? asked.answer.status : 200;
    const frame = { title: t('settlements'), lead: t('settlementsLead') };
    return visit.page(frame, h(SettlementsPage, { partnerId, day, ...(asked && { asked }) }), status);
  }

  @Get('day.csv')
  day(@Query() { partnerId, day }: SettlementFileQueryDto, @CurrentVisit() visit: Visit): Promise<StreamableFile> {
    return visit.download(`/partners/${partnerId}/settlements`, { from: day, to: day });
  }

  @Get('lines.csv')
  lines(@Query() { partnerId, day }: SettlementFileQueryDto, @CurrentVisit() visit: Visit): Promise<StreamableFile> {
    return visit.download(`/partners/${partnerId}/settlements/${day}/lines`);
  }

  private async read(visit: Visit, partnerId: number, day: string, cursor: string | undefined): Promise<SettledDay> {
    const path = `/partners/${partnerId}/settlements`;
    const [sums, lines] = await Promise.all([
      visit.get<Schemas['SettlementDto']>(path, { date: day }),
      visit.get<Schemas['SettlementLinesDto']>(`${path}/${day}/lines`, { limit: LINES_PER_PAGE, cursor }),
    ]);
    return { sums, lines };
  }
}
