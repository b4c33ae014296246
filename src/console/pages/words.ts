import type { View } from '../shell/view.js';
import { MESSAGES } from '../../platform/http/messages.js';
import { TEXTS, type TextKey } from '../texts/index.js';

/** New words may come to the API before there is a text for them: they are shown as they are. */
export function wordOf(t: View['t'], group: string, word: string): string {
  const key = `${group}.${word}`;
  return isText(key) ? t(key) : word;
}

/** What the code of a refusal says to people; undefined for one that is not known. */
export const sentenceOf = ({ language }: View, code: string): string | undefined =>
  isMessage(code) ? MESSAGES[code][language] : undefined;

const isText = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);
const isMessage = (code: string): code is keyof typeof MESSAGES => Object.hasOwn(MESSAGES, code);
