import { Get, Query } from '@nestjs/common';
import { h } from 'preact';
import { Clock, seoulDateTime } from '../../platform/clock/clock.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { KeysQueryDto } from './dto/keys.dto.js';
import { KeyPage } from './key.page.js';
import { KeysPage } from './keys.page.js';

const ITEMS_PER_PAGE = 50;

@ConsolePages('keys')
export class KeysController {
  constructor(private readonly clock: Clock) {}

  @Get()
  async list(@Query() { cursor }: KeysQueryDto, @CurrentVisit() visit: Visit): Promise<Page> {
    const [keys, { keyId: ownId }] = await Promise.all([
      visit.get<Schemas['KeysDto']>('/operations/keys', { limit: ITEMS_PER_PAGE, cursor }),
      visit.get<Schemas['OwnKeyDto']>('/operations/me'),
    ]);
    const { t } = visit.view;
    const props = { keys, ownId, now: this.now(), mayAct: visit.mayAct };
    return visit.page({ title: t('keys'), lead: t('keysLead') }, h(KeysPage, props));
  }

  @Get(':keyId')
  async show(@PathId('keyId') keyId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    const [key, { keyId: ownId }] = await Promise.all([
      visit.get<Schemas['KeyDto']>(`/operations/keys/${keyId}`),
      visit.get<Schemas['OwnKeyDto']>('/operations/me'),
    ]);
    const title = visit.view.t('keys.title', { keyId });
    const props = { apiKey: key, isOwn: keyId === ownId, now: this.now(), mayAct: visit.mayAct };
    return visit.page({ title }, h(KeyPage, props));
  }

  private now(): string {
    return seoulDateTime(this.clock.now());
  }
}
