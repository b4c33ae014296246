import { Pool, type Dispatcher } from 'undici';
import { type Answer } from './answer-classification.js';

const ANSWER_BYTES_MAX = 64 * 1024;

/** What became of one message: whether the other side may have seen it is the difference that counts. */
export type Exchange =
  | ({ readonly kind: 'answered' } & Answer)
  | { readonly kind: 'neverSent'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string };

/** When a call has to be over, on the monotonic clock. */
export class Deadline {
  private readonly atMs: number;

  constructor(withinMs: number) {
    this.atMs = performance.now() + withinMs;
  }

  get leftMs(): number {
    return this.atMs - performance.now();
  }
}

/**
 * The connections to the bank: as many as messages need, or `connectionsMax`. Nothing here throws: trouble is an
 * `Exchange` too.
 */
export class BankConnection {
  private readonly pool: Pool;
  private readonly basePath: string;

  constructor(url: string, connectionsMax: number | null, timeoutMs: number) {
    const { origin, pathname } = new URL(url);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      connections: connectionsMax,
      connectTimeout: timeoutMs,
      // The deadline of the whole exchange takes the place of both.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: ANSWER_BYTES_MAX,
    });
  }

  postJson(path: string, token: string, message: object, deadline: Deadline): Promise<Exchange> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=UTF-8' };
    return this.send({ method: 'POST', path, headers, body: JSON.stringify(message) }, deadline);
  }

  get(path: string, token: string, deadline: Deadline): Promise<Exchange> {
    return this.send({ method: 'GET', path, headers: { authorization: `Bearer ${token}` }, body: null }, deadline);
  }

  postForm(path: string, form: Record<string, string>, deadline: Deadline): Promise<Exchange> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    return this.send({ method: 'POST', path, headers, body: new URLSearchParams(form).toString() }, deadline);
  }

  /** Cuts every connection. Messages that come later are never sent. */
  close(): Promise<void> {
    return this.pool.destroy();
  }

  private send(
    { path, ...rest }: { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body: string | null },
    deadline: Deadline,
  ): Promise<Exchange> {
    if (deadline.leftMs <= 0) return Promise.resolve({ kind: 'neverSent', why: 'time is up' });
    return new Promise((resolve) => {
      const message = new MessageInFlight(resolve);
      message.expireIn(deadline.leftMs);
      this.pool.dispatch({ ...rest, path: this.basePath + path }, message);
    });
  }
}

/**
 * Follows one message. undici calls `onRequestStart` just before the first byte is written, and writes none when it
 * is aborted there: until then, and only until then, the bank cannot have seen anything.
 */
class MessageInFlight implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private status = 0;
  private readonly chunks: Buffer[] = [];
  private over = false;

  constructor(private readonly resolve: (exchange: Exchange) => void) {}

  expireIn(ms: number): void {
    this.timer = setTimeout(
      () => {
        this.fail('time is up');
        this.controller?.abort(new Error('time is up'));
      },
      Math.max(0, ms),
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.over) controller.abort(new Error('too late to be sent'));
    else this.controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.finish({ kind: 'answered', status: this.status, body: parse(Buffer.concat(this.chunks)) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail((error as NodeJS.ErrnoException).code ?? error.name);
  }

  private fail(why: string): void {
    this.finish({ kind: this.controller ? 'lost' : 'neverSent', why });
  }

  private finish(exchange: Exchange): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.resolve(exchange);
  }
}

function parse(body: Buffer): Answer['body'] {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: told from an answer by its missing body.
    return undefined;
  }
}
