import { Body, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { h } from 'preact';
import { Config } from '../../platform/config/config.js';
import { FormPost } from '../../platform/http/form-body.js';
import { SIGN_IN_REASONS } from '../console.errors.js';
import { returnPathOf } from '../session/return-path.js';
import { endOf, newSession, type Session } from '../session/session.js';
import { SessionCookie } from '../session/session-cookie.js';
import { OpenConsolePages } from '../shell/console-routes.js';
import { Document } from '../shell/document.js';
import { Page, sendPage } from '../shell/page.js';
import { viewOf } from '../shell/request-view.js';
import { SignInDto, SignInQueryDto } from './dto/sign-in.dto.js';
import { SignInPage, type SignInProblem } from './sign-in.page.js';
import { SignIns } from './sign-ins.service.js';

@OpenConsolePages('')
export class SignInController {
  constructor(
    private readonly signIns: SignIns,
    private readonly cookie: SessionCookie,
    private readonly config: Config,
  ) {}

  @Get('sign-in')
  show(@Query() { to, reason }: SignInQueryDto, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (this.openSession(request)?.member) return void reply.redirect(returnPathOf(to), 303);
    const notice = SIGN_IN_REASONS.find((it) => it === reason);
    sendPage(reply, this.page(request, reply, to, notice === undefined ? {} : { notice }));
  }

  @FormPost('sign-in')
  async signIn(@Body() form: SignInDto, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const key = form.withoutKey === undefined ? (form.key?.trim() ?? '') : null;
    const member = await this.signIns.memberWith(key, request);
    if ('problem' in member) return sendPage(reply, this.page(request, reply, form.to, { problem: member }));
    // A new session, with a token of its own: nothing of what was before is worth anything in it.
    this.cookie.keep(reply, newSession(Date.now(), member));
    void reply.redirect(returnPathOf(form.to), 303);
  }

  @FormPost('sign-out')
  signOut(@Res() reply: FastifyReply): void {
    this.cookie.forget(reply);
    void reply.redirect('/console/sign-in?reason=signed-out', 303);
  }

  /** The form, and the session that its token is of. */
  private page(
    request: FastifyRequest,
    reply: FastifyReply,
    to: string | undefined,
    said: { notice?: (typeof SIGN_IN_REASONS)[number]; problem?: SignInProblem },
  ): Page {
    const now = Date.now();
    const session = this.openSession(request) ?? newSession(now);
    this.cookie.keep(reply, { ...session, seenAt: now, member: null });
    const view = { ...viewOf(request, session, this.config), role: null };
    const isKeyOptional = this.config.auth === 'optional';
    const content = h(SignInPage, { to: returnPathOf(to), isKeyOptional, ...said });
    return new Page(h(Document, { view, frame: { title: view.t('signIn') } }, content), said.problem?.status ?? 200);
  }

  private openSession(request: FastifyRequest): Session | null {
    const session = this.cookie.read(request);
    return session && endOf(session, Date.now()) === null ? session : null;
  }
}
