import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { api, type Method } from '../../support/api.js';
import { done, linkBody, newKey, paymentBody, signUpBody } from '../../support/builders.js';
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
  {
    name: 'another linked account',
    method: 'POST',
    get path() {
      return `/users/${party.userId}/linked-accounts`;
    },
    body: () => linkBody(),
  },
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

  it('that says a name twice is refused, whichever it is and however it is spelled', async () => {
    for (const [name, value] of Object.entries(call.body())) {
      const spelled = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
      for (const again of [name, spelled]) {
        const body = JSON.stringify(call.body()).replace(/}$/, `,"${again}":${JSON.stringify(value)}}`);
        const received = await send(call, body);
        expectAnswer(received, 'InvalidRequest');
        expect(fieldsOf(received)).toEqual([name]);
      }
    }
  });

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

describe('a text', () => {
  const cancelled = { cancelAmount: 1, cancelReason: '구매자 변심' };
  const PLACES: readonly [field: string, path: string, body: (text: string) => object][] = [
    ['name', '/users', (name) => signUpBody({ name })],
    ['externalBank', '/users', (externalBank) => signUpBody({ externalBank })],
    ['name', '/partners', (name) => ({ name })],
    ['memo', '/transfers', (memo) => ({ fromUserId: party.userId, toUserId: party.friend.userId, amount: 1, memo })],
    ['cancelReason', '/payments/1/cancel', (cancelReason) => ({ ...cancelled, cancelReason })],
    [
      'productItems[0].name',
      '/payments',
      (name) => paymentBody(party.userId, { productItems: [{ count: 1, name }], totalPayAmount: 1 }),
    ],
  ];

  it.each(PLACES)('(%s of POST %s) hides nothing, and has something to see', async (field, path, body) => {
    const hidden = ['\u202e', '\u2066', '\u2028', '\u2029', '\u200b', '\u200d', '\u00ad', '\ufeff', '\u3164', '\uffa0'];
    const bad = [
      '\u3164',
      '\u115f',
      '\u1160',
      '\uffa0',
      '\u2800',
      ' \u2800 ',
      '\ufe0f',
      ...hidden.map((it) => `하나은행${it}`),
    ];
    for (const text of bad) {
      const received = await api.send('POST', path, body(text), { key: newKey() });
      expectAnswer(received, 'InvalidRequest');
      expect([text, fieldsOf(received)]).toEqual([text, [field]]);
    }
  });

  it('may have emoji that are joined from several', async () => {
    for (const name of ['👨‍👩‍👧‍👦 우리 가족', '🏳️‍🌈', '❤️', '1️⃣', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}']) {
      const { userId } = (await done(api.signUp(signUpBody({ name })))).detail;
      expect((await done(api.user(userId))).detail.name).toBe(name);
    }
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
      ...[
        '1e4',
        '10000.0',
        '1000000000000000001e-14',
        '10000.00000000000000001',
        'true',
        'false',
        'null',
        '[10000]',
        '{}',
        '""',
        '"1e4"',
        '"0x10"',
      ],
    ])('is never %s', async (literal) => {
      const body = JSON.stringify(route.body(party, 10_000)).replace(
        /"(amount|totalPayAmount)":10000/,
        `"$1":${literal}`,
      );
      expect(body).toContain(`":${literal}`);
      expectAnswer(await sendTo(route, body, newKey()), 'InvalidRequest');
    });
  });
});
