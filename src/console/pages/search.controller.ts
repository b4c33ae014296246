import { Body, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { ApiRefusal } from '../console.errors.js';
import { ConsolePages } from '../shell/console-routes.js';
import { type Page, sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, orRefusal, type Visit } from '../shell/visit.js';
import { SearchDto } from './dto/search.dto.js';
import { foundPathOf } from './found-things.js';
import { SearchPage, type Searched } from './search.page.js';

const ITEMS_OF_A_KIND = 20;

/** What is looked for may be an e-mail address: it is sent as a form, and so stands in no address and no log. */
@ConsolePages('search')
export class SearchController {
  @Get()
  ask(@CurrentVisit() visit: Visit): Page {
    return this.page(visit, {});
  }

  /** What is meant without doubt is shown at once. */
  @FormPost('')
  async search(
    @Body() { q, cursor }: SearchDto,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = { q, limit: ITEMS_OF_A_KIND, cursor };
    const found = await orRefusal(visit.get<Schemas['FoundPageDto']>('/operations/search', query));
    const path = q === undefined || cursor !== undefined || found instanceof ApiRefusal ? null : soleMatch(q, found);
    if (path !== null) void reply.redirect(path, 303);
    else sendPage(reply, this.page(visit, { q, found }));
  }

  private page(visit: Visit, searched: Searched): Page {
    const { t } = visit.view;
    const status = searched.found instanceof ApiRefusal ? searched.found.answer.status : 200;
    return visit.page({ title: t('search'), lead: t('searchLead') }, h(SearchPage, searched), status);
  }
}

/** Where the only thing is that was found, if it was not just one whose name begins so. */
function soleMatch(q: string, { items, nextCursor }: Schemas['FoundPageDto']): string | null {
  const [only, other] = items;
  if (only === undefined || other !== undefined || nextCursor !== null) return null;
  const isExact = only.matchedBy !== 'NAME' || only.title.toLowerCase() === q.trim().toLowerCase();
  return isExact ? foundPathOf(only) : null;
}
