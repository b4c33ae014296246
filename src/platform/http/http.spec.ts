import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { fieldsOf, ToyClient } from '../../../test/support/toy-client.js';
import { InFlight } from './in-flight.js';

let toys: ToyClient;
beforeAll(async () => {
  toys = await ToyClient.start();
});
afterAll(() => toys.app.close());

describe('an answer', () => {
  it('is the envelope, with the address of what was created', async () => {
    const { status, headers, body } = await toys.post({ userId: 1, amount: 5 });
    expect(status).toBe(201);
    expect(headers.location).toBe('/toys/1');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual({ code: 'Success', message: '성공', detail: { amount: 5 } });
  });

  it('is 202 while the outcome is not known', async () => {
    const { status, headers, body } = await toys.post({ userId: 1, amount: 202 });
    expect([status, headers.location, body.code]).toEqual([202, '/toys/202', 'Processing']);
  });

  it('is a refusal with its detail and address', async () => {
    const { status, headers, body } = await toys.post({ userId: 1, amount: 409 });
    expect([status, headers.location]).toEqual([409, '/toys/409']);
    expect(body).toEqual({ code: 'AlreadyComplete', message: '해당 결제번호로 결제 완료', detail: { amount: 409 } });
  });

  it('says with a 503 when to come back', async () => {
    const { status, headers } = await toys.post({ userId: 1, amount: 503 });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  it('tells nothing of a defect, and the log everything under the request id', async () => {
    const { status, body } = await toys.post({ userId: 1, amount: 500 }, { 'x-request-id': 'defect-1' });
    expect(status).toBe(500);
    expect(body).toEqual({ code: 'Fail', message: '서비스 중 에러가 발생했습니다.' });
    const line = toys.logLines.find((it) => it.includes('"level":"error"') && it.includes('defect-1'));
    expect(line).toContain('the secret of the database');
    expect(line).toContain('deeper');
    expect(line).toContain('toy-app');
  });

  it('echoes a sane request id and makes one otherwise', async () => {
    for (const id of ['abc-123', 'x'.repeat(128)]) {
      expect((await toys.send('GET', '/toys/1', undefined, { 'x-request-id': id })).headers['x-request-id']).toBe(id);
    }
    for (const id of ['', 'a b', 'x'.repeat(129), 'caf\u00e9']) {
      const { headers } = await toys.send('GET', '/nowhere', undefined, { 'x-request-id': id });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('carries security headers, errors included', async () => {
    for (const path of ['/toys/1', '/nowhere', '/toys/%E0%A4%A']) {
      const { headers } = await toys.send('GET', path);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
  });
});

describe('what is not a request of ours', () => {
  it.each(['/nowhere', '/', '/toys/1/2', '//', '/toys/'])('%s is 404', async (path) => {
    const { status, body } = await toys.send('GET', path);
    expect([status, body]).toEqual([404, { code: 'NotFound', message: '요청한 경로를 찾을 수 없습니다.' }]);
  });

  it('another method of a known path is 404', async () => {
    expect((await toys.send('PUT', '/toys', {})).body.code).toBe('NotFound');
  });

  it('a malformed URL is 400', async () => {
    const answer = await toys.send('GET', '/toys/%E0%A4%A');
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['path']]);
  });

  it.each([
    ['no HTTP at all', 'GARBAGE\r\n\r\n', 400],
    ['a bad header', 'GET /toys/1 HTTP/1.1\r\nHost: x\r\nbad header: \u0001\r\n\r\n', 400],
    ['two lengths', 'POST /toys HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    ['headers of 100 KB', `GET /toys/1 HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('%s gets the envelope and the connection closed', async (_name, lines, status) => {
    const answer = await toys.sendRaw(lines);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code: 'InvalidRequest' });
  });

  it.each(['Expect: tea', 'X-Other: 1'])('an odd but readable header is no obstacle (%s, no Host)', async (header) => {
    const answer = await toys.sendRaw(`GET /toys/1 HTTP/1.1\r\n${header}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  it('a header sent twice is not two values', async () => {
    const { body } = await toys.send('GET', '/toys/echo', undefined, { 'idempotency-key': ['a', 'b'] });
    expect(body.detail).toEqual({ key: 'a, b' });
  });

  it('one connection too many is closed at once, and that is logged', async () => {
    const server = toys.app.getHttpServer();
    const usual = server.maxConnections;
    expect(usual).toBeGreaterThanOrEqual(1_000);
    server.maxConnections = 0;
    const answer = await toys.sendRaw('GET /toys/1 HTTP/1.1\r\nHost: x\r\n\r\n').catch(() => 'reset');
    server.maxConnections = usual;
    expect(['', 'reset']).toContain(answer);
    expect(toys.logLines.filter((line) => line.includes('Connections are turned away'))).toHaveLength(1);
  });

  it('a client that hangs up in the middle of its body is no defect', async () => {
    const before = toys.logLines.length;
    const socket = toys.open();
    socket.write('POST /toys HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"use');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(toys.logLines.slice(before).filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});

describe('requests that were sent one behind the other', () => {
  const BODY = '{"userId": 1, "amount": 5}';
  const lines = (...more: string[]) => ['Host: x', ...more, '', ''].join('\r\n');
  const post = (body = BODY, ...more: string[]) =>
    `POST /toys HTTP/1.1\r\n${lines('Content-Type: application/json', `Content-Length: ${body.length}`, ...more)}${body}`;
  const slow = `GET /toys/slow HTTP/1.1\r\n${lines()}`;
  const statusesOf = (answers: string) =>
    [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
  const chunked = `POST /toys HTTP/1.1\r\n${lines('Content-Type: application/json', 'Transfer-Encoding: chunked')}`;

  it.each([
    ['bytes that are no HTTP', post().repeat(5) + 'GARBAGE\r\n\r\n', [201, 201, 201, 201, 201, 400]],
    ['stray bytes behind the body', `${post()}}}`, [201, 400]],
    ['an answer that takes its time', `${slow}${post()}\u0000`, [200, 201, 400]],
    ['headers that are too long', `${slow}GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, [200, 431]],
    ['a body that breaks in the middle', `${slow}${chunked}1\r\n{\r\nzzz\r\n`, [200, 400]],
    ['the wish for a tunnel', `${slow}${post()}CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n`, [200, 201, 404]],
    ['the preface of HTTP/2', `${slow}${post()}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, [200, 201, 400]],
    ['something behind the last one', `${slow.replace('Host: x', 'Host: x\r\nConnection: close')}${post()}`, [200]],
  ])('are answered before %s', async (_name, sent, statuses) => {
    const answers = await toys.sendRaw(sent);
    expect(statusesOf(answers)).toEqual(statuses);
  });

  it('are answered although one of them had a body that cannot be used', async () => {
    const [unread, large] = [
      post('x', 'Content-Type: text/plain').replace('application/json', 'text/plain'),
      'x'.repeat(70_000),
    ];
    const sent = [post('{'), post(), unread, post(), post(large), `${slow}!`].join('');
    expect(statusesOf(await toys.sendRaw(sent))).toEqual([400, 201, 415, 201, 413, 200, 400]);
  });

  it('are answered although the client has said that nothing more comes', async () => {
    const socket = toys.open();
    socket.end(`${slow}${post()}`);
    expect(statusesOf(await text(socket))).toEqual([200, 201]);
    const cut = toys.open();
    cut.end(`${slow}${post().slice(0, -1)}`);
    expect(statusesOf(await text(cut))).toEqual([200, 400]);
  });
});

describe('the log and the metrics', () => {
  it('have one line per request, with the pattern of the route and nothing of its content', async () => {
    await toys.send('GET', '/toys/4711?secret=abc', undefined, { 'x-request-id': 'log-1', 'idempotency-key': 'key-1' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [line, ...more] = toys.logLines.filter((it) => it.includes('log-1'));
    expect(more).toEqual([]);
    expect(JSON.parse(line ?? '')).toMatchObject({
      method: 'GET',
      route: '/toys/:toyId',
      status: 200,
      code: 'Success',
    });
    expect(line).not.toMatch(/4711|abc|key-1/);
  });

  it('count requests by route and status', async () => {
    await toys.send('GET', '/toys/abc');
    const { body, headers } = await request(`${toys.baseUrl}/metrics`);
    expect(headers['content-type']).toContain('text/plain');
    expect(await body.text()).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/toys\/:toyId",status="400"\} \d+/,
    );
  });
});

describe('a stop', () => {
  it('lets requests in flight finish and answers new ones 503', async () => {
    const inFlight = toys.app.get(InFlight);
    const slow = toys.send('GET', '/toys/slow');
    while (inFlight.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const drained = inFlight.drain(5000);
    const refused = await toys.send('GET', '/toys/1');
    expect([refused.status, refused.body.code, refused.headers.connection]).toEqual([
      503,
      'TemporarilyUnavailable',
      'close',
    ]);
    expect((await slow).status).toBe(200);
    expect(await drained).toBe(true);
    inFlight.stopping = false;
  });

  it('waits for work whose client has hung up, and no longer', async () => {
    const inFlight = toys.app.get(InFlight);
    const socket = toys.open();
    socket.write('GET /toys/slow HTTP/1.1\r\nHost: x\r\n\r\n');
    while (inFlight.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    expect(await inFlight.drain(20)).toBe(false);
    expect(await inFlight.drain(5000)).toBe(true);
    inFlight.stopping = false;
  });

  it('does not wait for ever', async () => {
    const inFlight = toys.app.get(InFlight);
    const slow = toys.send('GET', '/toys/slow');
    while (inFlight.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await inFlight.drain(20)).toBe(false);
    inFlight.stopping = false;
    await slow;
  });
});
