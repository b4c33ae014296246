import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../platform/config/config.js';
import type { Session } from './session.js';
import type { SessionSeal } from './session-seal.js';

const NAME = 'pay_console';
const PATH = '/console';

/**
 * The session is all in the browser's cookie, so that instances share nothing but the keys it is sealed with. Signing out
 * makes the browser forget it; a copy of a cookie ends with its time, or with the API key that is in it.
 */
export class SessionCookie {
  private readonly options: Parameters<SessionSeal['setCookie']>[2];

  constructor(
    private readonly seal: SessionSeal,
    { environment }: Config,
  ) {
    this.options = { path: PATH, httpOnly: true, sameSite: 'strict', secure: environment === 'production' };
  }

  isThere(request: FastifyRequest): boolean {
    return this.valueIn(request) !== undefined;
  }

  /** Null where there is none that is sealed by us. */
  read(request: FastifyRequest): Session | null {
    const value = this.valueIn(request);
    return value === undefined ? null : this.seal.open(value);
  }

  keep(reply: FastifyReply, session: Session): void {
    this.set(reply, this.seal.setCookie(NAME, this.seal.close(session), this.options));
  }

  forget(reply: FastifyReply): void {
    this.set(reply, this.seal.setCookie(NAME, '', { ...this.options, maxAge: 0 }));
  }

  /** What was set before in the same answer counts no more. */
  private set(reply: FastifyReply, cookie: string): void {
    reply.removeHeader('set-cookie').header('set-cookie', cookie);
  }

  private valueIn({ headers }: FastifyRequest): string | undefined {
    return headers.cookie === undefined ? undefined : this.seal.cookieIn(headers.cookie, NAME);
  }
}
