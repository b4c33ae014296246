import type { Language, Messages } from '../../platform/http/language.js';
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

/** All that the console says, Korean first. What stands in braces is filled in. */
export const TEXTS = {
  ...SHELL_TEXTS,
  ...ACTS_TEXTS,
  ...AUDIT_TEXTS,
  ...FREEZE_TEXTS,
  ...KEYS_TEXTS,
  ...LIES_TEXTS,
  ...MOVEMENT_TEXTS,
  ...PARTNER_TEXTS,
  ...PAYMENT_TEXTS,
  ...PENDING_TEXTS,
  ...SANDBOX_TEXTS,
  ...SEARCH_TEXTS,
  ...SETTLEMENT_TEXTS,
  ...STATE_TEXTS,
  ...STORY_TEXTS,
  ...TODAY_TEXTS,
  ...USER_TEXTS,
  ...WEBHOOK_TEXTS,
} as const satisfies Record<string, Messages>;
export type TextKey = keyof typeof TEXTS;

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export const translateTo =
  (language: Language): Translate =>
  (key, values = {}) =>
    TEXTS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
