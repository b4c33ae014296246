import { Get, Query, type StreamableFile } from '@nestjs/common';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { ApiRefusal } from '../console.errors.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, orRefusal, type Visit } from '../shell/visit.js';
import { AccountPage } from './account.page.js';
import { PeriodQueryDto, StatementQueryDto } from './dto/money.dto.js';

const LINES_PER_PAGE = 50;
/** What a user has; the others are the ledger's own, and have no statement. */
const WITH_STATEMENT = ['MAIN', 'SAVINGS'];

@ConsolePages('accounts/:accountId')
export class AccountsController {
  @Get()
  async show(
    @PathId('accountId') accountId: number,
    @Query() { from, to, cursor }: StatementQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const account = await visit.get<Schemas['AccountPageDto']>(`/operations/accounts/${accountId}`);
    const query = { from, to, cursor, limit: LINES_PER_PAGE };
    const lines = WITH_STATEMENT.includes(account.type)
      ? await orRefusal(visit.get<Schemas['AccountTransactionsDto']>(`/accounts/${accountId}/transactions`, query))
      : undefined;
    const title = visit.view.t('account.title', { number: account.number });
    const status = lines instanceof ApiRefusal ? lines.answer.status : 200;
    return visit.page({ title }, h(AccountPage, { account, period: { from, to }, ...(lines && { lines }) }), status);
  }

  @Get('statement.csv')
  statement(
    @PathId('accountId') accountId: number,
    @Query() { from, to }: PeriodQueryDto,
    @CurrentVisit() visit: Visit,
  ): Promise<StreamableFile> {
    return visit.download(`/accounts/${accountId}/transactions`, { from, to });
  }
}
