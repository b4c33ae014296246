import type { EntityManager } from 'typeorm';
import type { TransactionRunner } from '../platform/database/transaction-runner.js';
import type { Probe, Violation, Walk, Within } from './checks.js';
import type { Pace } from './pace.js';

/** Ids from `after` (exclusive) to `upTo` (inclusive), with so many rows of the walked table. */
export interface Range {
  readonly after: number;
  readonly upTo: number;
  readonly rows: number;
}

/** What came of one range. */
export interface Walked {
  readonly range: Range;
  readonly wrong: readonly Violation[];
  /** Ids of rows that are not final yet. */
  readonly pending: readonly number[];
}

type WalkedTable = Pick<Walk, 'table' | 'key' | 'alsoUpTo' | 'rowsMin'>;

/** Ids that are looked at together, out of the order of a walk. */
const IDS_MAX = 500;

/**
 * Walks tables along their keys, range by range, each in one short snapshot. Nothing is locked, little is held in
 * memory.
 */
export class TableWalker {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly pace: Pace,
  ) {}

  /**
   * Runs the probes over these ids, range by range. A row that looks wrong is looked at once more, in a newer snapshot,
   * before it is called so. Returns how many rows there were.
   */
  async probe(
    walk: Walk,
    { after, upTo }: { after: number; upTo: number },
    each: (walked: Walked) => Promise<void> | void,
  ): Promise<number> {
    let looked: Omit<Walked, 'range'> = { wrong: [], pending: [] };
    const look = async (reader: EntityManager, range: Range) => {
      looked = await lookAt(reader, walk, withinRange(range));
    };
    return this.walk(walk, { after, upTo }, look, async (range) => {
      const { pending } = looked;
      await each({ range, wrong: await this.lookAgain(walk, looked.wrong, withinRange(range)), pending });
    });
  }

  /** Runs the probes over single ids. */
  async probeIds(walk: Walk, ids: readonly number[]): Promise<Omit<Walked, 'range'>> {
    const all: { wrong: Violation[]; pending: number[] } = { wrong: [], pending: [] };
    for (let start = 0; start < ids.length; start += IDS_MAX) {
      const list = ids.slice(start, start + IDS_MAX).join(', ');
      const within: Within = (column) => `${column} IN (${list})`;
      const { wrong, pending } = await this.pace.step(() =>
        this.transactions.snapshot('audit', (reader) => lookAt(reader, walk, within)),
      );
      all.wrong.push(...(await this.lookAgain(walk, wrong, within)));
      all.pending.push(...pending);
    }
    return all;
  }

  /** Runs one probe that knows no ranges. */
  async probeOnce(probe: Probe): Promise<Violation[]> {
    return this.transactions.snapshot('audit', (reader) => run(reader, probe, () => 'TRUE'));
  }

  /** Hands over what `select` finds in each range, with the snapshot closed. */
  async visit<Row>(
    table: WalkedTable,
    ids: { after: number; upTo: number },
    select: (reader: EntityManager, within: Within) => Promise<Row[]>,
    visit: (rows: Row[], range: Range) => Promise<void>,
  ): Promise<void> {
    let rows: Row[] = [];
    const read = async (reader: EntityManager, range: Range) => {
      rows = await select(reader, withinRange(range));
    };
    await this.walk(table, ids, read, (range) => visit(rows, range));
  }

  /** The furthest id, of the table or of one that shares its ids. */
  async lastOf({ table, key, alsoUpTo }: WalkedTable): Promise<number> {
    const ends = [[table, key], ...alsoUpTo].map(([name, column]) => `SELECT MAX(${column}) AS id FROM ${name}`);
    const rows: { last: number | null }[] = await this.transactions.snapshot('audit', (reader) =>
      reader.query(`SELECT MAX(id) AS last FROM (${ends.join(' UNION ALL ')}) ends`),
    );
    return rows[0]?.last ?? 0;
  }

  private async walk(
    table: WalkedTable,
    { after, upTo: last }: { after: number; upTo: number },
    work: (reader: EntityManager, range: Range) => Promise<void>,
    afterwards: (range: Range) => Promise<void>,
  ): Promise<number> {
    let walked = 0;
    this.pace.begin(table.rowsMin);
    for (let reached = after; reached < last;) {
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

  private async lookAgain(walk: Walk, suspects: readonly Violation[], within: Within): Promise<Violation[]> {
    if (suspects.length === 0) return [];
    const names = new Set(suspects.map(nameOf));
    const probes = walk.probes.filter(({ check }) => suspects.some((suspect) => suspect.check === check));
    const still = await this.transactions.snapshot('audit', (reader) => violationsOf(reader, probes, within));
    return still.filter((violation) => names.has(nameOf(violation)));
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

async function lookAt(reader: EntityManager, walk: Walk, within: Within): Promise<Omit<Walked, 'range'>> {
  const wrong = await violationsOf(reader, walk.probes, within);
  const pending: { id: number }[] = walk.seals?.pending ? await reader.query(walk.seals.pending(within)) : [];
  return { wrong, pending: pending.map(({ id }) => id) };
}

async function violationsOf(reader: EntityManager, probes: readonly Probe[], within: Within): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const probe of probes) violations.push(...(await run(reader, probe, within)));
  return violations;
}

/** A row and what it is accused of, whatever the words. */
export function nameOf({ check, table, key }: Violation): string {
  return JSON.stringify([check, table, key]);
}

function withinRange({ after, upTo }: Pick<Range, 'after' | 'upTo'>): Within {
  return (column) => `${column} > ${after} AND ${column} <= ${upTo}`;
}

async function run(
  reader: EntityManager,
  { check, table, key, sql, judge }: Probe,
  within: Within,
): Promise<Violation[]> {
  const rows: Record<string, number | string>[] = await reader.query(sql(within));
  return rows.flatMap((row) => {
    const problem = judge ? judge(row) : String(row['problem']);
    if (problem === null) return [];
    return [{ check, table, key: Object.fromEntries(key.map((column) => [column, row[column] ?? 'NULL'])), problem }];
  });
}
