import { Body, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { h } from 'preact';
import { FormPost } from '../../platform/http/form-body.js';
import { ApiRefusal } from '../console.errors.js';
import type { ApiAnswer } from '../shell/console-api.js';
import { ConsolePages } from '../shell/console-routes.js';
import { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, orRefusal, type Visit } from '../shell/visit.js';
import { ChargeDto, ClockDto, CustomerDto, LieDto, PayDto } from './dto/sandbox.dto.js';
import { chargeCall, clockCall, customerCall, lieCall, paymentCall, SANDBOX_PARTNER } from './sandbox-calls.js';
import { SandboxPages } from './sandbox.service.js';
import { type Place, sandboxPathOf, type SandboxStep, TRUTH } from './sandbox-place.js';

/** What a newcomer does, step by step: each is a call of the API, as the page shows it for the command line. */
@ConsolePages('sandbox')
export class SandboxActsController {
  constructor(private readonly pages: SandboxPages) {}

  @FormPost('customer')
  async signUp(
    @Body() { userId, paymentId, idempotencyKey, ...customer }: CustomerDto,
    @CurrentVisit() visit: Visit,
    @Req() request: FastifyRequest,
  ): Promise<Page> {
    const call = { ...customerCall(customer), idempotencyKey };
    const answer = await visit.act<Partial<Schemas['SignedUpDetailDto']> | undefined>(call);
    // Sent twice, it is the same customer.
    const newId = answer.detail?.userId;
    if (newId === undefined) return this.refused(visit, request, 'customer', answer, { userId, paymentId });
    return done('customer', answer, { userId: newId });
  }

  @FormPost('bank')
  async lie(
    @Body() { lie, userId, paymentId }: LieDto,
    @CurrentVisit() visit: Visit,
    @Req() request: FastifyRequest,
  ): Promise<Page> {
    const answer = await visit.act(lieCall(lie === TRUTH ? null : lie));
    return this.toldOrRefused(visit, request, 'bank', answer, { userId, paymentId });
  }

  @FormPost('charge')
  async charge(
    @Body() { userId, paymentId, chargeAmount, idempotencyKey }: ChargeDto,
    @CurrentVisit() visit: Visit,
    @Req() request: FastifyRequest,
  ): Promise<Page> {
    const answer = await visit.act({ ...chargeCall({ userId, amount: chargeAmount }), idempotencyKey });
    return this.toldOrRefused(visit, request, 'charge', answer, { userId, paymentId });
  }

  @FormPost('payment')
  async pay(
    @Body() { userId, paymentId, idempotencyKey, ...order }: PayDto,
    @CurrentVisit() visit: Visit,
    @Req() request: FastifyRequest,
  ): Promise<Page> {
    const answer = await visit.act({ ...paymentCall({ userId, ...order }), idempotencyKey });
    const newId = await this.paymentOf(visit, idempotencyKey);
    if (newId === undefined) return this.refused(visit, request, 'payment', answer, { userId, paymentId });
    return done('payment', answer, { userId, paymentId: newId });
  }

  @FormPost('clock')
  async move(
    @Body() { offsetSeconds, userId, paymentId }: ClockDto,
    @CurrentVisit() visit: Visit,
    @Req() request: FastifyRequest,
  ): Promise<Page> {
    const answer = await visit.act(clockCall(Number(offsetSeconds)));
    return this.toldOrRefused(visit, request, 'clock', answer, { userId, paymentId });
  }

  /** Also of a payment that was refused, or whose answer was lost: it has a story of its own. */
  private async paymentOf(visit: Visit, idempotencyKey: string): Promise<number | undefined> {
    const query = { partnerId: SANDBOX_PARTNER, idempotencyKey };
    const found = await orRefusal(visit.get<Schemas['PaymentsDto']>('/payments', query));
    return found instanceof ApiRefusal ? undefined : found.items[0]?.paymentId;
  }

  private toldOrRefused(...[visit, request, step, answer, place]: Parameters<SandboxActsController['refused']>) {
    return answer.status < 300 ? done(step, answer, place) : this.refused(visit, request, step, answer, place);
  }

  private refused(
    visit: Visit,
    request: FastifyRequest,
    step: SandboxStep,
    answer: ApiAnswer<unknown>,
    place: Place,
  ): Promise<Page> {
    return this.pages.show(visit, request, place, { step, answer });
  }
}

/** Leads to a page that can be looked at again, and doesn't do it again. */
function done(did: SandboxStep, { status }: ApiAnswer<unknown>, place: Place): Page {
  const path = sandboxPathOf({ ...place, did, answer: status });
  return new Page(h('a', { href: path }, path), 303, { location: path });
}
