import { Get, Query, Redirect } from '@nestjs/common';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { AttemptsQueryDto, DeliveriesQueryDto, FindPartnerDto } from './dto/webhooks.dto.js';
import { EndpointPage } from './webhook-endpoint.page.js';
import { apiPathOf, Owner, type WebhookOwner, webhooksPathOf, webhooksTitle } from './webhook-owner.js';
import { type Deliveries, WebhookOwnersPage, WebhooksPage } from './webhooks.page.js';

const ITEMS_PER_PAGE = 50;

@ConsolePages('webhooks')
export class WebhooksController {
  @Get()
  owners(@CurrentVisit() visit: Visit): Page {
    const { t } = visit.view;
    return visit.page({ title: t('webhooks'), lead: t('webhooksLead') }, h(WebhookOwnersPage, {}));
  }

  @Get('find')
  @Redirect(undefined, 303)
  find(@Query() { partnerId }: FindPartnerDto): { url: string } {
    return { url: webhooksPathOf(partnerId) };
  }

  @Get(':owner')
  async list(
    @Owner() owner: WebhookOwner,
    @Query() { status = 'UNDELIVERED', cursor }: DeliveriesQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const query = { limit: ITEMS_PER_PAGE, cursor, ...(status !== 'ALL' && { status }) };
    const [{ items: endpoints }, deliveries] = await Promise.all([
      visit.get<Schemas['WebhooksDto']>(`${apiPathOf(owner)}/webhooks`),
      visit.get<Deliveries>(`${apiPathOf(owner)}/webhook-events`, query),
    ]);
    const props = { owner, endpoints, deliveries, filter: status, mayAct: visit.mayAct };
    return visit.page({ title: webhooksTitle(visit, owner) }, h(WebhooksPage, props));
  }

  @Get(':owner/endpoints/:endpointId')
  async endpoint(
    @Owner() owner: WebhookOwner,
    @PathId('endpointId') endpointId: number,
    @Query() { cursor }: AttemptsQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `${apiPathOf(owner)}/webhooks/${endpointId}`;
    const [endpoint, attempts] = await Promise.all([
      visit.get<Schemas['WebhookDto']>(path),
      visit.get<Schemas['AttemptsDto']>(`${path}/deliveries`, { limit: ITEMS_PER_PAGE, cursor }),
    ]);
    const title = visit.view.t('endpoint.title', { endpointId });
    return visit.page({ title }, h(EndpointPage, { owner, endpoint, attempts, mayAct: visit.mayAct }));
  }
}
