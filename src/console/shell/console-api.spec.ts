import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asking, ConsoleApi } from './console-api.js';

const CHUNK = 'x'.repeat(10_000);
const REQUEST = { id: 'request-1', ip: '192.0.2.7', headers: { 'accept-language': 'ko' } } as unknown as FastifyRequest;
const ASKING: Asking = { request: REQUEST, key: 'sk_test_1' };

describe('what the console asks the API', () => {
  let server: FastifyInstance;
  let api: ConsoleApi;
  beforeEach(() => {
    server = fastify({ genReqId: ({ headers }) => String(headers['x-request-id']) });
    const host = { httpAdapter: { getInstance: () => server } };
    api = new ConsoleApi(host as unknown as HttpAdapterHost);
  });
  afterEach(() => server.close());

  const tellOf = ({ id, ip, url, body, headers }: FastifyRequest) => ({
    code: 'Success',
    message: '성공',
    detail: { id, ip, url, body: body ?? null, headers },
  });

  it('comes from the browser, with the key of the session', async () => {
    server.get('/things', (request) => tellOf(request));
    const { detail } = await api.call<ReturnType<typeof tellOf>['detail']>(ASKING, {
      method: 'GET',
      path: '/things',
      query: { limit: 5, q: '홍 길&동', cursor: undefined },
    });
    expect(detail).toMatchObject({
      id: 'request-1',
      ip: '192.0.2.7',
      url: `/things?limit=5&q=${encodeURIComponent('홍')}+${encodeURIComponent('길&동')}`,
      headers: { authorization: 'Bearer sk_test_1', 'accept-language': 'ko' },
    });
    expect(detail.headers).not.toHaveProperty('idempotency-key');
  });

  it('has no key where none is needed, and an idempotency key for what acts', async () => {
    server.post('/acts', (request) => tellOf(request));
    const call = { method: 'POST', path: '/acts', body: { reason: '분실' }, idempotencyKey: 'key-1' } as const;
    const { detail } = await api.call<ReturnType<typeof tellOf>['detail']>({ ...ASKING, key: null }, call);
    expect(detail).toMatchObject({ body: { reason: '분실' }, headers: { 'idempotency-key': 'key-1' } });
    expect(detail.headers).not.toHaveProperty('authorization');
  });

  it('is answered with what is refused, too, and when to try again', async () => {
    server.get('/things', (_request, reply) =>
      reply.status(429).header('retry-after', '7').send({ code: 'TooManyRequests', message: '많습니다.' }),
    );
    const answer = await api.call(ASKING, { method: 'GET', path: '/things' });
    expect(answer).toMatchObject({ status: 429, code: 'TooManyRequests', message: '많습니다.', retryAfterSeconds: 7 });
    expect(await api.download(ASKING, { method: 'GET', path: '/things' }, 'text/csv')).toMatchObject({ status: 429 });
  });

  it('is a file that is made only as fast as it is taken, and no further when nobody wants it', async () => {
    let made = 0;
    const source = Readable.from(
      (function* () {
        for (; made < 10_000; made += 1) yield CHUNK;
      })(),
    );
    server.get('/file', (_request, reply) => reply.type('text/csv').send(source));
    const file = await api.download(ASKING, { method: 'GET', path: '/file' }, 'text/csv');
    if (!(file instanceof StreamableFile)) throw new Error('it is no file');
    const stream = file.getStream();
    expect(String(await once(stream, 'readable').then(() => stream.read(CHUNK.length) as Buffer))).toBe(CHUNK);
    await sleep(50);
    expect(made).toBeLessThan(100);
    stream.destroy();
    await once(source, 'close');
    expect(made).toBeLessThan(100);
  });
});
