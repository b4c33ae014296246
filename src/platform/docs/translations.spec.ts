import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { anchorsOf, linksIn, numbersOf, outlineOf } from '../../../test/support/markdown.js';

const project = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const koreanOf = (path: string) => path.replace(/\.md$/, '.ko.md');
/** Translations link to translations. */
const asEnglish = (korean: string) => korean.replaceAll('.ko.md', '.md');

const TRANSLATED = ['README.md', 'docs/partner-guide.md'];

it('every translation has the text that it is of, and is compared with it', () => {
  const found = ['.', 'docs'].flatMap((folder) => readdirSync(join(project, folder)).map((name) => join(folder, name)));
  expect(found.filter((path) => path.endsWith('.ko.md')).sort()).toEqual(TRANSLATED.map(koreanOf).sort());
});

describe.each(TRANSLATED)('%s and its translation', (path) => {
  const [english, korean] = [read(path), read(koreanOf(path))];
  const name = path.split('/').at(-1) as string;

  it('have the same headings, paragraphs, lists, tables, commands, code and links', () => {
    expect(outlineOf(asEnglish(korean))).toEqual(outlineOf(asEnglish(english)));
  });

  it('name the same numbers', () => {
    const [wanted, found] = [numbersOf(english), numbersOf(korean)];
    const missing = wanted.map((numbers, index) => numbers.filter((it) => !found[index]?.includes(it)));
    expect(missing).toEqual(wanted.map(() => []));
  });

  it('are in their languages, each with a link to the other at its top', () => {
    expect(english.split('\n')[2]).toBe(`English | [한국어](${koreanOf(name)})`);
    expect(korean.split('\n')[2]).toBe(`[English](${name}) | 한국어`);
    const paragraphs = korean.replaceAll(/^```.*?^```$/gms, '').split(/\n{2,}/);
    expect(
      paragraphs.filter((text) => /[a-z]{4}/.test(text) && !/[가-힣]/.test(text) && !text.startsWith('#')),
    ).toEqual([]);
  });

  it.each([path, koreanOf(path)])('lead to files and headings that are there (%s)', (from) => {
    const links = linksIn(read(from)).filter((target) => !/^https?:/.test(target));
    expect(links.length).toBeGreaterThan(2);
    for (const target of links) {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? from : relative(project, join(project, dirname(from), file));
      expect([target, existsSync(join(project, to))]).toEqual([target, true]);
      if (anchor !== undefined) expect(anchorsOf(read(to))).toContain(decodeURIComponent(anchor));
    }
  });

  it('the translation leads to translations where there are any', () => {
    const [, ...links] = linksIn(korean); // the first one leads to the English text
    const inEnglish = links.filter((target) => TRANSLATED.includes(join(dirname(path), target)));
    expect(inEnglish).toEqual([]);
  });
});

describe('a change of one text alone is found:', () => {
  const text = read('README.md');

  it.each([
    ['a heading of another level', '## The database', '### The database'],
    ['a heading less', '## The house\n', ''],
    ['another command', 'npm test       #', 'npm run tests  #'],
    ['another answer to a command', '"toppedUpAmount":10000', '"toppedUpAmount":9000'],
    ['a command more', 'npm start      #', 'npm ci\nnpm start      #'],
    ['a row less', /^\| `npm run bench`.*\n/m, ''],
    ['another word of code in a cell', '503 with `Retry-After`', '503 with `Retry-At`'],
    ['a paragraph more', '\n\nThe database decides', '\n\nNew.\n\nThe database decides'],
    ['an item more', '- **TLS.**', '- **New.**\n- **TLS.**'],
    ['another word of code in an item', '`DATABASE_TLS_CA`', '`DATABASE_CA`'],
    ['another link', '](src/ledger/README.md)', '](src/bank/README.md)'],
    ['another way of a message', 'C->>S: POST /payments', 'C->>S: POST /payment'],
    ['a name more in a listing', 'src/users  partners', 'src/users  partners  agreements'],
  ])('%s', (_what, before, after) => {
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    expect(outlineOf(changed)).not.toEqual(outlineOf(text));
  });

  it('another number', () => {
    expect(numbersOf(text.replace('within 5 s', 'within 6 s'))).not.toEqual(numbersOf(text));
  });

  it('but not other words', () => {
    const changed = text.replaceAll('money', 'Geld').replace('# installs, brings up', '# brings up');
    expect(outlineOf(changed)).toEqual(outlineOf(text));
  });
});
