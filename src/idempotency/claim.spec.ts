import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { claimOf } from './claim.js';
import { parseIdempotencyKey } from './idempotency-key.js';

const hash = (payload: unknown) => claimOf('user:1:transfers', 'key', payload).hash.toString('hex');

describe('a payload is compared by value', () => {
  it('takes no notice of the order of keys, at any depth', () => {
    expect(hash({ a: 1, b: { c: [1, 2], d: null } })).toBe(hash({ b: { d: null, c: [1, 2] }, a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [{ a: { b: 1 } }, { 'a.b': 1 }],
    [{ 'a":1,"b': 1 }, { a: 1, b: 1 }],
  ])('tells %j from %j', (one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });

  it('has the hash that earlier versions have stored', () => {
    const payload = { params: { paymentId: '7' }, body: { b: [{ y: '한 "1"', x: 1.5 }], a: null, c: undefined } };
    const text = '{"body":{"a":null,"b":[{"x":1.5,"y":"한 \\"1\\""}],"c":null},"params":{"paymentId":"7"}}';
    expect(hash(payload)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(hash({ params: {}, body: undefined })).toBe(
      createHash('sha256').update('{"body":null,"params":{}}').digest('hex'),
    );
  });

  it('refuses what is nested too deeply, rather than exhausting the stack', () => {
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;
    expect(() => hash(deep)).toThrow('InvalidRequest');
  });
});

describe('an Idempotency-Key', () => {
  it('is the same key bare and as a quoted string', () => {
    expect(parseIdempotencyKey('"test-idempotency-key"')).toBe(parseIdempotencyKey('test-idempotency-key'));
    expect(parseIdempotencyKey('"a\\"b\\\\c"')).toBe('a"b\\c');
  });

  it('has 1 to 255 characters', () => {
    expect(parseIdempotencyKey('k'.repeat(255))).toHaveLength(255);
    expect(parseIdempotencyKey(`"${'k'.repeat(255)}"`)).toHaveLength(255);
  });

  it.each(['', '  ', '""', 'a b', 'a, b', 'k'.repeat(256), 'ключ', '키', 'a\tb', '\u0000'])('is not %j', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow('IdempotencyKeyInvalid');
  });
});
