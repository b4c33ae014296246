import mysql from 'mysql2/promise';
import { DataSource, type MigrationInterface } from 'typeorm';
import { loadConfig } from '../../src/platform/config/config.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { migrations } from '../../src/platform/database/migrations/index.js';
import { anEmptyDatabase, type OwnDatabase } from './own-database.js';

export type Migration = new () => MigrationInterface;

/** What ends a migration on its way. */
export class Killed extends Error {}

/** The migration whose name begins so. */
export const migrationCalled = (name: string) => migrations.find((one) => one.name.startsWith(name)) as Migration;

/** Open until `close`: an empty database, and the service's way to it. */
export class Schema {
  private constructor(
    readonly dataSource: DataSource,
    private readonly database: OwnDatabase,
  ) {}

  static async empty(): Promise<Schema> {
    const database = await anEmptyDatabase();
    const config = loadConfig({ DATABASE_URL: database.url });
    return new Schema(await new DataSource(dataSourceOptions(config)).initialize(), database);
  }

  get url(): string {
    return this.database.url;
  }

  /** All that is before this migration, as at an earlier start. */
  upTo(migration: Migration): Promise<void> {
    return this.start(migrations.slice(0, migrations.indexOf(migration)));
  }

  /** And this one. */
  through(migration: Migration): Promise<void> {
    return this.start(migrations.slice(0, migrations.indexOf(migration) + 1));
  }

  private async start(before: readonly Migration[]): Promise<void> {
    const earlier = await new DataSource({ ...this.dataSource.options, migrations: [...before] }).initialize();
    await migrate(earlier).finally(() => earlier.destroy());
  }

  /** Runs a migration that ends after its n-th statement that changes anything. Returns how many it came to. */
  async killedAfter(migration: Migration, n: number): Promise<number> {
    let changes = 0;
    const isNth = (statement: string) => !/^\s*SELECT/i.test(statement) && ++changes === n;
    await this.isKilled(migration, isNth);
    return changes;
  }

  /** Runs a migration that ends after the first statement that changes anything and is not among those `done`. */
  isKilledAfterNext(migration: Migration, done: Set<string>): Promise<boolean> {
    return this.isKilled(migration, (statement) => {
      if (/^\s*SELECT/i.test(statement) || done.has(statement)) return false;
      done.add(statement);
      return true;
    });
  }

  private async isKilled(migration: Migration, isLast: (statement: string) => boolean): Promise<boolean> {
    try {
      await this.watched(migration, (statement) => {
        if (isLast(statement)) throw new Killed();
      });
      return false;
    } catch (error) {
      if (error instanceof Killed) return true;
      throw error;
    }
  }

  /** Runs a migration; `after` hears of each of its statements once it was done, and of the rows that it changed. */
  async watched(Watched: Migration, after: (statement: string, rows: number) => Promise<void> | void): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    const query = runner.query.bind(runner) as (...all: unknown[]) => Promise<{ affectedRows: number }>;
    const watching = async (statement: string, ...values: unknown[]) => {
      const result = await query(statement, ...values);
      await after(statement, result.affectedRows);
      return result;
    };
    await new Watched().up(Object.assign(runner, { query: watching })).finally(() => runner.release());
  }

  async tables(): Promise<Record<string, string>> {
    const created: Record<string, string> = {};
    for (const { name } of await this.rows<{ name: string }>(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY name',
    )) {
      const [row] = await this.rows<Record<string, string>>(`SHOW CREATE TABLE ${name}`);
      created[name] = String(row?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
    }
    return created;
  }

  rows<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query<Row[]>(statement, values);
  }

  async insert(table: string, columns: string, rows: readonly (readonly unknown[])[]): Promise<void> {
    const connection = await mysql.createConnection({ uri: this.url, timezone: 'Z' });
    await connection.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [rows]).finally(() => connection.end());
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.database.drop();
  }
}
