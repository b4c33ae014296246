import { describe, expect, it } from '@jest/globals';
import { wholeGroups } from './whole-groups.js';

const pageOf = (rows: string, limit: number) => {
  const { rows: page, hasMore } = wholeGroups([...rows], limit, (row) => row);
  return [page.join(''), hasMore];
};

describe('a page of whole groups', () => {
  it('is all there is, where there is not more', () => {
    expect(pageOf('', 2)).toEqual(['', false]);
    expect(pageOf('ab', 2)).toEqual(['ab', false]);
  });

  it('ends where a group does', () => {
    expect(pageOf('aab', 2)).toEqual(['aa', true]);
    expect(pageOf('abb', 2)).toEqual(['a', true]);
  });

  it('has the first rows of a group that is larger than a page', () => {
    expect(pageOf('aaa', 2)).toEqual(['aa', true]);
  });
});
