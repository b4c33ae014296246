import type { ComponentChildren } from 'preact';
import { useView } from '../shell/view.js';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand below each other, on the right. */
  readonly isNumber?: boolean;
}

interface DataTableProps<Row> {
  /** Says what the table is of. */
  readonly caption: string;
  /** Where a heading says it already, the caption is only read out. */
  readonly hasHeading?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Instead of rows, where there are none. */
  readonly empty?: string;
}

/**
 * Rows of things. On a phone each row is a card, whose cells bring their headers along; the roles keep it a table there
 * for who hears it.
 */
export function DataTable<Row>({ caption, hasHeading, columns, rows, keyOf, empty }: DataTableProps<Row>) {
  const { t } = useView();
  const classOf = ({ isNumber }: Column<Row>) => (isNumber ? 'number' : undefined);
  if (rows.length === 0) return <p class="empty">{empty ?? t('nothingHere')}</p>;
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table role="table">
        <caption class={hasHeading ? 'hidden' : undefined}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.header} role="columnheader" scope="col" class={classOf(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <td key={column.header} role="cell" data-label={column.header} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
