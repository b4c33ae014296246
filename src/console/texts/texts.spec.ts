import { expect, it } from '@jest/globals';
import { TEXTS, translateTo } from './index.js';
import { ACTS_TEXTS } from './acts.texts.js';
import { AUDIT_TEXTS } from './audit.texts.js';
import { FREEZE_TEXTS } from './freeze.texts.js';
import { KEYS_TEXTS } from './keys.texts.js';
import { LIES_TEXTS } from './lies.texts.js';
import { MOVEMENT_TEXTS } from './movement.texts.js';
import { PARTNER_TEXTS } from './partner.texts.js';
import { PAYMENT_TEXTS } from './payment.texts.js';
import { PENDING_TEXTS } from './pending.texts.js';
import { SANDBOX_TEXTS } from './sandbox.texts.js';
import { SEARCH_TEXTS } from './search.texts.js';
import { SETTLEMENT_TEXTS } from './settlement.texts.js';
import { SHELL_TEXTS } from './shell.texts.js';
import { STATE_TEXTS } from './state.texts.js';
import { STORY_TEXTS } from './story.texts.js';
import { TODAY_TEXTS } from './today.texts.js';
import { USER_TEXTS } from './user.texts.js';
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
    ACTS_TEXTS,
    AUDIT_TEXTS,
    FREEZE_TEXTS,
    KEYS_TEXTS,
    MOVEMENT_TEXTS,
    PARTNER_TEXTS,
    PAYMENT_TEXTS,
    PENDING_TEXTS,
    SEARCH_TEXTS,
    SETTLEMENT_TEXTS,
    STATE_TEXTS,
    STORY_TEXTS,
    TODAY_TEXTS,
    USER_TEXTS,
    WEBHOOK_TEXTS,
    SANDBOX_TEXTS,
    LIES_TEXTS,
  ].flatMap(Object.keys);
  expect(new Set(names).size).toBe(names.length);
});

it('fills in what is given', () => {
  expect(translateTo('en')('tryAgainIn', { seconds: 3 })).toBe('Try again in 3 s.');
});
