import type { Language, Messages } from '../../platform/http/language.js';
import { ACTS_TEXTS } from './acts.texts.js';
import { KEYS_TEXTS } from './keys.texts.js';
import { LIES_TEXTS } from './lies.texts.js';
import { SANDBOX_TEXTS } from './sandbox.texts.js';
import { SETTLEMENT_TEXTS } from './settlement.texts.js';
import { SHELL_TEXTS } from './shell.texts.js';
import { WEBHOOK_TEXTS } from './webhook.texts.js';

/** All that the console says, Korean first. What stands in braces is filled in. */
export const TEXTS = {
  ...SHELL_TEXTS,
  ...SETTLEMENT_TEXTS,
  ...WEBHOOK_TEXTS,
  ...ACTS_TEXTS,
  ...KEYS_TEXTS,
  ...SANDBOX_TEXTS,
  ...LIES_TEXTS,
} as const satisfies Record<string, Messages>;
export type TextKey = keyof typeof TEXTS;

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export const translateTo =
  (language: Language): Translate =>
  (key, values = {}) =>
    TEXTS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
