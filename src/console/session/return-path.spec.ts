import { expect, it } from '@jest/globals';
import { returnPathOf } from './return-path.js';

it.each([
  '/console',
  '/console/settlements?partnerId=100&day=2026-01-05',
  '/console/webhooks/app',
  '/console/search?q=%ED%99%8D%EA%B8%B8%EB%8F%99',
])('leads to %s, which is a page of ours', (path) => {
  expect(returnPathOf(path)).toBe(path);
});

it.each([
  ['nothing', undefined],
  ['a list', ['/console/acts']],
  ['another origin', 'https://evil.example/console'],
  ['another origin without a scheme', '//evil.example/console'],
  ['backslashes', '/\\evil.example/console'],
  ['tabs', '/\t/evil.example/console'],
  ['a script', 'javascript:alert(1)'],
  ['another page of the service', '/docs'],
  ['a way out', '/console/../docs'],
  ['a coded way out', '/console/%2e%2e/docs'],
  ['a name that only begins alike', '/console-evil'],
  ['two slashes', '/console//evil.example'],
  ['the sign-in itself', '/console/sign-in?to=/console/acts'],
  ['the sign-out', '/console/sign-out'],
  ['something endless', `/console/${'a'.repeat(2_000)}`],
])('leads to the first page from %s', (_name, path) => {
  expect(returnPathOf(path)).toBe('/console');
});
