import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { h } from 'preact';
import { Config } from '../../platform/config/config.js';
import type { Page } from '../shell/page.js';
import type { Visit } from '../shell/visit.js';
import { SandboxPage } from './sandbox.page.js';
import type { Place } from './sandbox-place.js';
import { originOf, readSandbox, type Said } from './sandbox-state.js';

/** Shows the sandbox's page, for who looks at it and for who did something there that was refused. */
@Injectable()
export class SandboxPages {
  constructor(private readonly config: Config) {}

  async show(visit: Visit, request: FastifyRequest, { userId, paymentId }: Place, said?: Said): Promise<Page> {
    const { t, role } = visit.view;
    const place = { userId, paymentId };
    const state = await readSandbox(visit, place);
    const isRequired = this.config.auth === 'required';
    const keyTrouble = role === 'anyone' ? null : isRequired ? 'needsAppKey' : 'signOutFirst';
    const shell = { origin: originOf(request), needsKey: isRequired };
    const walk = { place, state, shell, keyTrouble, mayAct: visit.mayAct, ...(said && { said }) } as const;
    const frame = { title: t('sandboxTitle'), lead: t('sandboxLead') };
    return visit.page(frame, h(SandboxPage, walk), statusOf(said));
  }
}

function statusOf(said: Said | undefined): number {
  return typeof said?.answer === 'object' ? said.answer.status : 200;
}
