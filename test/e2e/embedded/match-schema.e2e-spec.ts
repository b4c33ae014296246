import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, getMetadataArgsStorage } from 'typeorm';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { sql } from '../../support/stores.js';

const source = join(import.meta.dirname, '../../../src');
/** TypeORM's own list of migrations, and tables that the few statements of one repository alone read and write. */
const NO_ENTITY = [
  'migrations',
  'last_audit',
  'audit_walks',
  'audit_doubts',
  'audit_statements',
  'audits',
  'audit_findings',
  'business_days',
  'settlement_parts',
  'index_keys',
  'sandbox_clock',
];

describeWith(['databaseUrl'], 'the migrated schema', () => {
  let dataSource: DataSource;
  beforeAll(async () => {
    const files = globSync('**/*.entity.ts', { cwd: source });
    const rooms: Record<string, unknown>[] = await Promise.all(files.map((file) => import(join(source, file))));
    const isEntity = (value: unknown) => getMetadataArgsStorage().tables.some(({ target }) => target === value);
    const entities = rooms.flatMap((room) => Object.values(room)).filter(isEntity) as (new () => object)[];
    const config = loadConfig({ DATABASE_URL: stackPart('databaseUrl') });
    // As `mysql`, which the service says to both, TypeORM would read MariaDB's NULL defaults as text.
    const [server] = await sql<{ version: string }>('SELECT VERSION() AS version');
    const type = server?.version.includes('MariaDB') ? 'mariadb' : 'mysql';
    const options = { ...dataSourceOptions(config), type, entities } as DataSourceOptions;
    dataSource = await new DataSource(options).initialize();
    expect(entities.length).toBeGreaterThanOrEqual(files.length);
  });
  afterAll(() => dataSource.destroy());

  it('is what the entities say: TypeORM would change nothing', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('has no table without an entity', async () => {
    const tables = await sql<{ name: string }>(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()`,
    );
    const known = new Set([...dataSource.entityMetadatas.map(({ tableName }) => tableName), ...NO_ENTITY]);
    expect(tables.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});
