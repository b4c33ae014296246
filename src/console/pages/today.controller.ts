import { Get, Headers, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import { type Page, sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { TodayQueryDto } from './dto/today.dto.js';
import { TODAY_PATH, TodayPage } from './today.page.js';

@ConsolePages('today')
export class TodayController {
  @Get()
  show(@Query() { still }: TodayQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return this.page(visit, still !== undefined);
  }

  /** What the open page asks again and again. Whoever is led here by a sign-in wants the page. */
  @Get('now')
  @AskedByItself()
  async now(
    @Headers('hx-request') isPart: string | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPart === undefined) void reply.redirect(TODAY_PATH, 303);
    else sendPage(reply, await this.page(visit, false));
  }

  private async page(visit: Visit, isStill: boolean): Promise<Page> {
    const { t } = visit.view;
    const overview = await visit.get<Schemas['OverviewDto']>('/operations/overview');
    return visit.page({ title: t('today'), lead: t('todayLead') }, h(TodayPage, { overview, isStill }));
  }
}
