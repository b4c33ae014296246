import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv.js';

/** Cells of one line as RFC 4180 has them. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy;
  for (let end = ''; end !== '\r\n';) {
    const found = cell.exec(line);
    if (!found) throw new Error(`no CSV: ${JSON.stringify(line)}`);
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    end = found[3] ?? '';
  }
  return cells;
}

describe('a line of a CSV', () => {
  it.each([
    [['점심값', 1_000, undefined, -5], '점심값,1000,,-5\r\n'],
    [['a,b', 'say "hi"', 'two\r\nlines'], '"a,b","say ""hi""","two\r\nlines"\r\n'],
    [['🍕 👨‍👩‍👧', '2025-02-26 00:55:56'], '🍕 👨‍👩‍👧,2025-02-26 00:55:56\r\n'],
    [['=1+1', '+82', '-5', '@SUM(A1)', '\tx', '＝1'], "'=1+1,'+82,'-5,'@SUM(A1),'\tx,'＝1\r\n"],
    [['=HYPERLINK("http://x","y")'], '"\'=HYPERLINK(""http://x"",""y"")"\r\n'],
  ])('of %j is %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it('is read back as it was, but for an apostrophe before what would be a formula', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'",\r\n\t=+-@\' ', '＝'), fc.string({ maxLength: 1 })),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (cells) => {
        const read = cellsOf(csvLine(cells));
        expect(read.map((cell, place) => (cell === cells[place] ? cell : cell.replace(/^'/, '')))).toEqual(cells);
        for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      }),
    );
  });
});
