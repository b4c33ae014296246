import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

/** Breaks rows by hand in the service's own database, and mends them. */
export class Corruption {
  private constructor(private readonly connection: Connection) {}

  static async connect(databaseUrl: string): Promise<Corruption> {
    const options = { uri: databaseUrl, timezone: 'Z', dateStrings: true, supportBigNumbers: true };
    return new Corruption(await createConnection(options));
  }

  async find<Row>(sql: string, values: readonly unknown[] = []): Promise<Row> {
    const [rows] = await this.connection.query<RowDataPacket[]>(sql, [...values]);
    if (!rows[0]) throw new Error(`nothing to work on: ${sql}`);
    return rows[0] as Row;
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<void> {
    await this.connection.query(sql, [...values]);
  }

  /**
   * Runs `break` on the rows, then `work`, and puts the rows back as they were, whatever happened; a row too many goes.
   */
  async during(
    { table, where, by }: { table: string; where: string; by: string },
    work: () => Promise<void>,
  ): Promise<void> {
    const [rows] = await this.connection.query<RowDataPacket[]>(`SELECT * FROM ${table} WHERE ${where}`);
    const { affectedRows } = (await this.connection.query(by))[0] as { affectedRows: number };
    try {
      if (affectedRows === 0) throw new Error(`nothing was broken: ${by}`);
      await work();
    } finally {
      await this.connection.query(`DELETE FROM ${table} WHERE ${where}`);
      for (const row of rows) await this.connection.query(`INSERT INTO ${table} SET ?`, row);
    }
  }

  /** The same with many at once, each of rows of its own. */
  async duringAll(
    breaks: readonly { table: string; where: string; by: string }[],
    work: () => Promise<void>,
  ): Promise<void> {
    const [first, ...others] = breaks;
    if (!first) return work();
    await this.during(first, () => this.duringAll(others, work));
  }

  /** Changes the schema, and back. */
  async duringSchema(by: readonly string[], back: readonly string[], work: () => Promise<void>): Promise<void> {
    for (const statement of by) await this.connection.query(statement);
    try {
      await work();
    } finally {
      for (const statement of back) await this.connection.query(statement);
    }
  }

  close(): Promise<void> {
    return this.connection.end();
  }
}
