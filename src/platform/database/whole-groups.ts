/** Some rows of a list, and whether there are more behind them. */
export interface Groups<Row> {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
}

/**
 * Of up to `limit + 1` rows that come group by group, those that make a page: whole groups, so that the next page begins
 * with the next group whatever changes within one meanwhile. Of a group that fills the page alone the first rows are
 * all that is shown.
 */
export function wholeGroups<Row>(rows: readonly Row[], limit: number, groupOf: (row: Row) => unknown): Groups<Row> {
  const next = rows[limit];
  if (next === undefined) return { rows, hasMore: false };
  const page = rows.slice(0, limit);
  const whole = page.filter((row) => groupOf(row) !== groupOf(next));
  return { rows: whole.length > 0 ? whole : page, hasMore: true };
}
