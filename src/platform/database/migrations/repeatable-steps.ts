import type { QueryRunner } from 'typeorm';

/** Small enough that no statement holds locks, or fills the undo log, for longer than a moment. */
const BATCH_ROWS = 5_000;

/**
 * The steps that migrations are made of. Each statement that changes a schema commits by itself, so a migration that is
 * killed half-way begins again from its first step at the next start: every step finds out whether it was done.
 */
export async function createTable(runner: QueryRunner, name: string, body: string): Promise<void> {
  await runner.query(
    `CREATE TABLE IF NOT EXISTS ${name} (${body}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  );
}

export async function dropTable(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(`DROP TABLE IF EXISTS ${name}`);
}

/** How a table should be: what it has already is left alone, and what is missing is made in one statement. */
export interface TableChange {
  /** Name and definition of each column to add. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Name and columns of each index to add. */
  readonly indexes?: Readonly<Record<string, string>>;
  readonly uniqueIndexes?: Readonly<Record<string, string>>;
  readonly withoutColumns?: readonly string[];
  readonly withoutIndexes?: readonly string[];
  /** Columns whose definition changes: harmless when it has changed already. */
  readonly modified?: Readonly<Record<string, string>>;
  /** All of it, so that nothing is left in its pages of what goes. */
  readonly isWrittenAnew?: boolean;
  /** Refused by the server, instead of done, when the table could not be written to meanwhile. */
  readonly isOnline?: boolean;
}

export async function changeTable(runner: QueryRunner, table: string, change: TableChange): Promise<void> {
  const {
    columns = {},
    indexes = {},
    uniqueIndexes = {},
    withoutColumns = [],
    withoutIndexes = [],
    modified = {},
  } = change;
  const columnsThere = await namesIn(runner, table, 'COLUMNS', 'COLUMN_NAME');
  const hasIndex = await namesIn(runner, table, 'STATISTICS', 'INDEX_NAME');
  const missing = (wanted: Readonly<Record<string, string>>, there: Set<string>) =>
    Object.entries(wanted).filter(([name]) => !there.has(name));
  const clauses = [
    ...withoutIndexes.filter((name) => hasIndex.has(name)).map((name) => `DROP KEY ${name}`),
    ...withoutColumns.filter((name) => columnsThere.has(name)).map((name) => `DROP COLUMN ${name}`),
    ...Object.entries(modified).map(([name, definition]) => `MODIFY COLUMN ${name} ${definition}`),
    ...missing(columns, columnsThere).map(([name, definition]) => `ADD COLUMN ${name} ${definition}`),
    ...missing(indexes, hasIndex).map(([name, parts]) => `ADD KEY ${name} (${parts})`),
    ...missing(uniqueIndexes, hasIndex).map(([name, parts]) => `ADD UNIQUE KEY ${name} (${parts})`),
    ...(change.isWrittenAnew ? ['FORCE'] : []),
  ];
  if (clauses.length === 0) return;
  const how = change.isOnline ? ['ALGORITHM=INPLACE', 'LOCK=NONE'] : [];
  await runner.query(`ALTER TABLE ${table} ${[...clauses, ...how].join(', ')}`);
}

/** Adds words to an ENUM, behind those that it has: online, as no row changes. `rest` follows the type. */
export async function addWords(
  runner: QueryRunner,
  { table, column, rest }: { table: string; column: string; rest: string },
  words: readonly string[],
): Promise<void> {
  const [row] = (await runner.query(
    `SELECT COLUMN_TYPE AS type FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?`,
    [table, column],
  )) as { type: string }[];
  const known = row?.type ?? '';
  const missing = words.filter((word) => !known.includes(`'${word}'`));
  if (missing.length === 0) return;
  const type = known.replace(/\)$/, `,${missing.map((word) => `'${word}'`).join(',')})`);
  await runner.query(`ALTER TABLE ${table} MODIFY COLUMN ${column} ${type} ${rest}`);
}

export async function hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
  return (await namesIn(runner, table, 'COLUMNS', 'COLUMN_NAME')).has(column);
}

async function namesIn(runner: QueryRunner, table: string, view: string, name: string): Promise<Set<string>> {
  const rows = (await runner.query(
    `SELECT DISTINCT ${name} AS name FROM information_schema.${view} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`,
    [table],
  )) as { name: string }[];
  return new Set(rows.map((row) => row.name));
}

/**
 * Runs an UPDATE over a whole table, some thousand rows at a time, in the order of its key. `update` has two places for
 * values: its rows' keys are greater than the first and at most the second. It must be harmless when done twice.
 */
export async function updateInBatches(
  runner: QueryRunner,
  { table, key, update }: { table: string; key: string; update: string },
): Promise<void> {
  for (let after = 0; ;) {
    const [batch] = (await runner.query(
      `SELECT MAX(id) AS last FROM (SELECT ${key} AS id FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?) batch`,
      [after, BATCH_ROWS],
    )) as { last: number | null }[];
    if (batch?.last == null) return;
    await runner.query(update, [after, batch.last]);
    after = batch.last;
  }
}
