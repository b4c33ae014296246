import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, request } from 'undici';
import { Config } from '../platform/config/config.js';
import { isLoopback } from '../platform/config/hosts.js';
import { guardedConnector, isPublic, literalAddress } from './address-guard.js';
import { Names } from './names.js';
import { retryAfterMs } from './retry-after.js';

const ANSWER_BYTES_MAX = 16 * 1024;
/** Shorter than any receiver keeps an idle connection: none is closed just while we write to it. */
const IDLE_CONNECTION_MS = 1_000;
const ERROR_CODE = /^\w{1,64}$/;

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What became of one attempt. `retryAfterMs`: how long the receiver wants to be left alone, 0 unless it says so.
 * `interrupted`: we stopped before there was an answer.
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'interrupted' };

class TimeIsUp extends Error {
  readonly code = 'TIMEOUT';
}

/**
 * Sends messages to addresses that strangers have given us: in production over TLS and to the public internet only, no
 * redirect is followed, and of an answer nothing but the status and `Retry-After` is looked at.
 */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  private readonly timeoutMs: number;
  private readonly inProduction: boolean;
  private readonly names: Names;
  private readonly agent: Agent;
  private readonly inFlight = new Set<AbortController>();
  private interrupted = false;

  constructor(config: Config) {
    this.timeoutMs = config.webhookTimeoutMs;
    this.inProduction = config.environment === 'production';
    this.names = new Names(config.webhookDnsServers);
    this.agent = new Agent({
      connect: guardedConnector((address) => this.isAllowed(address), this.timeoutMs, this.names.lookup),
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    });
  }

  /** Why nothing would ever be sent there; null for a URL that may be tried. */
  objectionTo(url: URL): string | null {
    const literal = literalAddress(url.hostname);
    if (this.inProduction && url.protocol !== 'https:') return 'must start with https://';
    if (literal !== null && !this.isAllowed(literal)) return 'must not lead to a private address';
    return null;
  }

  /** One attempt, over within the time-out. Trouble is an `Attempt` too. */
  async send({ url, headers, body }: Message): Promise<Attempt> {
    if (this.interrupted) return { kind: 'interrupted' };
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new TimeIsUp()), this.timeoutMs);
    this.inFlight.add(controller);
    try {
      const { signal } = controller;
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: this.agent });
      await throwAway(answer.body, signal);
      return { kind: 'answered', status: answer.statusCode, retryAfterMs: retryAfterMs(answer.headers) };
    } catch (error) {
      return this.interrupted ? { kind: 'interrupted' } : { kind: 'failed', error: codeOf(error) };
    } finally {
      clearTimeout(timer);
      this.inFlight.delete(controller);
    }
  }

  /** Ends every attempt, now and from now on. */
  interrupt(): void {
    this.interrupted = true;
    for (const controller of this.inFlight) controller.abort();
  }

  async onApplicationShutdown(): Promise<void> {
    this.names.cancel();
    await this.agent.destroy();
  }

  private isAllowed(address: string): boolean {
    return isPublic(address) || (!this.inProduction && isLoopback(address));
  }
}

/** The status has said everything: a body that is too long, late or broken off changes nothing. */
async function throwAway(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<void> {
  await body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => undefined);
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return [code, name].find((word) => word !== undefined && ERROR_CODE.test(word)) ?? 'ERROR';
}
