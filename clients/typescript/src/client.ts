import { randomUUID } from 'node:crypto';
import createClient, { type Client, type ClientPathsWithMethod, type MaybeOptionalInit } from 'openapi-fetch';
import { Call, type Fetch, type Patience } from './retries.js';
import { keyedCalls, type paths } from './schema.js';

export interface PayClientOptions extends Omit<Patience, 'signal'> {
  /** `http://localhost:3000` */
  readonly baseUrl: string;
  /** The API key; a sandbox takes requests without one. */
  readonly key?: string | undefined;
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch;
}

type ReadAs = 'json' | 'text';

/** What any call takes besides its parameters and its body. */
export interface CallInit<As extends ReadAs = ReadAs> extends Patience {
  /** Your own. By default one is made for the call; either is kept through all its attempts. */
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** `text` for a file, such as CSV. */
  readonly parseAs?: As;
}

/** What a call has come to. */
export interface Answer<Detail> {
  readonly detail: Detail;
  /** It had been done before: by an earlier call, or by an attempt of this one whose answer was lost. */
  readonly replayed: boolean;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string | undefined;
  readonly headers: Headers;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Path<M extends Method> = ClientPathsWithMethod<Client<paths>, M>;
type Init<P extends keyof paths, M extends Method> = NonNullable<MaybeOptionalInit<paths[P], M>>;
type Needed<P extends keyof paths, M extends Method> = Pick<Init<P, M>, keyof Init<P, M> & ('params' | 'body')>;
type Given<P extends keyof paths, M extends Method, As extends ReadAs> =
  Partial<Needed<P, M>> extends Needed<P, M>
    ? [init?: Needed<P, M> & CallInit<As>]
    : [init: Needed<P, M> & CallInit<As>];
type DetailOf<Operation> = Operation extends { responses: infer Responses }
  ? JsonDetail<Responses[keyof Responses & (200 | 201)]>
  : never;
type JsonDetail<Response> = Response extends { content: { 'application/json': { detail: infer Detail } } }
  ? Detail
  : never;

type Send<M extends Method> = <P extends Path<M>, As extends ReadAs = 'json'>(
  path: P,
  ...init: Given<P, M, As>
) => Promise<Answer<As extends 'text' ? string : DetailOf<paths[P][M]>>>;

/** Each call of the API by its method and path, as the API's document has it. All throw `PayError`. */
export interface PayClient {
  readonly GET: Send<'get'>;
  readonly POST: Send<'post'>;
  readonly PUT: Send<'put'>;
  readonly PATCH: Send<'patch'>;
  readonly DELETE: Send<'delete'>;
}

export function createPayClient({ baseUrl, key, fetch = globalThis.fetch, ...patience }: PayClientOptions): PayClient {
  const { request: openapiFetch } = createClient<paths>({ baseUrl });
  const apiKey = key === undefined ? {} : { authorization: `Bearer ${key}` };

  /** openapi-fetch writes the request; sending it, and reading the answer, is ours. */
  const write = async (method: string, path: string, init: object): Promise<Request> => {
    let request: Request | undefined;
    const fetch = (written: Request) => {
      request = written;
      return Promise.resolve(new Response(null, { status: 204 }));
    };
    await (openapiFetch as (method: string, path: string, init: object) => Promise<unknown>)(method, path, {
      ...init,
      fetch,
    });
    return request as unknown as Request;
  };

  const send = async (method: Uppercase<Method>, path: string, init: CallInit = {}): Promise<Answer<unknown>> => {
    const { deadlineMs, timeoutMs, attemptsMax, signal, idempotencyKey: ownKey, headers, parseAs, ...rest } = init;
    const isKeyed = keyedCalls.has(`${method} ${path}`);
    const idempotencyKey = ownKey ?? (isKeyed ? randomUUID() : undefined);
    const options = {
      deadlineMs: deadlineMs ?? patience.deadlineMs,
      timeoutMs: timeoutMs ?? patience.timeoutMs,
      attemptsMax: attemptsMax ?? patience.attemptsMax,
      signal,
      fetch,
      isRepeatable: method === 'GET' || isKeyed,
      isText: parseAs === 'text',
    };
    const keyHeader = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const request = await write(method, path, { ...rest, headers: { ...apiKey, ...headers, ...keyHeader } });
    const { reply, replayed } = await new Call(request, options).result();
    const detail = options.isText ? reply.text : reply.detail;
    const requestId = reply.headers.get('x-request-id') ?? undefined;
    return { detail, replayed, idempotencyKey, requestId, headers: reply.headers };
  };

  const by = (method: Uppercase<Method>) => (path: string, init?: CallInit) => send(method, path, init);
  const methods = { GET: by('GET'), POST: by('POST'), PUT: by('PUT'), PATCH: by('PATCH'), DELETE: by('DELETE') };
  return methods as PayClient;
}
