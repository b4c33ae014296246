import { Get, Query } from '@nestjs/common';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { ACTS_SHOWN } from './acts-on.js';
import { UserQueryDto } from './dto/users.dto.js';
import { UserPage } from './users.page.js';

const MOVEMENTS_PER_PAGE = 20;

@ConsolePages('users')
export class UsersController {
  @Get(':userId')
  async show(
    @PathId('userId') userId: number,
    @Query() { cursor }: UserQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `/operations/users/${userId}`;
    const [user, movements, acts] = await Promise.all([
      visit.get<Schemas['UserPageDto']>(path),
      visit.get<Schemas['MovementItemsDto']>(`${path}/movements`, { limit: MOVEMENTS_PER_PAGE, cursor }),
      visit.get<Schemas['ActsDto']>('/operations/acts', { subject: 'user', subjectId: userId, limit: ACTS_SHOWN }),
    ]);
    const lead = visit.view.t('user.lead', { userId, email: user.email });
    return visit.page({ title: user.name, lead }, h(UserPage, { user, movements, acts, mayAct: visit.mayAct }));
  }
}
