import type { DataSource } from 'typeorm';
import { withServerLock } from './server-lock.js';

const LOCK_WAIT_SECONDS = 120;

/**
 * Runs what is missing of the schema, under a lock of the database server's, so that any number of instances may start
 * at once. Also refuses a server on which ids of one multi-row INSERT would not be consecutive.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const [step] = await dataSource.query<{ increment: unknown }[]>('SELECT @@auto_increment_increment AS increment');
  if (Number(step?.increment) !== 1) throw new Error('the database must have auto_increment_increment = 1');
  const done = await withServerLock(dataSource, 'migrations', LOCK_WAIT_SECONDS, async () => {
    await dataSource.runMigrations();
  });
  if (!done) throw new Error('another instance has held the migration lock for too long');
}
