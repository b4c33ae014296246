import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { api, type Method } from '../../support/api.js';
import { newKey, signUpBody } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { aParty, MONEY_ROUTES, type Party, sendTo, watch } from '../../support/money.js';

let party: Party;
beforeAll(async () => {
  party = await aParty({ charged: 100_000 });
});
const everybody = () => [party, party.friend];

/** Every call that takes a body, with one that it accepts. */
const CALLS: readonly { name: string; method: Method; path: string; body: () => object }[] = [
  { name: 'a sign-up', method: 'POST', path: '/users', body: () => signUpBody() },
  { name: 'a new savings account', method: 'POST', path: '/accounts/savings', body: () => ({ userId: party.userId }) },
  ...MONEY_ROUTES.map((route) => ({ ...route, body: () => route.body(party, 10_000) })),
];
type Call = (typeof CALLS)[number];

const send = ({ method, path }: Call, body: unknown, headers: Record<string, string> = {}) =>
  api.send(method, path, body, { key: newKey(), headers });

/** After a group of tests, none of them may have left a trace: else the whole file fails. */
function theyMoveNothing(): void {
  let expectNoTrace: () => Promise<void>;
  beforeAll(async () => {
    expectNoTrace = await watch(everybody());
  });
  afterAll(() => expectNoTrace());
}

/** What cannot be read as a JSON object at all. */
const UNREADABLE: readonly [what: string, body: (good: string) => string | Buffer][] = [
  ['nothing', () => ''],
  ['white space', () => ' \n '],
  ['half of the JSON', (good) => good.slice(0, -5)],
  ['JSON and something after it', (good) => `${good} true`],
  ['a comma too many', (good) => good.replace(/}$/, ',}')],
  ['single quotes', (good) => good.replaceAll('"', "'")],
  ['NaN', (good) => good.replace(/^{/, '{"x":NaN,')],
  ['null', () => 'null'],
  ['a list', (good) => `[${good}]`],
  ['a text', (good) => JSON.stringify(good)],
  ['a number', () => '1'],
  ['true', () => 'true'],
  ['a form', () => 'userId=1&amount=10000'],
  ['XML', () => '<userId>1</userId>'],
  ['a polluted prototype', (good) => good.replace(/^{/, '{"__proto__":{"isAdmin":true},')],
  ['a polluted constructor', (good) => good.replace(/^{/, '{"constructor":{"prototype":{"isAdmin":true}},')],
  [
    'bytes that are no UTF-8',
    (good) => Buffer.concat([Buffer.from(good.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]),
  ],
  ['UTF-16', (good) => Buffer.from(good, 'utf16le')],
  ['gzip', (good) => gzipSync(good)],
  ['30,000 brackets', () => `{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}`],
];

describe.each(CALLS)('the body of $name', (call) => {
  theyMoveNothing();

  it.each(UNREADABLE)('that is %s is refused', async (_what, body) => {
    const received = await send(call, body(JSON.stringify(call.body())));
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['body']);
  });

  it('of a megabyte is refused', async () => {
    expectAnswer(await send(call, { ...call.body(), padding: 'x'.repeat(1_000_000) }), 'TooLarge');
    expectAnswer(await send(call, `${JSON.stringify(call.body())}${' '.repeat(1_000_000)}`), 'TooLarge');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'json',
  ])('as %s is refused', async (type) => {
    const received = await send(call, JSON.stringify(call.body()), { 'content-type': type });
    expectAnswer(received, 'WrongType');
    expect(fieldsOf(received)).toEqual(['Content-Type']);
  });

  it('with unknown fields is refused, and each is named', async () => {
    const unknown = { Amount: 1, user_id: 1, constructor: 1, toString: 'x', '': 1, $where: '1', 'a.b': 1 };
    const received = await send(call, { ...call.body(), ...unknown });
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(Object.keys(unknown).sort());
  });

  it('with nothing in it is refused, and every required field is named', async () => {
    const received = await send(call, {});
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(Object.keys(call.body()).sort());
  });

  it('with lone surrogates in every text is refused', async () => {
    const surrogate = String.raw`"\ud800"`;
    const entries = Object.entries(call.body()).filter(([, value]) => typeof value === 'string');
    const text = (broken: string) =>
      `{${Object.entries(call.body())
        .map(([name, value]) => `"${name}":${name === broken ? surrogate : JSON.stringify(value)}`)
        .join(',')}}`;
    for (const [name] of entries) {
      const received = await send(call, text(name));
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([name]);
    }
    expect(JSON.parse(text(''))).toMatchObject({});
  });
});

describe.each(MONEY_ROUTES)('the amount of $name', (route) => {
  describe('as something else', () => {
    theyMoveNothing();

    it.each([
      ...[
        '"10000"',
        '1.5',
        '0',
        '-0',
        '0.0',
        '-1',
        '-10000',
        '1e21',
        '1e400',
        '9007199254740992',
        '9007199254740991.5',
      ],
      ...['10000.00000000000000001', 'true', 'false', 'null', '[10000]', '{}', '""', '"1e4"', '"0x10"'],
    ])('is never %s', async (literal) => {
      const body = JSON.stringify(route.body(party, 10_000)).replace(
        /"(amount|totalPayAmount)":10000/,
        `"$1":${literal}`,
      );
      expect(body).toContain(`":${literal}`);
      expectAnswer(await sendTo(route, body, newKey()), 'InvalidRequest');
    });
  });

  it('may be written 1e4 or 10000.0, which are the same number', async () => {
    for (const literal of ['1e4', '10000.0']) {
      const body = JSON.stringify(route.body(party, 10_000)).replace(':10000', `:${literal}`);
      expect((await sendTo(route, body, newKey())).code).toBe('Success');
    }
  });
});
