import { describe, expect, it } from '@jest/globals';
import { verdictOnDefect, verdictOnPlain } from './verdict.js';

const violation = (rule: string) => ({ rule, text: 'it went wrong', operations: [1] });
const failedWith = (type: string) =>
  `{"level":"error","context":"Request","message":"Fail","err":{"type":"${type}","message":"ids is not defined"}}\n`;

describe('a defect', () => {
  const none = new Set<string>();
  it.each([
    ['is caught by a rule that it breaks', ['once'], '', none, true, /^1 violations \(once\)/],
    ['is caught by that also where there are 500s', ['no defects', 'once'], '', none, true, /^1 violations \(once\)/],
    ['is caught although it makes a check throw', ['once'], failedWith('Overdrawn'), none, true, /once/],
    ['is not caught by nothing', [], '', none, false, /^NOT CAUGHT$/],
    ['is not caught by 500s alone', ['no defects', 'no defects'], '', none, false, /^NOT CAUGHT, only 2/],
    ['is not caught by what is wrong without it too', ['once'], '', new Set(['once']), false, /^NOT CAUGHT, only 1/],
    [
      'that throws a ReferenceError is broken itself, whatever else is seen',
      ['once', 'no defects'],
      failedWith('ReferenceError'),
      none,
      false,
      /^THE DEFECT ITSELF IS BROKEN: ReferenceError.*ids is not defined/,
    ],
    [
      'that throws a TypeError which is caught and logged as text is broken itself',
      ['once'],
      '{"level":"warn","message":"left to recovery: TypeError: ids is not iterable"}\n',
      none,
      false,
      /^THE DEFECT ITSELF IS BROKEN: TypeError: ids is not iterable/,
    ],
  ] as const)('%s', (_, rules, log, brokenWithout, isRight, text) => {
    const verdict = verdictOnDefect({ violations: rules.map(violation), log }, brokenWithout);
    expect(verdict).toEqual({ isRight, text: expect.stringMatching(text) });
  });
});

describe('a defect that takes a key from the schema', () => {
  it.each([
    ['is caught by what comes of it', ['the audit is clean', 'once'], true, /^2 violations/],
    ['is not caught by the auditor alone, who misses the key', ['the audit is clean'], false, /^NOT CAUGHT, only 1/],
  ] as const)('%s', (_, rules, isRight, text) => {
    const verdict = verdictOnDefect({ violations: rules.map(violation), log: '' }, new Set(), { rule: 'once' });
    expect(verdict).toEqual({ isRight, text: expect.stringMatching(text) });
  });
});

describe('a defect that reads rows which vanish', () => {
  it.each([
    ['may make right code throw a TypeError', ['once'], 'TypeError', true, /^1 violations \(once\)/],
    ['is not caught by that alone', ['no defects'], 'TypeError', false, /^NOT CAUGHT, only 1/],
    ['is broken itself where it throws a ReferenceError', ['once'], 'ReferenceError', false, /^THE DEFECT ITSELF/],
  ] as const)('%s', (_, rules, type, isRight, text) => {
    const seen = { violations: rules.map(violation), log: failedWith(type) };
    const verdict = verdictOnDefect(seen, new Set(), { rowsVanish: true });
    expect(verdict).toEqual({ isRight, text: expect.stringMatching(text) });
  });
});

describe('the build without defects', () => {
  it.each([
    ['is right when nothing is seen', [], '', true, /^nothing was seen$/],
    ['is wrong when it breaks a rule', ['once'], '', false, /once/],
    ['is wrong when it answers 500', ['no defects'], '', false, /no defects/],
    ['is wrong when its code throws a TypeError', [], failedWith('TypeError'), false, /^the service logs TypeError/],
  ] as const)('%s', (_, rules, log, isRight, text) => {
    const verdict = verdictOnPlain({ violations: rules.map(violation), log });
    expect(verdict).toEqual({ isRight, text: expect.stringMatching(text) });
  });
});
