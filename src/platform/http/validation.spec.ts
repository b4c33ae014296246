import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldsOf, ToyClient } from '../../../test/support/toy-client.js';

let toys: ToyClient;
beforeAll(async () => {
  toys = await ToyClient.start();
});
afterAll(() => toys.app.close());

describe('a body that cannot be used', () => {
  it.each([
    ['malformed JSON', '{"userId": 1,', 'body'],
    ['a list', '[]', 'body'],
    ['null', 'null', 'body'],
    ['a text', '"x"', 'body'],
    ['nothing', '', 'body'],
    ['white space', '   ', 'body'],
    ['a polluted prototype', '{"__proto__": {"userId": 1}, "amount": 1}', 'body'],
    ['a polluted constructor', '{"userId": 1, "amount": 1, "constructor": {"prototype": {}}}', 'body'],
    ['an own constructor', '{"userId": 1, "amount": 1, "constructor": 1}', 'constructor'],
    ['an own method', '{"userId": 1, "amount": 1, "hasOwnProperty": 1}', 'hasOwnProperty'],
    ['deep nesting', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'body'],
    ['a number that JSON would round', '{"userId": 1, "amount": 1.00000000000000000001}', 'amount'],
    ['a wrong length of items', '{"userId": 1, "amount": 1, "items": {"length": 1}}', 'items'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'body'],
  ])('%s is 400', async (_name, body, field) => {
    const answer = await toys.post(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'InvalidRequest']);
    expect(fieldsOf(answer)).toEqual([field]);
  });

  it('without any content type is 400', async () => {
    const answer = await toys.send('POST', '/toys');
    expect([answer.status, fieldsOf(answer)]).toEqual([400, ['body']]);
  });

  it('of another content type is 415', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'nonsense']) {
      const answer = await toys.post('{"userId": 1, "amount": 1}', { 'content-type': type });
      expect([answer.status, answer.body.code, fieldsOf(answer)]).toEqual([415, 'InvalidRequest', ['Content-Type']]);
    }
  });

  it('of nothing is no body, whatever its type says', async () => {
    const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'nonsense', 'a/b; c', ''];
    for (const type of types) {
      for (const body of ['Content-Length: 0\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n']) {
        const head = `Host: x\r\nConnection: close\r\nContent-Type: ${type}\r\n`;
        const without = await toys.sendRaw(`POST /toys/7/touch HTTP/1.1\r\n${head}${body}`);
        expect([type, body, without.split(' ')[1]]).toEqual([type, body, '201']);
        const wanting = await toys.sendRaw(`POST /toys HTTP/1.1\r\n${head}${body}`);
        expect([type, body, wanting.split(' ')[1]]).toEqual([type, body, '400']);
        const nowhere = await toys.sendRaw(`POST /nowhere HTTP/1.1\r\n${head}${body}`);
        expect([type, body, nowhere.split(' ')[1]]).toEqual([type, body, '404']);
      }
    }
  });

  it('of another type in chunks is 415, and 404 where there is no route', async () => {
    const sent = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
    for (const [path, status] of [
      ['/toys', '415'],
      ['/toys/7/touch', '415'],
      ['/nowhere', '404'],
    ] as const) {
      expect([path, (await toys.sendRaw(sent(path))).split(' ')[1]]).toEqual([path, status]);
    }
  });

  it('of a megabyte is 413', async () => {
    for (let time = 0; time < 20; time++) {
      const answer = await toys.post({ userId: 1, amount: 1, name: 'x'.repeat(1_000_000) });
      expect([answer.status, answer.body.code, fieldsOf(answer)]).toEqual([413, 'InvalidRequest', ['body']]);
    }
  });

  it('may begin with a byte order mark, and hold 100 items of 100 Hangul characters', async () => {
    const items = Array.from({ length: 100 }, () => ({ name: '가'.repeat(100), count: 1_000_000 }));
    expect((await toys.post(`\uFEFF${JSON.stringify({ userId: 1, amount: 1, items })}`)).status).toBe(201);
  });
});

describe('validation', () => {
  it('names everything that is wrong at once, by its path', async () => {
    const items = [{ name: 'a', count: 1 }, { name: ' ', count: 0, price: 1 }, 'x'];
    const answer = await toys.post({ amount: '5', nmae: 'x', toString: 1, items: items.slice(0, 2) });
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)?.sort()).toEqual(
      ['amount', 'items[1].count', 'items[1].name', 'items[1].price', 'nmae', 'toString', 'userId'].sort(),
    );
    expect(answer.body.detail?.errors).toContainEqual({ field: 'userId', reason: 'is required' });
    expect(fieldsOf(await toys.post({ userId: 1, amount: 1, items }))).toEqual(['items']);
  });

  it.each(['5', 1.5, 0, -1, 1e21, true, false, null, [], {}, 9_007_199_254_740_992])(
    'refuses %j won',
    async (amount) => {
      expect(fieldsOf(await toys.post({ userId: 1, amount }))).toEqual(['amount']);
    },
  );

  it.each(['1e400', '-0', '0.0', '9007199254740991.5'])('refuses %s won', async (amount) => {
    expect((await toys.post(`{"userId": 1, "amount": ${amount}}`)).status).toBe(400);
  });

  it('accepts 9007199254740991 won', async () => {
    expect((await toys.post(`{"userId": 1, "amount": 9007199254740991}`)).status).toBe(201);
  });

  it.each([
    '1.0',
    '1e3',
    '1E3',
    '1e+0',
    '10.0e-1',
    '100000000000000001e-17',
    '1.00000000000000000001',
    '9007199254740993',
  ])('refuses %s, which is not written as an integer or loses digits, wherever it stands', async (number) => {
    const item = '{"name": "at, 1.5 and: 1e3", "count": 1}';
    for (const [body, field] of [
      [`{"userId":1,"amount":${number}}`, 'amount'],
      [`{"userId" : 1, "amount" : ${number} }`, 'amount'],
      [`{"userId":\n${number},"amount":1}`, 'userId'],
      [`{"userId":1,"amount":1,"items":[${item},{"name":"a","count":${number}}]}`, 'items[1].count'],
    ] as const) {
      const answer = await toys.post(body);
      expect([body, answer.status, fieldsOf(answer)]).toEqual([body, 400, [field]]);
    }
    expect((await toys.post(`{"userId":1,"amount":1,"items":[${item}]}`)).status).toBe(201);
    expect((await toys.post(`{"userId":1,"amount":1,"key":"${number}"}`)).status).toBe(201);
  });

  it.each([
    ['an amount', '{"userId": 1, "amount": 1, "amount": 100000}', ['amount']],
    ['the same amount', '{"userId": 1, "amount": 1, "amount": 1}', ['amount']],
    ['an escaped name', String.raw`{"userId": 1, "amount": 1, "\u0061mount": 100000}`, ['amount']],
    ['a name with white space behind it', '{"userId": 1, "amount" \n:1, "amount"\t\r: 2}', ['amount']],
    [
      'two names, one of them twice more',
      '{"amount":1,"userId":1,"amount":2,"userId":1,"amount":3}',
      ['amount', 'userId'],
    ],
    [
      'a name of an item',
      '{"userId":1,"amount":1,"items":[{"name":"a","count":1},{"count":1,"name":"\\"","count":2}]}',
      ['items[1].count'],
    ],
    ['a name among texts full of colons', '{"userId":1,"amount":1,"name":"a\\":b: c","name":"::\\":"}', ['name']],
    ['an unknown name', '{"userId":1,"amount":1,"x":{"y":[[{"z":1,"z":2}]]}}', ['x.y[0][0].z']],
    ['an empty name', '{"userId":1,"amount":1,"":1,"":2}', ['body']],
    ['a name behind a byte order mark', '\uFEFF{"userId":1,"amount":1,"amount":2}', ['amount']],
  ])('refuses a body that says %s twice, and names it', async (_what, body, fields) => {
    const answer = await toys.post(body);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, fields]);
    expect(answer.body.detail?.errors?.[0]?.reason).toBe('must not stand twice in one object');
  });

  it('takes the same name in several objects, and names that are told apart by case or escapes', async () => {
    const items = '[{"name":"a","count":1},{"name":"b: \\"name\\":","count":1}]';
    for (const body of [
      `{"userId":1,"amount":1,"name":"name","items":${items}}`,
      String.raw`{"\u0075serId":1,"amo\u0075nt":1,"name":"\\"}`,
    ]) {
      expect([body, (await toys.post(body)).status]).toEqual([body, 201]);
    }
    expect(fieldsOf(await toys.post('{"userId":1,"amount":1,"Amount":1}'))).toEqual(['Amount']);
  });

  it.each([
    [
      'name',
      [
        ...['가'.repeat(50), '😀'.repeat(50), " Robert'); DROP TABLE users;-- ", 'e\u0301', '✈', '\u2800a'],
        // Families, a rainbow flag, a heart with and without colour, a key, the flags of Korea and of Wales.
        ...['👨‍👩‍👧‍👦', '🧑🏻‍❤️‍💋‍🧑🏿', '🏳️‍🌈', '❤️', '❤︎', '1️⃣', '🇰🇷', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '👩🏽‍💻 김개발'],
      ],
      [
        ...['', ' \u3000', 'x'.repeat(51), '\u0000a', '\ud800', 'a\nb', 1, null],
        // Nothing to see.
        ...['\u3164', '\u115f', '\u1160', '\uffa0', '\u2800', '\u200b', '\ufe0f', '\u200d', '\u0301', '\u2800 \u2800'],
        // Something hidden, or turned round.
        ...[
          'a\u202eb',
          'a\u2066b',
          'a\u200fb',
          'a\u061cb',
          'a\u2028b',
          'a\u2029b',
          'a\u200bb',
          'a\u00adb',
          'a\ufeffb',
          '홍\u3164길동',
        ],
        // Parts of emoji where there is none.
        ...['a\u200db', '👨\u200d', 'a\ufe0f', '1\ufe0f', '👍\u{e0061}\u{e007f}'],
      ],
    ],
    [
      'email',
      ['hello@gmail', 'a+b@c.co.kr', `${'a'.repeat(248)}@gmail`],
      ['hello', '@gmail', 'a@', 'a b@c', 'a@b@c', `${'a'.repeat(249)}@gmail`, 'a@b\n', ''],
    ],
    [
      'accountNumber',
      ['12345', '110-123-456789', '1'.repeat(30)],
      ['1234', '1'.repeat(31), '-----', '12345a', 12345, '１２３４５'],
    ],
    ['key', ['partner-key-123', '!~', 'x'.repeat(100)], ['', 'a b', '키', 'x'.repeat(101), 1, 'a\n']],
    [
      'items',
      [[{ name: 'a', count: 1 }]],
      [[], 'x', {}, [1], [[]], [null], Array.from({ length: 101 }, () => ({ name: 'a', count: 1 }))],
    ],
  ])('%s', async (field, good: unknown[], bad: unknown[]) => {
    for (const value of good) expect((await toys.post({ userId: 1, amount: 1, [field]: value })).status).toBe(201);
    for (const value of bad) {
      const answer = await toys.post({ userId: 1, amount: 1, [field]: value });
      expect([value, answer.status, fieldsOf(answer)]).toEqual([value, 400, [field]]);
    }
  });

  it('answers a hostile body with an answer of bounded size', async () => {
    const hostile = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1]));
    expect(fieldsOf(await toys.post(hostile))).toHaveLength(200);
    const [error] = (await toys.post({ userId: 1, amount: 1, ['k'.repeat(50_000)]: 1 })).body.detail?.errors ?? [];
    expect(error?.field.length).toBeLessThan(200);
  });

  it('reads ids and limits of paths and queries as plain digits only', async () => {
    expect((await toys.send('GET', '/toys/7')).body.detail).toEqual({ amount: 7 });
    for (const id of ['abc', '0', '-1', '1.0', '1e1', '9007199254740992', '%20', '1;DROP', '７', 'x'.repeat(200)]) {
      expect([id, (await toys.send('GET', `/toys/${id}`)).status]).toEqual([id, 400]);
    }
    expect((await toys.send('GET', '/toys?partnerId=3')).body.detail).toEqual({ partnerId: 3, limit: 20 });
    expect((await toys.send('GET', '/toys?partnerId=3&limit=100&cursor=abc')).status).toBe(200);
    for (const status of ['OLD_ONE', 'old_one', 'Old_One']) {
      const { detail } = (await toys.send('GET', `/toys?partnerId=3&status=${status}`)).body;
      expect(detail).toEqual({ partnerId: 3, limit: 20, status: 'OLD_ONE' });
    }
    for (const query of [
      'status=',
      'status=OLD',
      'status=new&status=new',
      'limit=0',
      'limit=101',
      'limit=',
      'limit=1&limit=2',
      'limit=1e1',
      'cursor=',
      'x=1',
    ]) {
      expect([query, (await toys.send('GET', `/toys?partnerId=3&${query}`)).status]).toEqual([query, 400]);
    }
    expect(fieldsOf(await toys.send('GET', '/toys'))).toEqual(['partnerId']);
  });
});
