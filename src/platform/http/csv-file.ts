import { Logger, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { BYTE_ORDER_MARK, csvLine } from './csv.js';

export const CSV_TYPE = 'text/csv; charset=utf-8';

const logger = new Logger('CsvFile');

interface CsvFile<Row> {
  /** Without its ending. */
  readonly name: string;
  /** Fields of the rows. */
  readonly columns: readonly (keyof Row)[];
  /** Whether there may be anything but ASCII in it. */
  readonly hasText: boolean;
}

/**
 * A file of any length: a page is taken when the client has taken those before, so that only some are in memory. It is
 * whole when its transfer ends by itself.
 */
export function csvFile<Page, Row extends Partial<Record<keyof Row, string | number | boolean>>>(
  { name, columns, hasText }: CsvFile<Row>,
  pages: AsyncIterable<Page>,
  rowsOf: (page: Page) => readonly Row[],
): StreamableFile {
  const cell = (value: string | number | boolean | undefined) => (typeof value === 'boolean' ? String(value) : value);
  async function* text(): AsyncGenerator<string> {
    yield (hasText ? BYTE_ORDER_MARK : '') + csvLine(columns.map(String));
    try {
      for await (const page of pages) {
        yield rowsOf(page)
          .map((row) => csvLine(columns.map((column) => cell(row[column]))))
          .join('');
      }
    } catch (error) {
      // The client sees a connection that breaks off: what it has is not all.
      logger.warn({ message: `${name}.csv broke off`, err: error });
      throw error;
    }
  }
  const disposition = `attachment; filename="${name}.csv"`;
  return new StreamableFile(Readable.from(text(), { objectMode: false }), { type: CSV_TYPE, disposition });
}
