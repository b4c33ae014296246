import { Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import { sendPage } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { movementPathOf, paymentPathOf } from './console-paths.js';
import { MovementPage } from './movement.page.js';

type Movement = Schemas['MovementPageDto'];

@ConsolePages('movements/:movementId')
export class MovementsController {
  /** A payment has a page of its own. */
  @Get()
  async show(
    @PathId('movementId') movementId: number,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const movement = await this.movementOf(visit, movementId);
    if (movement.paymentId === movementId) void reply.redirect(paymentPathOf(movementId), 303);
    else this.send(movement, visit, reply);
  }

  /** What the open page asks again. Whoever is led here by a sign-in wants the page. */
  @Get('now')
  @AskedByItself()
  async now(
    @PathId('movementId') movementId: number,
    @Headers('hx-request') isPart: string | undefined,
    @CurrentVisit() visit: Visit,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPart === undefined) void reply.redirect(movementPathOf(movementId), 303);
    else this.send(await this.movementOf(visit, movementId), visit, reply);
  }

  private movementOf(visit: Visit, movementId: number): Promise<Movement> {
    return visit.get<Movement>(`/operations/movements/${movementId}`);
  }

  private send(movement: Movement, visit: Visit, reply: FastifyReply): void {
    const title = visit.view.t('movement.title', { id: movement.transactionId });
    sendPage(reply, visit.page({ title }, h(MovementPage, { movement, mayAct: visit.mayAct })));
  }
}
