import { expect, it } from '@jest/globals';
import { languageOf } from './language.js';

it.each([
  ['en', 'en'],
  ['EN', 'en'],
  ['en-US', 'en'],
  ['en-GB-oxendict', 'en'],
  ['ko', 'ko'],
  ['ko-KR', 'ko'],
  ['*', 'ko'],
  ['fr', 'ko'],
  ['eng', 'ko'],
  ['en;q=0.9, ko;q=0.8', 'en'],
  ['en;q=0.8, ko;q=0.9', 'ko'],
  ['en-US,en;q=0.9,ko-KR;q=0.8,ko;q=0.7', 'en'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
  // Wanted alike: in the order in which they are named.
  ['en, ko', 'en'],
  ['ko, en', 'ko'],
  ['fr, en;q=0.5, ko;q=0.5', 'en'],
  // What is not named is what * says.
  ['en, *', 'en'],
  ['*, en', 'en'],
  ['*, en;q=0.5', 'ko'],
  ['*;q=0.5, en', 'en'],
  ['fr, *;q=0.1', 'ko'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'en'],
  ['*, ko;q=0', 'en'],
  // 0 is not at all; where neither is wanted it is Korean all the same.
  ['en;q=0', 'ko'],
  ['en;q=0.000', 'ko'],
  ['ko;q=0', 'ko'],
  ['ko;q=0, en;q=0.001', 'en'],
  ['en;q=0, *', 'ko'],
  // Of one language named twice what is wanted most.
  ['en;q=0.1, ko;q=0.5, en-US', 'en'],
  // Spaces, capitals and empty elements are fine.
  ['  en ; q=1.000 ,ko;Q=0.5', 'en'],
  [', ,en', 'en'],
])('%s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

it.each([
  [undefined],
  [''],
  [','],
  [';q=1'],
  ['en;q='],
  ['en;q=2'],
  ['en;q=-1'],
  ['en;q=1.0001'],
  ['en;q=banana'],
  ['en;level=1'],
  ['en q=1'],
  ['en_US'],
  ['en-'],
  ['-en'],
  ['*-en'],
  ['englishlanguage'],
  ['"en"'],
  ['en\u0000'],
  ['\u00ff\u00fe'],
  ['__proto__'],
  [`en,${' '.repeat(1_000)}`],
  ['en,'.repeat(5_000)],
])('%j, which asks for nothing, is answered in Korean', (header) => {
  expect(languageOf(header)).toBe('ko');
});

it('passes over what is no range, and takes the others for what they are', () => {
  expect(languageOf('@@@, en;q=banana, en;q=0.5')).toBe('en');
});
