/** Tells spreadsheet programs that UTF-8 follows: without it they would take Korean text for another encoding. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet program takes for the beginning of a formula, in its wide forms too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One line of a CSV by RFC 4180, with its CRLF. Numbers stay numbers, negative ones too. A text that a spreadsheet
 * program would take for a formula gets an apostrophe in front, which makes it text.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? textCell(cell) : (cell ?? ''))).join(',')}\r\n`;
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
