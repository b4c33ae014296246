import { describe, expect, it } from '@jest/globals';
import { ANSWER_ROWS } from '../../../test/support/contract.js';
import { type AnswerName, ANSWERS } from './answers.js';
import type { Messages } from './language.js';
import { MESSAGES } from './messages.js';

const entries = Object.entries(MESSAGES);

describe('messages', () => {
  it.each(entries)('%s is said in both languages', (_name, { ko, en }) => {
    expect(ko).toMatch(/[가-힣]/);
    expect(en).toMatch(/^[A-Z][\x20-\x7e]+$/);
  });

  it('are there for every answer, and for no other', () => {
    expect(Object.keys(MESSAGES).sort()).toEqual([...Object.keys(ANSWERS), 'Processing', 'Success'].sort());
  });

  it('are in Korean what the contract says, each with its status and code', () => {
    const own = (Object.keys(ANSWERS) as AnswerName[]).map((name) => {
      const { status, code } = ANSWERS[name];
      return [status, code, MESSAGES[name].ko];
    });
    const results = [
      [undefined, 'Success', MESSAGES.Success.ko],
      [202, 'Processing', MESSAGES.Processing.ko],
    ];
    const contract = ANSWER_ROWS.map((row) => ['status' in row ? row.status : undefined, row.code, row.message]);
    expect([...results, ...own].map(String).sort()).toEqual(contract.map(String).sort());
  });

  it('say the same in English where they do in Korean, and nowhere else', () => {
    const pairs = new Set(entries.map(([, { ko, en }]) => `${ko} ${en}`));
    expect(new Set(entries.map(([, { ko }]) => ko)).size).toBe(pairs.size);
    expect(new Set(entries.map(([, { en }]) => en)).size).toBe(pairs.size);
  });

  it('do not compile with a language missing', () => {
    // @ts-expect-error: there is no English.
    const half: Messages = { ko: '성공' };
    expect(half.en).toBeUndefined();
  });
});
