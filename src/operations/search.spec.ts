import { describe, expect, it } from '@jest/globals';
import { decodePlaces, encodePlaces } from './search-cursor.js';
import { wantedOf } from './search.js';

/** What a text may be, without what it can't be. */
const shapes = (text: string) =>
  Object.fromEntries(Object.entries(wantedOf(text)).filter(([, value]) => value !== null));

describe('what is searched for', () => {
  it('may be several things at once', () => {
    const everything = { id: 12, accountNumber: '12', key: '12', order: '12', name: '12' };
    expect(shapes('12')).toEqual(everything);
    expect(shapes(' \t12\n')).toEqual(everything);
    expect(shapes('12345')).toEqual({
      ...{ id: 12_345, accountNumber: '12345', bankNumber: '12345', key: '12345', order: '12345', name: '12345' },
    });
  });

  it('is an e-mail where there is an @ in it', () => {
    expect(shapes('hello@gmail')).toMatchObject({ email: 'hello@gmail', key: 'hello@gmail' });
    expect(shapes('홍길동@gmail')).toEqual({ name: '홍길동@gmail' });
  });

  it('is an id only where a JSON number has it exactly', () => {
    for (const text of ['0', '-1', '1.0', '1e3', '9007199254740993', '99999999999999999', '１２']) {
      expect(wantedOf(text).id).toBeNull();
    }
    expect(wantedOf('9007199254740991').id).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is an account of ours with hyphens or without, and one at a bank without', () => {
    for (const text of ['3333-12-3456789', '3333123456789']) {
      expect(shapes(text)).toMatchObject({ accountNumber: '3333-12-3456789', bankNumber: '3333123456789' });
    }
    expect(shapes('PARTNER-100')).toMatchObject({ accountNumber: 'PARTNER-100' });
    expect(wantedOf('-12345').bankNumber).toBeNull();
    expect(wantedOf('1234').bankNumber).toBeNull();
  });

  it('is a name alone where it has other letters, or a space', () => {
    expect(shapes('길동상회')).toEqual({ name: '길동상회' });
    expect(shapes('Gildong Store')).toEqual({ name: 'Gildong Store' });
    expect(shapes('😀'.repeat(50))).toEqual({ name: '😀'.repeat(50) });
  });

  it('is nothing that is shorter than it', () => {
    expect(Object.keys(shapes('x'.repeat(21)))).toEqual(['key', 'order', 'name']);
    expect(Object.keys(shapes('x'.repeat(101)))).toEqual(['key']);
    expect(shapes('가'.repeat(51))).toEqual({});
  });
});

describe('the cursor of a search', () => {
  it('is read as it was written, and short enough for a query', () => {
    const places = { key: Number.MAX_SAFE_INTEGER, order: Number.MAX_SAFE_INTEGER, name: Number.MAX_SAFE_INTEGER };
    const cursor = encodePlaces(places);
    expect(cursor?.length).toBeLessThanOrEqual(100);
    expect(decodePlaces(cursor as string)).toEqual(places);
    expect(decodePlaces(encodePlaces({ order: 7 }) as string)).toEqual({ order: 7 });
    expect(encodePlaces({})).toBeNull();
  });

  it.each(['', 'x', 'name1 key2', 'key01', 'key1 key2', 'other1', 'key1 '])('is never of %j', (text) => {
    expect(() => decodePlaces(Buffer.from(text).toString('base64url'))).toThrow('InvalidRequest');
  });
});
