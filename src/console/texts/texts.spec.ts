import { expect, it } from '@jest/globals';
import { TEXTS, translateTo } from './index.js';
import { ACTS_TEXTS } from './acts.texts.js';
import { KEYS_TEXTS } from './keys.texts.js';
import { LIES_TEXTS } from './lies.texts.js';
import { SANDBOX_TEXTS } from './sandbox.texts.js';
import { SETTLEMENT_TEXTS } from './settlement.texts.js';
import { SHELL_TEXTS } from './shell.texts.js';
import { WEBHOOK_TEXTS } from './webhook.texts.js';

const placesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

it.each(Object.entries(TEXTS))('%s says the same in both languages', (_key, { ko, en }) => {
  expect(ko.trim()).not.toBe('');
  expect(en.trim()).not.toBe('');
  expect(placesIn(en)).toEqual(placesIn(ko));
});

it('has one text under a name', () => {
  const names = [
    SHELL_TEXTS,
    SETTLEMENT_TEXTS,
    WEBHOOK_TEXTS,
    ACTS_TEXTS,
    KEYS_TEXTS,
    SANDBOX_TEXTS,
    LIES_TEXTS,
  ].flatMap(Object.keys);
  expect(new Set(names).size).toBe(names.length);
});

it('fills in what is given', () => {
  expect(translateTo('en')('tryAgainIn', { seconds: 3 })).toBe('Try again in 3 s.');
});
