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
    ['a number that JSON would round', '{"userId": 1, "amount": 1.00000000000000000001}', 'body'],
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

  it.each(['9007199254740991', '1.0', '1e3'])('accepts %s won', async (amount) => {
    expect((await toys.post(`{"userId": 1, "amount": ${amount}}`)).status).toBe(201);
  });

  it.each([
    [
      'name',
      ['가'.repeat(50), '😀'.repeat(50), " Robert'); DROP TABLE users;-- "],
      ['', ' \u3000', 'x'.repeat(51), '\u0000a', '\ud800', 'a\nb', 1, null],
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
    for (const query of ['limit=0', 'limit=101', 'limit=', 'limit=1&limit=2', 'limit=1e1', 'cursor=', 'x=1']) {
      expect([query, (await toys.send('GET', `/toys?partnerId=3&${query}`)).status]).toEqual([query, 400]);
    }
    expect(fieldsOf(await toys.send('GET', '/toys'))).toEqual(['partnerId']);
  });
});
