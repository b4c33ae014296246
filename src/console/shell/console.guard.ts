import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { ForeignForm, FromElsewhere, SignInNeeded } from '../console.errors.js';
import { isFromElsewhere, isOurForm } from '../session/own-pages.js';
import { endOf, type Session } from '../session/session.js';
import { SessionCookie } from '../session/session-cookie.js';
import { ConsoleApi } from './console-api.js';
import { viewOf } from './request-view.js';
import { Visit } from './visit.js';

export const OPEN_TO_STRANGERS = Symbol('open-to-strangers');
export const ASKED_BY_ITSELF = Symbol('asked-by-itself');

/** Lets into the console who is signed in, and takes forms only of its own pages. */
@Injectable()
export class ConsoleGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly cookie: SessionCookie,
    private readonly api: ConsoleApi,
    private readonly config: Config,
  ) {}

  /** @throws SignInNeeded, ForeignForm, FromElsewhere */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isFromElsewhere(request) && request.method === 'GET' && !this.cookie.isThere(request))
      throw new FromElsewhere();
    const session = this.cookie.read(request);
    const isOpen = this.reflector.get<boolean | undefined>(OPEN_TO_STRANGERS, context.getClass()) ?? false;
    if (!isOpen) {
      const used = this.letIn(session, request);
      const isUse = !this.reflector.get<boolean | undefined>(ASKED_BY_ITSELF, context.getHandler());
      if (isUse) this.cookie.keep(context.switchToHttp().getResponse<FastifyReply>(), used);
    }
    if (request.method === 'POST' && !isOurForm(request, session)) throw new ForeignForm();
    return true;
  }

  /** @returns the session as it is from now on */
  private letIn(session: Session | null, request: FastifyRequest): Session {
    const now = Date.now();
    if (!session?.member) throw new SignInNeeded();
    const end = endOf(session, now);
    if (end !== null) throw new SignInNeeded(end);
    request.visit = new Visit(viewOf(request, session, this.config), session.member, request, this.api);
    return { ...session, seenAt: now };
  }
}
