import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findHiddenErrors } from './json-text.js';

const errorsIn = (text: string) => findHiddenErrors(text, JSON.parse(text));
/** Names and texts that look like JSON themselves. */
const words = fc.string({ unit: fc.constantFrom('"', ':', ',', '{', '}', '\\', ' ', '1.5', '1e3', 'a', '가', '\n') });
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom(null, true, 0, -1, 9_007_199_254_740_991),
    words,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 4 }),
  ),
}));
const spaces = fc.constantFrom(undefined, 1, '\t');
const escaped = (name: string) =>
  `"${[...name].map((it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;

describe('a JSON text', () => {
  it('hides nothing as long as every name stands once and integers are written as such', () => {
    fc.assert(
      fc.property(anything, spaces, (value, space) => errorsIn(JSON.stringify(value, null, space)).length === 0),
    );
  });

  it('hides a name that stands twice, wherever and however it is spelled', () => {
    const spelled = fc.constantFrom(JSON.stringify, escaped);
    fc.assert(
      fc.property(anything, anything, words, spelled, spaces, (before, inner, name, spell, space) => {
        const object = JSON.stringify({ [name]: inner, other: before }, null, space);
        const text = `[${JSON.stringify(before)}, {"in": ${object.replace(/}$/, () => `, ${spell(name)} : null}`)}}]`;
        const reasons = errorsIn(text).map(({ reason }) => reason);
        expect(reasons).toEqual(['must not stand twice in one object']);
      }),
    );
  });

  it('hides an integer that is written with a fraction or an exponent', () => {
    const written = fc.constantFrom('1.0', '-1e3', '10E-1', '0.0', '100000000000000001e-17');
    fc.assert(
      fc.property(anything, written, spaces, (before, number, space) => {
        const text = JSON.stringify({ before, here: [0, '<here>'] }, null, space).replace('"<here>"', number);
        expect(errorsIn(text).map(({ field }) => field)).toEqual(['here[1]']);
      }),
    );
  });
});
