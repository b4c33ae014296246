import { Body, Get } from '@nestjs/common';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { digitsToNumber, PathId } from '../../platform/http/query-fields.js';
import type { ApiAnswer } from '../shell/console-api.js';
import { ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { CancelPaymentDto } from './dto/money-acts.dto.js';
import { CancelPaymentPage, type Canceled } from './payment-cancel.page.js';

/** Refusals that a look at what can be cancelled by now, and at the fields, may mend. Nothing was done. */
const TO_MEND = ['InvalidRequest', 'OverRemainAmount', 'CancelableAmountChanged'];

/** Gives a payment back to its customer. */
@ConsolePages('payments/:paymentId/cancel')
export class PaymentCancelsController {
  @Get()
  async ask(@PathId('paymentId') paymentId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    const payment = await this.paymentOf(visit, paymentId);
    return visit.page(frameOf(visit, paymentId), h(CancelPaymentPage, { paymentId, payment }));
  }

  @FormPost('')
  async cancel(
    @PathId('paymentId') paymentId: number,
    @Body() { idempotencyKey, ...asked }: CancelPaymentDto,
    @CurrentVisit() visit: Visit,
  ): Promise<Page> {
    const { reason = '', cancelAmount = '', cancelableAmount = '' } = asked;
    // A blank amount would be taken for all that is left: so it is sent, and refused.
    const body = {
      cancelReason: reason,
      cancelAmount: digitsToNumber(cancelAmount),
      cancelableAmount: digitsToNumber(cancelableAmount),
    };
    const path = `/payments/${paymentId}/cancel`;
    const answer = await visit.act<Canceled>({ method: 'POST', path, body, idempotencyKey });
    const payment = isToMend(answer) ? await this.paymentOf(visit, paymentId) : undefined;
    const props = { paymentId, answer, asked, ...(payment && { payment }) };
    return visit.outcome(frameOf(visit, paymentId), h(CancelPaymentPage, props), answer);
  }

  private paymentOf(visit: Visit, paymentId: number): Promise<Schemas['PaymentDto']> {
    return visit.get<Schemas['PaymentDto']>(`/payments/${paymentId}`);
  }
}

const isToMend = ({ code }: ApiAnswer<unknown>) => TO_MEND.includes(code);

const frameOf = ({ view: { t } }: Visit, id: number) => ({ title: t('payment.title', { id }) });
