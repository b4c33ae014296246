import { setTimeout as sleep } from 'node:timers/promises';
import { PayError, type PayErrorCode } from './errors.js';
import { type Lost, type Reply, replyOf, retryAfterOf } from './reply.js';

export interface Patience {
  /** For the whole call, waiting included; 30,000 by default. */
  readonly deadlineMs?: number | undefined;
  /** For each answer; 10,000 by default, which is more than the service takes. */
  readonly timeoutMs?: number | undefined;
  /** How often it is sent at most while the service is away, or silent; 6 by default. */
  readonly attemptsMax?: number | undefined;
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface CallOptions extends Patience {
  readonly fetch: Fetch;
  /** Whether it is done once, however often it is sent: it only reads, or has a key. */
  readonly isRepeatable: boolean;
  /** Whether the answer is a file, not the service's envelope. */
  readonly isText: boolean;
}

const PAUSE_MS = 200;
const PAUSE_MAX_MS = 5_000;
/** They are about this very request, and say nothing of an earlier one. */
const NOT_LOOKED_AT = new Set([401, 403, 429]);

/**
 * One call until it is known what came of it, by the rule that the service gives its clients: what is refused with a
 * 4xx is not sent again; what is not answered, or being worked on, is asked for, and sent again under the same key.
 */
export class Call {
  private readonly until: number;
  /** What was sent before may have been heard, or may yet be. */
  private isUnknown = false;
  private pauses = 0;

  constructor(
    private readonly request: Request,
    private readonly options: CallOptions,
  ) {
    this.until = performance.now() + (options.deadlineMs ?? 30_000);
  }

  /** @throws PayError, or the signal's reason */
  async result(): Promise<{ readonly reply: Reply; readonly replayed: boolean }> {
    const { method, headers, url } = this.request;
    const body = this.request.body && (await this.request.text());
    const { attemptsMax = 6, isText, isRepeatable } = this.options;
    for (let attempt = 1; ; attempt++) {
      const reply = await this.send(url, { method, headers, body });
      const { status, code } = reply;
      if (status === 200 || status === 201 ? isText || code !== undefined : code === 'AlreadyComplete')
        return { reply: reply as Reply, replayed: status === 409 };
      if (status === 202 || code === 'AlreadyOnGoing') {
        this.isUnknown = true;
        attempt = 0; // it was heard
        await this.untilDecided(reply);
        continue;
      }
      const isAway = (status === 503 || status === 429) && code !== undefined; // it says so itself: nothing was moved
      const isLost = !isAway && (status < 300 || status >= 500);
      if (isLost) this.isUnknown = true;
      if (!(isAway || (isLost && isRepeatable)) || attempt >= attemptsMax) throw this.errorOf(reply);
      await this.pause(reply);
    }
  }

  /** Until the same request will be told something new. @throws PayError for what was refused meanwhile */
  private async untilDecided(reply: Reply): Promise<void> {
    const location = reply.headers.get('location') ?? '';
    const place = URL.canParse(location, this.request.url) ? new URL(location, this.request.url) : null;
    if (place && place.origin !== new URL(this.request.url).origin)
      throw this.error('ForeignLocation', `the answer leads to another server: ${place.origin}`, reply);
    const authorization = this.request.headers.get('authorization');
    for (;;) {
      await this.pause(reply);
      if (!location || !place) return;
      const found = await this.send(place.href, { headers: authorization === null ? {} : { authorization } });
      if (found.status === 0 || found.status >= 429) continue; // not to be had now
      const resource = found.detail as
        { status?: string; failureCode?: string; items?: { status?: string }[] } | undefined;
      if ((resource?.items?.[0] ?? resource)?.status === 'PENDING') continue;
      // What has an id is this very attempt; a list may begin with an earlier one.
      if (resource?.status === 'FAILED' && resource.failureCode !== undefined) {
        this.isUnknown = false;
        throw this.error(resource.failureCode as PayErrorCode, 'refused after the answer', reply);
      }
      return;
    }
  }

  /**
   * The time is kept here, and not by a signal of `Request` or `AbortSignal.any`: Node loses those to the garbage
   * collector, and the call would hang.
   */
  private async send(url: string, init: RequestInit): Promise<Reply | Lost> {
    const { signal, timeoutMs = 10_000, fetch } = this.options;
    signal?.throwIfAborted();
    const control = new AbortController();
    const givenUp = new Promise<never>((_, reject) => {
      control.signal.addEventListener('abort', () => reject(control.signal.reason as Error));
    });
    const end = () => control.abort(signal?.reason);
    const timeLeftMs = Math.max(1, Math.min(timeoutMs, this.until - performance.now()));
    const timer = setTimeout(
      () => control.abort(new Error(`no answer within ${Math.round(timeLeftMs)} ms`)),
      timeLeftMs,
    );
    signal?.addEventListener('abort', end);
    try {
      // A redirect that is followed takes body and keys to wherever it leads.
      const answered = fetch(url, { ...init, redirect: 'manual', signal: control.signal }).then(replyOf);
      return await Promise.race([answered, givenUp]);
    } catch (cause) {
      signal?.throwIfAborted();
      return { status: 0, code: undefined, detail: undefined, cause };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  /** Longer each time, and never at the same moment as others. @throws PayError where the deadline comes first */
  private async pause(last: Reply | Lost): Promise<void> {
    const growing = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** this.pauses++);
    const pauseMs = (retryAfterOf(last) ?? 0) * 1000 + growing * (0.5 + Math.random() / 2);
    if (performance.now() + pauseMs >= this.until) throw this.errorOf(last);
    const { signal } = this.options;
    await sleep(pauseMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }

  private errorOf(reply: Reply | Lost): PayError {
    if (reply.status === 0) return this.error('NoAnswer', 'nothing came back, or not all of it', reply);
    if (reply.code === undefined) {
      this.isUnknown = true;
      return this.error('UnexpectedAnswer', `the answer ${reply.status} is not the service's`, reply);
    }
    return this.error(reply.code as PayErrorCode, reply.message, reply);
  }

  private error(code: PayErrorCode, message: string, reply: Reply | Lost): PayError {
    const { status } = reply;
    const isRefusal = code !== 'AlreadyOnGoing' && status >= 400 && status < 500 && reply.code !== undefined;
    const isDefinite = this.request.method === 'GET' || (isRefusal && !NOT_LOOKED_AT.has(status));
    return new PayError(
      message,
      {
        code,
        status,
        detail: reply.code === code ? reply.detail : undefined,
        outcome: this.isUnknown && !isDefinite ? 'unknown' : 'refused',
        idempotencyKey: this.request.headers.get('idempotency-key') ?? undefined,
        requestId: ('headers' in reply && reply.headers.get('x-request-id')) || undefined,
        retryAfter: retryAfterOf(reply),
      },
      'cause' in reply ? reply.cause : undefined,
    );
  }
}
