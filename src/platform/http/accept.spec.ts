import { expect, it } from '@jest/globals';
import { prefersCsv } from './accept.js';

it.each([
  ['text/csv', true],
  ['TEXT/CSV; Q=1', true],
  ['text/csv;charset=utf-8;header=present', true],
  ['text/csv, */*', true],
  ['text/csv, application/json;q=0.9', true],
  ['application/json;q=0.5, text/csv;q=0.8', true],
  ['text/*', true],
  ['application/json;q=0, */*', true],
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['application/json, text/csv', false],
  ['application/json, text/csv;q=0.9', false],
  ['text/csv;q=0.5, */*;q=0.8', false],
  ['text/csv;q=0', false],
  ['text/csv;q=0, text/*', false],
  ['text/csv;q=2', false],
  ['text/csv;q=0.1234', false],
  ['text/csvx, text/plain', false],
  ['text/html,application/xhtml+xml,*/*;q=0.8', false],
  ['text', false],
  [',;/"', false],
])('by Accept: %s CSV is wanted: %s', (accept, isWanted) => {
  expect(prefersCsv(accept)).toBe(isWanted);
});
