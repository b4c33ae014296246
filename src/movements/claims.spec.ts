import { describe, expect, it } from '@jest/globals';
import { Claims } from './claims.js';

describe('claims', () => {
  it('tell who holds any of the names, the first name first', () => {
    const claims = new Claims<string>();
    claims.hold(['order 1'], 'older');
    claims.turn();
    claims.hold(['key a', 'order 2'], 'newer');
    expect(claims.holderOf(['key a', 'order 1'])).toBe('newer');
    expect(claims.holderOf(['key b', 'order 1'])).toBe('older');
    expect(claims.holderOf(['key b'])).toBeUndefined();
  });

  it('are held through any number of groups, until they are given back', () => {
    const claims = new Claims<string>();
    const held = claims.hold(['key a'], 'first');
    for (let group = 0; group < 1_000; group++) {
      claims.turn();
      const others = claims.hold([`key ${group}`], 'another');
      expect(claims.holderOf(['key a'])).toBe('first');
      claims.release([`key ${group}`], others);
    }
    claims.release(['key a'], held);
    expect(claims.holderOf(['key a'])).toBeUndefined();
    claims.hold(['key a'], 'second');
    expect(claims.holderOf(['key a'])).toBe('second');
  });

  it('leave no map behind that nothing lies in', () => {
    const claims = new Claims<string>();
    const maps = () => (claims as unknown as { maps: unknown[] }).maps.length;
    for (let group = 0; group < 10; group++) {
      const held = claims.hold(['key a', 'order 1'], 'holder');
      claims.turn();
      claims.turn();
      expect(maps()).toBe(2);
      claims.release(['key a', 'order 1'], held);
      expect(maps()).toBe(1);
    }
  });
});
