import { Logger } from '@nestjs/common';
import { type DataSource, MigrationExecutor } from 'typeorm';
import { ConfigError } from '../config/config.js';
import { onServerLock } from './server-lock.js';

const LOCK_WAIT_SECONDS = 120;
const NO_SUCH_TABLE = 1146;
const DENIED = new Set([1142, 1143, 1044]);

/**
 * Runs what is missing of the schema, on a lock of the database server's, so that any number of instances may start at
 * once. One that is killed half-way begins again at the next start: see `migrations/repeatable-steps.ts`. Where nothing
 * is missing no right to change the schema is needed. Migrations that only a newer version knows are left alone.
 *
 * @throws ConfigError where something is missing that this user may not make
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const missing = await missingMigrations(dataSource);
  if (missing.length === 0) return;
  const done = await onServerLock(dataSource, 'migrations', LOCK_WAIT_SECONDS, async (holder) => {
    const executor = new MigrationExecutor(dataSource, holder);
    executor.transaction = 'none';
    const made = await executor.executePendingMigrations();
    if (made.length > 0) new Logger('Database').log(`Migrated: ${made.map(({ name }) => name).join(', ')}`);
  }).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    throw new ConfigError([
      `DATABASE_URL: the schema lacks ${missing.join(', ')}, and this user may not change it: ` +
        'run "npm run migrate" with a DATABASE_URL of one who may',
    ]);
  });
  if (!done) throw new Error('another instance has held the migration lock for too long');
}

async function missingMigrations(dataSource: DataSource): Promise<string[]> {
  const known = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations').catch((error: unknown) => {
    // A user who may do nothing with a table does not learn whether it is there.
    if ((error as { errno?: number }).errno === NO_SUCH_TABLE || isDenied(error)) return [];
    throw error;
  });
  const names = new Set(known.map(({ name }) => name));
  return dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .filter((name) => !names.has(name));
}

const isDenied = (error: unknown) => DENIED.has((error as { errno?: number }).errno ?? 0);
