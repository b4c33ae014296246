import { Get, Headers, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import { type Page, sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { AuditPage } from './audit.page.js';
import { AuditsPage } from './audits.page.js';
import { CursorQueryDto } from './dto/money.dto.js';
import { AUDITS_PATH } from './money-paths.js';

const AUDITS_PER_PAGE = 30;
const FINDINGS_PER_PAGE = 100;

@ConsolePages('audits')
export class AuditsController {
  @Get()
  list(@Query() { cursor }: CursorQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
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
    if (isPart === undefined) void reply.redirect(AUDITS_PATH, 303);
    else sendPage(reply, await this.page(visit, cursor));
  }

  @Get(':auditId')
  async show(
    @PathId('auditId') auditId: number,
    @Query() { cursor }: CursorQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const query = { limit: FINDINGS_PER_PAGE, cursor };
    const audit = await visit.get<Schemas['AuditPageDto']>(`/operations/audits/${auditId}`, query);
    return visit.page({ title: visit.view.t('audit.title', { id: auditId }) }, h(AuditPage, { audit }));
  }

  private async page(visit: Visit, cursor: string | undefined): Promise<Page> {
    const query = { limit: AUDITS_PER_PAGE, cursor };
    const audits = await visit.get<Schemas['AuditsDto']>('/operations/audits', query);
    const { t } = visit.view;
    return visit.page({ title: t('audits'), lead: t('auditsLead') }, h(AuditsPage, { audits, cursor }));
  }
}
