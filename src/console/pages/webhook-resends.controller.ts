import { Body, Get, Query } from '@nestjs/common';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { ReasonedActDto } from './dto/act.dto.js';
import { ResendEventQueryDto, ResendPeriodDto } from './dto/webhooks.dto.js';
import { apiPathOf, Owner, type WebhookOwner, webhooksTitle } from './webhook-owner.js';
import { ResendEventPage, ResendPeriodPage, type ResentPeriod } from './webhook-resends.page.js';

/** The acts on webhooks. */
@ConsolePages('webhooks/:owner')
export class WebhookResendsController {
  @Get('events/:eventId/resend')
  askEvent(
    @Owner() owner: WebhookOwner,
    @PathId('eventId') eventId: number,
    @Query() { endpointId }: ResendEventQueryDto,
    @CurrentVisit() visit: Visit,
  ): Page {
    const title = webhooksTitle(visit, owner);
    return visit.page({ title }, h(ResendEventPage, { owner, eventId, endpointId }));
  }

  @FormPost('events/:eventId/resend')
  async resendEvent(
    @Owner() owner: WebhookOwner,
    @PathId('eventId') eventId: number,
    @Query() { endpointId }: ResendEventQueryDto,
    @Body() { idempotencyKey, reason }: ReasonedActDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `${apiPathOf(owner)}/webhook-events/${eventId}/resend`;
    const call = { method: 'POST', path, query: { endpointId, reason }, idempotencyKey } as const;
    const answer = await visit.act<Schemas['ResentEventDto']>(call);
    const title = webhooksTitle(visit, owner);
    return visit.outcome({ title }, h(ResendEventPage, { owner, eventId, endpointId, answer }), answer);
  }

  @Get('endpoints/:endpointId/resend')
  askPeriod(
    @Owner() owner: WebhookOwner,
    @PathId('endpointId') endpointId: number,
    @CurrentVisit() visit: Visit,
  ): Page {
    const title = visit.view.t('endpoint.title', { endpointId });
    return visit.page({ title }, h(ResendPeriodPage, { owner, endpointId }));
  }

  @FormPost('endpoints/:endpointId/resend')
  async resendPeriod(
    @Owner() owner: WebhookOwner,
    @PathId('endpointId') endpointId: number,
    @Body() { idempotencyKey, ...asked }: ResendPeriodDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `${apiPathOf(owner)}/webhooks/${endpointId}/resend`;
    const { from, to, status, cursor, reason } = asked;
    const body = { from: seoulDateTimeOf(from), ...(to && { to: seoulDateTimeOf(to) }), status, cursor, reason };
    const answer = await visit.act<ResentPeriod>({ method: 'POST', path, body, idempotencyKey });
    const title = visit.view.t('endpoint.title', { endpointId });
    return visit.outcome({ title }, h(ResendPeriodPage, { owner, endpointId, asked, answer }), answer);
  }
}

/** From what a browser's field for a time sends, with or without seconds. */
const seoulDateTimeOf = (field: string): string => `${field.replace('T', ' ')}:00`.slice(0, 19);
