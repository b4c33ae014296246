import { Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { h } from 'preact';
import { PathId } from '../../platform/http/query-fields.js';
import { AskedByItself, ConsolePages } from '../shell/console-routes.js';
import type { Page } from '../shell/page.js';
import { CurrentVisit, type Visit } from '../shell/visit.js';
import { SandboxQueryDto } from './dto/sandbox.dto.js';
import { SandboxPages } from './sandbox.service.js';
import { readStory } from './sandbox-state.js';
import { SandboxStory } from './sandbox-story.js';

/** Where a newcomer follows one payment. In production there is no such page. */
@ConsolePages('sandbox')
export class SandboxController {
  constructor(private readonly pages: SandboxPages) {}

  @Get()
  show(@Query() place: SandboxQueryDto, @CurrentVisit() visit: Visit, @Req() request: FastifyRequest): Promise<Page> {
    const { did: step, answer } = place;
    const said = step !== undefined && answer !== undefined ? { step, answer } : undefined;
    return this.pages.show(visit, request, place, said);
  }

  /** The part of the page that looks again while nobody knows what became of the payment. */
  @Get('payments/:paymentId')
  @AskedByItself()
  async story(@PathId('paymentId') paymentId: number, @CurrentVisit() visit: Visit): Promise<Page> {
    const story = await readStory(visit, paymentId);
    return visit.page({ title: visit.view.t('sandbox.storyOf', { id: paymentId }) }, h(SandboxStory, { story }));
  }
}
