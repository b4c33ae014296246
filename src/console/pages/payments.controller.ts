import { Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import { type Page, sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { paymentPathOf } from './console-paths.js';
import { PaymentPage } from './payment.page.js';

type Act = Schemas['ActDto'];

const ACTS_MAX = 50;

@ConsolePages('payments/:paymentId')
export class PaymentsController {
  @Get()
  show(@PathId('paymentId') paymentId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    return this.page(paymentId, visit);
  }

  /** What the open page asks again. Whoever is led here by a sign-in wants the page. */
  @Get('now')
  @AskedByItself()
  async now(
    @PathId('paymentId') paymentId: number,
    @Headers('hx-request') isPart: string | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPart === undefined) void reply.redirect(paymentPathOf(paymentId), 303);
    else sendPage(reply, await this.page(paymentId, visit));
  }

  private async page(paymentId: number, visit: Visit): Promise<Page> {
    const [story, acts] = await Promise.all([
      visit.get<Schemas['PaymentStoryDto']>(`/operations/payments/${paymentId}/story`),
      this.actsOn(visit, paymentId),
    ]);
    const title = visit.view.t('payment.title', { id: paymentId });
    return visit.page({ title }, h(PaymentPage, { story, acts, mayAct: visit.mayAct }));
  }

  /** A payment is cancelled, and the bank is asked about the movement that it is. */
  private async actsOn(visit: Visit, subjectId: number): Promise<Act[]> {
    const lists = await Promise.all(
      ['payment', 'movement'].map((subject) =>
        visit.get<Schemas['ActsDto']>('/operations/acts', { subject, subjectId, limit: ACTS_MAX }),
      ),
    );
    return lists.flatMap(({ items }) => items);
  }
}
