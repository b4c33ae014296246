import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ComponentProps, h } from 'preact';
import { Config } from '../../platform/config/config.js';
import { ANSWERS, type Refusal } from '../../platform/http/answers.js';
import { logRefusal } from '../../platform/http/exception.filter.js';
import { MESSAGES } from '../../platform/http/messages.js';
import { refusalOf } from '../../platform/http/refusal-of.js';
import { ApiRefusal, ForeignForm, FromElsewhere, SignInNeeded } from '../console.errors.js';
import { ActPlace } from '../components/act-form.js';
import { Problem } from '../components/problem.js';
import { returnPathOf } from '../session/return-path.js';
import { SessionCookie } from '../session/session-cookie.js';
import { ComeInAgain } from './come-in-again.js';
import { Document } from './document.js';
import { Page, sendPage } from './page.js';
import { viewOf } from './request-view.js';

/** Whatever is thrown on the way to a page ends here, as a page. */
@Catch()
export class ConsoleFilter implements ExceptionFilter {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly config: Config,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof SignInNeeded) this.leadToSignIn(error, request, reply);
    else if (error instanceof FromElsewhere) sendPage(reply, this.comeInAgain(request));
    else sendPage(reply, this.problem(error, request));
  }

  private leadToSignIn({ reason }: SignInNeeded, request: FastifyRequest, reply: FastifyReply): void {
    if (this.cookie.isThere(request)) this.cookie.forget(reply);
    const query = new URLSearchParams({ to: returnPathOf(request.url), ...(reason && { reason }) });
    const path = `/console/sign-in?${query.toString()}`;
    // A part of a page can't become another page: htmx goes there instead.
    if (request.headers['hx-request'] !== undefined) void reply.status(401).header('hx-redirect', path).send();
    else void reply.redirect(path, 303);
  }

  private comeInAgain(request: FastifyRequest): Page {
    return new Page(h(ComeInAgain, { view: viewOf(request, null, this.config), path: returnPathOf(request.url) }));
  }

  private problem(error: unknown, request: FastifyRequest): Page {
    const view = request.visit?.view ?? viewOf(request, null, this.config);
    // What was to be shown in a page's place for acts is shown there, without the heading of a page.
    const isPart = request.headers['hx-request'] !== undefined;
    const page = (title: string, props: ComponentProps<typeof Problem>, status: number) => {
      const content = h(ActPlace, {}, h(Problem, { ...props, title: isPart ? title : undefined }));
      return new Page(h(Document, { view, frame: { title } }, content), status);
    };
    if (error instanceof ForeignForm) {
      return page(view.t('foreignForm'), { text: view.t('foreignFormWhy') }, 403);
    }
    if (error instanceof ApiRefusal) {
      const { status, message, code, detail } = error.answer;
      return page(message, { code, detail, requestId: request.id }, status);
    }
    const refusal = refusalOf(error);
    logRefusal(request, refusal);
    const title = MESSAGES[refusal.answer][view.language];
    return page(title, problemOf(refusal, request.id), ANSWERS[refusal.answer].status);
  }
}

function problemOf({ answer, detail }: Refusal, requestId: string) {
  return { code: ANSWERS[answer].code, detail, requestId };
}
