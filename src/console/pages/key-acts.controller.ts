import { Body, Get } from '@nestjs/common';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { PathId } from '../../platform/http/query-fields.js';
import { SignInNeeded } from '../console.errors.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { ReasonedActDto } from './dto/act.dto.js';
import { NewKeyFormDto } from './dto/keys.dto.js';
import { NewKeyPage, RevokeKeyPage } from './key-acts.page.js';

/** The acts on keys. */
@ConsolePages('keys')
export class KeyActsController {
  @Get('new')
  askNew(@CurrentVisit() visit: Visit): Page {
    return visit.page({ title: visit.view.t('keys.make') }, h(NewKeyPage, { asked: {} }));
  }

  @FormPost('new')
  async make(@Body() { idempotencyKey, ...asked }: NewKeyFormDto, @CurrentVisit() visit: Visit): Promise<Page> {
    const call = { method: 'POST', path: '/operations/keys', body: asked, idempotencyKey } as const;
    const answer = await visit.act<Schemas['CreatedKeyDto']>(call);
    return visit.outcome({ title: visit.view.t('keys.make') }, h(NewKeyPage, { asked, answer }), answer);
  }

  @Get(':keyId/revoke')
  async askRevoke(@PathId('keyId') keyId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    const [apiKey, own] = await Promise.all([
      visit.get<Schemas['KeyDto']>(`/operations/keys/${keyId}`),
      visit.get<Schemas['OwnKeyDto']>('/operations/me'),
    ]);
    const props = { apiKey, isOwn: own.keyId === keyId };
    return visit.page({ title: visit.view.t('keys.title', { keyId }) }, h(RevokeKeyPage, props));
  }

  /** @throws SignInNeeded when it was the session's own key */
  @FormPost(':keyId/revoke')
  async revoke(
    @PathId('keyId') keyId: number,
    @Body() { idempotencyKey, reason }: ReasonedActDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `/operations/keys/${keyId}`;
    const [apiKey, own] = await Promise.all([
      visit.get<Schemas['KeyDto']>(path),
      visit.get<Schemas['OwnKeyDto']>('/operations/me'),
    ]);
    const answer = await visit.act<Schemas['KeyDto']>({ method: 'DELETE', path, query: { reason }, idempotencyKey });
    if (answer.status === 200 && own.keyId === keyId) throw new SignInNeeded('revoked');
    const content = h(RevokeKeyPage, { apiKey, isOwn: false, answer });
    return visit.outcome({ title: visit.view.t('keys.title', { keyId }) }, content, answer);
  }
}
