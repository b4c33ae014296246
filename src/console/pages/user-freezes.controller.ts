import { Body, Get } from '@nestjs/common';
import { FormPost } from '../../platform/http/form-body.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { FreezeDto } from './dto/freeze.dto.js';
import { askToFreeze, freeze } from './freezes.js';

/** The acts on users. */
@ConsolePages('users/:userId')
export class UserFreezesController {
  @Get('freeze')
  askToFreeze(@PathId('userId') id: number, @CurrentVisit() visit: Visit): Promise<Page> {
    return askToFreeze(visit, { subject: 'user', id, act: 'freeze' });
  }

  @FormPost('freeze')
  freeze(@PathId('userId') id: number, @Body() form: FreezeDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return freeze(visit, { subject: 'user', id, act: 'freeze' }, form);
  }

  @Get('unfreeze')
  askToUnfreeze(@PathId('userId') id: number, @CurrentVisit() visit: Visit): Promise<Page> {
    return askToFreeze(visit, { subject: 'user', id, act: 'unfreeze' });
  }

  @FormPost('unfreeze')
  unfreeze(@PathId('userId') id: number, @Body() form: FreezeDto, @CurrentVisit() visit: Visit): Promise<Page> {
    return freeze(visit, { subject: 'user', id, act: 'unfreeze' }, form);
  }
}
