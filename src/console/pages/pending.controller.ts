import { Get, Headers, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import { type Page, sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { CursorQueryDto } from './dto/money.dto.js';
import { PENDING_PATH } from './money-paths.js';
import { PendingPage } from './pending.page.js';

const ITEMS_PER_PAGE = 50;

@ConsolePages('pending')
export class PendingController {
  @Get()
  show(@Query() { cursor }: CursorQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return this.page(visit, cursor);
  }

  /** What the open page asks again. Whoever is led here by a sign-in wants the page. */
  @Get('now')
  @AskedByItself()
  async now(
    @Query() { cursor }: CursorQueryDto,
    @Headers('hx-request') isPart: string | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPart === undefined) void reply.redirect(PENDING_PATH, 303);
    else sendPage(reply, await this.page(visit, cursor));
  }

  private async page(visit: Visit, cursor: string | undefined): Promise<Page> {
    const query = { status: 'PENDING', limit: ITEMS_PER_PAGE, cursor };
    const orders = await visit.get<Schemas['WaitingOrdersDto']>('/operations/withdrawals', query);
    const { t } = visit.view;
    const props = { orders, cursor, mayAct: visit.mayAct };
    return visit.page({ title: t('pending'), lead: t('pendingLead') }, h(PendingPage, props));
  }
}
