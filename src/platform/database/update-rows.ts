interface Database {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

export interface RowsUpdate {
  readonly table: string;
  /** Its primary key. */
  readonly id: string;
  readonly columns: readonly string[];
  /** A column that must hold what it held: a row that somebody else has changed meanwhile is left alone. */
  readonly formerly?: string;
}

/**
 * Changes many rows in one statement, each to values of its own, and returns how many it changed. Each row has its id,
 * what `formerly` held (where there is such a column), and a value for each of the columns.
 */
export async function updateRows(
  database: Database,
  { table, id, columns, formerly }: RowsUpdate,
  rows: readonly (readonly unknown[])[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = ['id', ...(formerly ? ['formerly'] : []), ...columns];
  const first = `SELECT ${names.map((name) => `? AS ${name}`).join(', ')}`;
  const further = ` UNION ALL SELECT ${names.map(() => '?').join(', ')}`;
  const set = columns.map((column) => `t.${column} = v.${column}`).join(', ');
  const unchanged = formerly ? ` WHERE t.${formerly} <=> v.formerly` : '';
  const result = await database.query(
    `UPDATE ${table} t JOIN (${first}${further.repeat(rows.length - 1)}) v ON v.id = t.${id} SET ${set}${unchanged}`,
    rows.flat(),
  );
  return (result as { affectedRows: number }).affectedRows;
}
