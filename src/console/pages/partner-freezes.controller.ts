import { Body, Get } from '@nestjs/common';
import { FormPost } from '../../platform/http/form-body.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { FreezeDto } from './dto/freeze.dto.js';
import { askToFreeze, freeze } from './freezes.js';

/** The acts on partners. */
@ConsolePages('partners/:partnerId')
export class PartnerFreezesController {
  @Get('freeze')
  askToFreeze(@PathId('partnerId') id: number, @CurrentVisit() visit: Visit): Promise<Page> {
    return askToFreeze(visit, { subject: 'partner', id, act: 'freeze' });
  }

  @FormPost('freeze')
  freeze(@PathId('partnerId') id: number, @Body() form: FreezeDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return freeze(visit, { subject: 'partner', id, act: 'freeze' }, form);
  }

  @Get('unfreeze')
  askToUnfreeze(@PathId('partnerId') id: number, @CurrentVisit() visit: Visit): Promise<Page> {
    return askToFreeze(visit, { subject: 'partner', id, act: 'unfreeze' });
  }

  @FormPost('unfreeze')
  unfreeze(@PathId('partnerId') id: number, @Body() form: FreezeDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return freeze(visit, { subject: 'partner', id, act: 'unfreeze' }, form);
  }
}
