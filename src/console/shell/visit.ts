import { createParamDecorator, type ExecutionContext, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type ComponentChildren, h } from 'preact';
import { ApiRefusal, SignInNeeded } from '../console.errors.js';
import type { Member } from '../session/session.js';
import { type ApiAnswer, type ApiCall, type ConsoleApi, type Query } from './console-api.js';
import { Document, type PageFrame } from './document.js';
import { Page } from './page.js';
import type { View } from './view.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of who is signed in to the console. */
    visit?: Visit;
  }
}

const UNAUTHORIZED = 401;
/** An event of this name reaches the parts of a page that wait for it. */
const ACTED = { 'hx-trigger': 'acted' };

/** One request of somebody who is signed in: what a controller of a page asks, does and shows with. */
export class Visit {
  constructor(
    readonly view: View,
    private readonly member: Member,
    private readonly request: FastifyRequest,
    private readonly api: ConsoleApi,
  ) {}

  /** Auditors only read. The API says so as well; this spares them forms that it would refuse. */
  get mayAct(): boolean {
    return this.member.role !== 'auditor';
  }

  /**
   * @returns the detail of the API's answer
   * @throws ApiRefusal, which is shown as a page unless the controller does better; SignInNeeded
   */
  async get<Detail>(path: string, query: Query = {}): Promise<Detail> {
    const answer = this.signedIn(await this.api.call<Detail>(this.asking, { method: 'GET', path, query }));
    if (answer.status !== 200) throw new ApiRefusal(answer);
    return answer.detail;
  }

  /**
   * Does something.
   *
   * @returns what the API says of it, a refusal too
   * @throws SignInNeeded
   */
  async act<Detail>(call: ApiCall): Promise<ApiAnswer<Detail>> {
    return this.signedIn(await this.api.call<Detail>(this.asking, call));
  }

  /** A CSV of the API's as a file. @throws ApiRefusal, SignInNeeded */
  async download(path: string, query: Query = {}): Promise<StreamableFile> {
    const received = await this.api.download(this.asking, { method: 'GET', path, query }, 'text/csv');
    if ('status' in received) throw new ApiRefusal(this.signedIn(received));
    return received;
  }

  /** A page of the console, around this content. */
  page(frame: PageFrame, content: ComponentChildren, status = 200): Page {
    return new Page(h(Document, { view: this.view, frame }, content), status);
  }

  /** The page that says what came of an act. Pages that are open show it in place, and look again at what it changed. */
  outcome(frame: PageFrame, content: ComponentChildren, answer: ApiAnswer<unknown>): Page {
    const hasActed = answer.status < 300;
    return new Page(h(Document, { view: this.view, frame }, content), answer.status, hasActed ? ACTED : {});
  }

  private get asking() {
    return { request: this.request, key: this.member.key };
  }

  private signedIn<Detail>(answer: ApiAnswer<Detail>): ApiAnswer<Detail> {
    if (answer.status === UNAUTHORIZED) throw new SignInNeeded('revoked');
    return answer;
  }
}

/** The refusal of a question that a page asks, instead of its answer, where the page shows it itself. */
export async function orRefusal<T>(asked: Promise<T>): Promise<T | ApiRefusal> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
}

/** Who visits the page: `@CurrentVisit() visit: Visit`. */
export const CurrentVisit = createParamDecorator((_: unknown, context: ExecutionContext): Visit => {
  const { visit } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!visit) throw new Error('a page of the console is open to strangers');
  return visit;
});
