import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Received, ToyClient } from '../../../test/support/toy-client.js';
import { InFlight } from './in-flight.js';
import { MESSAGES } from './messages.js';

let toys: ToyClient;
beforeAll(async () => {
  toys = await ToyClient.start();
});
afterAll(() => toys.app.close());

type Send = (headers: Record<string, string>) => Promise<Received>;
const post =
  (body: unknown): Send =>
  (headers) =>
    toys.post(body, headers);
const get =
  (path: string): Send =>
  (headers) =>
    toys.send('GET', path, undefined, headers);

async function whileStopping(headers: Record<string, string>): Promise<Received> {
  const inFlight = toys.app.get(InFlight);
  inFlight.stopping = true;
  return toys.send('GET', '/toys/1', undefined, headers).finally(() => (inFlight.stopping = false));
}

/** An answer of each layer. */
const LAYERS: readonly [layer: string, name: keyof typeof MESSAGES, status: number, send: Send][] = [
  ['a controller that reads', 'Success', 200, get('/toys/1')],
  ['a controller that makes', 'Success', 201, post({ userId: 1, amount: 5 })],
  ['a controller that does not know yet', 'Processing', 202, post({ userId: 1, amount: 202 })],
  ['a refusal', 'PaymentComplete', 409, post({ userId: 1, amount: 409 })],
  ['a refusal to come back with', 'BankMaintenance', 503, post({ userId: 1, amount: 503 })],
  ['a defect', 'Fail', 500, post({ userId: 1, amount: 500 })],
  ['the validation', 'InvalidRequest', 400, post({ userId: 0 })],
  ['the router, of an unknown route', 'NotFound', 404, get('/nowhere')],
  ['the router, of what is no URL', 'InvalidRequest', 400, get('/toys/%E0%A4%A')],
  ['the router, of a parameter that is too long', 'InvalidRequest', 400, get(`/toys/${'1'.repeat(200)}`)],
  ['the parser', 'InvalidRequest', 400, post('{"userId":')],
  ['the limit of a body', 'PayloadTooLarge', 413, post('x'.repeat(70_000))],
  [
    'the types of a body',
    'UnsupportedMediaType',
    415,
    (headers) => toys.post('a=1', { ...headers, 'content-type': 'text/plain' }),
  ],
  ['a stop', 'TemporarilyUnavailable', 503, whileStopping],
];

describe.each(LAYERS)('the answer of %s', (_layer, name, status, send) => {
  it.each([
    ['en', 'en'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['ko', 'ko'],
    ['fr', 'ko'],
    ['en;q=banana', 'ko'],
    [undefined, 'ko'],
  ] as const)('to %s is in %s, and says so', async (asked, language) => {
    const answer = await send(asked === undefined ? {} : { 'accept-language': asked });
    expect([answer.status, answer.body.message]).toEqual([status, MESSAGES[name][language]]);
    expect(answer.headers).toMatchObject({ 'content-language': language, vary: 'accept-language' });
  });
});

describe('what is no request', () => {
  const ENGLISH = 'Host: x\r\nAccept-Language: en\r\n';
  const CHUNKED = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nzzz\r\n';

  it.each([
    ['a body that breaks', `POST /toys HTTP/1.1\r\n${ENGLISH}${CHUNKED}`, 400, 'en', 'InvalidRequest'],
    ['the wish for a tunnel', `CONNECT x:1 HTTP/1.1\r\n${ENGLISH}\r\n`, 404, 'en', 'NotFound'],
    ['a body that breaks, of no language', `POST /toys HTTP/1.1\r\nHost: x\r\n${CHUNKED}`, 400, 'ko', 'InvalidRequest'],
    // Its headers did not come whole.
    ['a bad header', `GET /toys/1 HTTP/1.1\r\n${ENGLISH}bad header: \u0001\r\n\r\n`, 400, 'ko', 'InvalidRequest'],
    ['no HTTP at all', 'GARBAGE\r\n\r\n', 400, 'ko', 'InvalidRequest'],
  ] as const)('%s is answered in the language of its own headers', async (_what, sent, status, language, name) => {
    const answer = await toys.sendRaw(sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`content-language: ${language}\r\nvary: accept-language\r\n`);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ message: MESSAGES[name][language] });
  });

  it('has nothing of the language of the request before it', async () => {
    const answers = await toys.sendRaw(`GET /toys/slow HTTP/1.1\r\n${ENGLISH}\r\nGARBAGE\r\n\r\n`);
    expect([...answers.matchAll(/content-language: (\w+)/g)].map(([, language]) => language)).toEqual(['en', 'ko']);
  });
});

it('a header that is sent twice is one list', async () => {
  const { headers } = await toys.send('GET', '/toys/1', undefined, { 'accept-language': ['ko;q=0.5', 'en'] });
  expect(headers['content-language']).toBe('en');
});
