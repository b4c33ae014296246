import { Body, Get } from '@nestjs/common';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { PathId } from '../../platform/http/query-fields.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { InquireDto } from './dto/money-acts.dto.js';
import { InquiryPage } from './inquiry.page.js';

type Movement = Schemas['MovementPageDto'];

/** Has a bank asked at once. */
@ConsolePages('movements/:movementId/inquire')
export class InquiriesController {
  @Get()
  async ask(@PathId('movementId') movementId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    const movement = await visit.get<Movement>(`/operations/movements/${movementId}`);
    return visit.page(frameOf(visit, movementId), h(InquiryPage, { movementId, movement }));
  }

  @FormPost('')
  async inquire(
    @PathId('movementId') movementId: number,
    @Body() { reason = '' }: InquireDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const path = `/operations/withdrawals/${movementId}/inquire`;
    const answer = await visit.act<Schemas['InquiredDto']>({ method: 'POST', path, body: { reason } });
    const isToMend = answer.code === 'InvalidRequest';
    const movement = isToMend ? await visit.get<Movement>(`/operations/movements/${movementId}`) : undefined;
    const props = { movementId, reason, answer, ...(movement && { movement }) };
    return visit.outcome(frameOf(visit, movementId), h(InquiryPage, props), answer);
  }
}

const frameOf = ({ view: { t } }: Visit, id: number) => ({ title: t('movement.title', { id }) });
