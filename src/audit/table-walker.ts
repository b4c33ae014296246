import type { EntityManager } from 'typeorm';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { Probe, Violation, Walk, Within } from './checks.js';
import type { Pace } from './pace.js';

/** Ids from `after` (exclusive) to `upTo` (inclusive), with so many rows of the walked table. */
interface Range {
  readonly after: number;
  readonly upTo: number;
  readonly rows: number;
}

type WalkedTable = Pick<Walk, 'table' | 'key' | 'alsoUpTo'>;

/** Walks tables along their keys, range by range, each in one short snapshot. Nothing is locked, little is held in memory. */
export class TableWalker {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly pace: Pace,
  ) {}

  /**
   * Runs the probes over the table, as far as it went when the walk began: what comes later is for the next audit. A row
   * that looks wrong is looked at once more, in a newer snapshot, before it is reported. Returns how many rows there were.
   */
  async probe(walk: Walk, found: (violation: Violation) => void): Promise<number> {
    let suspects: Violation[] = [];
    const look = async (reader: EntityManager, range: Range) => {
      suspects = await violationsIn(reader, walk.probes, range);
    };
    return this.walk(walk, look, async (range) => {
      if (suspects.length === 0) return;
      const names = new Set(suspects.map(nameOf));
      const probes = walk.probes.filter(({ check }) => suspects.some((suspect) => suspect.check === check));
      const still = await this.transactions.snapshot('audit', (reader) => violationsIn(reader, probes, range));
      still.filter((violation) => names.has(nameOf(violation))).forEach(found);
    });
  }

  /** Runs one probe that knows no ranges. */
  async probeOnce(probe: Probe): Promise<Violation[]> {
    return this.transactions.snapshot('audit', (reader) => run(reader, probe, () => 'TRUE'));
  }

  /** Hands over what `select` finds in each range, with the snapshot closed. Returns how many rows were walked past. */
  async visit<Row>(
    table: WalkedTable,
    select: (reader: EntityManager, within: Within) => Promise<Row[]>,
    visit: (rows: Row[]) => Promise<void>,
  ): Promise<number> {
    let rows: Row[] = [];
    const read = async (reader: EntityManager, range: Range) => {
      rows = await select(reader, withinRange(range));
    };
    return this.walk(table, read, () => visit(rows));
  }

  private async walk(
    table: WalkedTable,
    work: (reader: EntityManager, range: Range) => Promise<void>,
    afterwards: (range: Range) => Promise<void>,
  ): Promise<number> {
    const last = await this.lastOf(table);
    let walked = 0;
    for (let reached = 0; reached < last;) {
      const range = await this.pace.step(() =>
        this.transactions.snapshot('audit', async (reader) => {
          const next = await rangeOf(reader, table, reached, last, this.pace.rangeRows);
          await work(reader, next);
          return next;
        }),
      );
      await afterwards(range);
      walked += range.rows;
      reached = range.upTo;
    }
    return walked;
  }

  private async lastOf({ table, key, alsoUpTo }: WalkedTable): Promise<number> {
    const ends = [[table, key], ...alsoUpTo].map(([name, column]) => `SELECT MAX(${column}) AS id FROM ${name}`);
    const rows: { last: number | null }[] = await this.transactions.snapshot('audit', (reader) =>
      reader.query(`SELECT MAX(id) AS last FROM (${ends.join(' UNION ALL ')}) ends`),
    );
    return rows[0]?.last ?? 0;
  }
}

async function rangeOf(
  reader: EntityManager,
  { table, key }: WalkedTable,
  after: number,
  last: number,
  rowsMax: number,
): Promise<Range> {
  const [row]: { rowCount: number | string; upTo: number | null }[] = await reader.query(
    `SELECT COUNT(*) AS rowCount, MAX(id) AS upTo
     FROM (SELECT ${key} AS id FROM ${table} WHERE ${key} > ? AND ${key} <= ? ORDER BY ${key} LIMIT ?) ids`,
    [after, last, rowsMax],
  );
  const rows = Number(row?.rowCount ?? 0);
  // With fewer rows than asked for, the rest of the ids belongs to it, whoever uses them.
  return { after, rows, upTo: rows < rowsMax ? last : (row?.upTo ?? last) };
}

async function violationsIn(reader: EntityManager, probes: readonly Probe[], range: Range): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const probe of probes) violations.push(...(await run(reader, probe, withinRange(range))));
  return violations;
}

function nameOf({ check, table, key }: Violation): string {
  return JSON.stringify([check, table, key]);
}

function withinRange({ after, upTo }: Range): Within {
  return (column) => `${column} > ${after} AND ${column} <= ${upTo}`;
}

async function run(reader: EntityManager, { check, table, key, sql }: Probe, within: Within): Promise<Violation[]> {
  const rows: Record<string, number | string>[] = await reader.query(sql(within));
  return rows.map((row) => ({
    check,
    table,
    key: Object.fromEntries(key.map((column) => [column, row[column] ?? 'NULL'])),
    problem: String(row['problem']),
  }));
}
