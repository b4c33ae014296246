import { sealOf } from '../../src/console/session/session-seal.js';
import type { Session } from '../../src/console/session/session.js';

/** One key for the services of the tests of the console, so that they can make sessions of any age. */
export const SESSION_KEY = 'c'.repeat(64);

const NAME = 'pay_console';

/** What of a browser the console needs: its cookie, and what browsers say of where a request comes from. */
export class ConsoleBrowser {
  cookie: string | undefined;
  language = 'en';
  /** Sent with every request. */
  headers: Readonly<Record<string, string>> = {};

  constructor(private readonly baseUrl: string) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send(path, { headers: { 'sec-fetch-site': 'same-origin', ...headers } });
  }

  /** The page's text; fails where it is none. */
  async page(path: string): Promise<string> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new Error(`${path} is ${answer.status}: ${await answer.text()}`);
    return answer.text();
  }

  /** Sends a form with the token of the session, and headers of a page of ours. */
  async post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const csrf = (await this.session())?.csrf ?? '';
    return this.send(path, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams({ csrf, ...fields }),
    });
  }

  async signIn(key: string, to = '/console'): Promise<Response> {
    await this.get('/console/sign-in');
    return this.post('/console/sign-in', { key, to });
  }

  /** What is in the cookie. */
  async session(): Promise<Session | null> {
    if (this.cookie === undefined) return null;
    return (await sealOf([SESSION_KEY])).open(decodeURIComponent(this.cookie));
  }

  /** Puts a session of our own into the cookie. */
  async put(session: Session): Promise<void> {
    this.cookie = encodeURIComponent((await sealOf([SESSION_KEY])).close(session));
  }

  private async send(path: string, { headers, ...rest }: RequestInit): Promise<Response> {
    const cookie: Record<string, string> = this.cookie === undefined ? {} : { cookie: `${NAME}=${this.cookie}` };
    const answer = await fetch(this.baseUrl + path, {
      ...rest,
      redirect: 'manual',
      headers: { 'accept-language': this.language, ...this.headers, ...cookie, ...(headers as Record<string, string>) },
    });
    for (const set of answer.headers.getSetCookie()) {
      const value = /^pay_console=([^;]*)/.exec(set)?.[1];
      if (value !== undefined) this.cookie = value === '' ? undefined : value;
    }
    return answer;
  }
}
