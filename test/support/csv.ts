import { keyFor, KEYS } from './environment.js';

export interface CsvAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As it came, its byte order mark included. */
  readonly text: string;
}

/** Asks for CSV as the wallet's back end does. */
export async function getCsv(url: string, headers: Record<string, string> = {}): Promise<CsvAnswer> {
  const key = keyFor(['app'], KEYS);
  const response = await fetch(url, {
    headers: { accept: 'text/csv', ...(key && { authorization: `Bearer ${key}` }), ...headers },
  });
  const text = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, text };
}

/** The rows of a CSV by RFC 4180, each by the names in the header line; throws for what is none. */
export function rowsOf(text: string): Record<string, string>[] {
  const [header = [], ...lines] = linesOf(text.replace(/^\uFEFF/, ''));
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new Error(`${cells.length} cells: ${JSON.stringify(cells)}`);
    return Object.fromEntries(header.map((name, place) => [name, cells[place] ?? '']));
  });
}

function linesOf(text: string): string[][] {
  const lines: string[][] = [];
  const line: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (!found) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 100))}`);
    line.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') lines.push(line.splice(0));
  }
  return lines;
}
