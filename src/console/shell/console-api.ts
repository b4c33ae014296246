import { Injectable, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest, InjectOptions } from 'fastify';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** An envelope of the API, with what came around it. */
export interface ApiAnswer<Detail> {
  readonly status: number;
  readonly code: string;
  /** In the language of the browser. */
  readonly message: string;
  readonly detail: Detail;
  readonly retryAfterSeconds?: number;
}

/** Who asks: the browser's request, and the key of its session. */
export interface Asking {
  readonly request: FastifyRequest;
  /** Null where none is needed. */
  readonly key: string | null;
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

/**
 * Calls this service's own HTTP API, within the process. What a key may do, how often, and what is written down of it is
 * so decided in one place, for the console as for everybody else.
 */
@Injectable()
export class ConsoleApi {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** @returns the answer, whatever it is: a refusal is one too */
  async call<Detail>(asking: Asking, call: ApiCall): Promise<ApiAnswer<Detail>> {
    const received = await this.server.inject(injected(asking, call));
    const { code, message, detail } = received.json<Omit<ApiAnswer<Detail>, 'status'>>();
    const retryAfter = received.headers['retry-after'];
    const retryAfterSeconds = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) };
    return { status: received.statusCode, code, message, detail, ...retryAfterSeconds };
  }

  /**
   * A file of any length, passed on as it comes: only a part of it is in memory.
   *
   * @returns the file, or the refusal that came instead
   */
  async download(asking: Asking, call: ApiCall, type: string): Promise<StreamableFile | ApiAnswer<unknown>> {
    const request = injected(asking, call);
    const headers = { ...request.headers, accept: type };
    const received = await this.server.inject({ ...request, headers, payloadAsStream: true });
    const content = received.stream();
    if (received.statusCode !== 200) {
      const envelope = JSON.parse(Buffer.concat(await content.toArray()).toString()) as ApiAnswer<unknown>;
      return { ...envelope, status: received.statusCode };
    }
    // A browser that goes away ends the answer that it is read from, too.
    content.once('close', () => received.raw.res.destroy());
    const disposition = received.headers['content-disposition'];
    return new StreamableFile(content, {
      type: String(received.headers['content-type']),
      ...(disposition !== undefined && { disposition: String(disposition) }),
    });
  }

  private get server(): FastifyInstance {
    return this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
  }
}

/** The call with what the API has to know of the browser: where it is, its language, and which request this is for. */
function injected({ request, key }: Asking, call: ApiCall): InjectOptions {
  const { method, path, query = {}, body, idempotencyKey } = call;
  const language = request.headers['accept-language'];
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return {
    method,
    url: search === '' ? path : `${path}?${search}`,
    remoteAddress: request.ip,
    headers: {
      'x-request-id': request.id,
      ...(language !== undefined && { 'accept-language': language }),
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { payload: body }),
  };
}
