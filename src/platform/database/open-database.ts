import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { MysqlDataSourceOptions } from 'typeorm/driver/mysql/MysqlDataSourceOptions.js';
import { within } from '../clock/within.js';
import { type Config, ConfigError } from '../config/config.js';
import { serversOf } from './data-source.js';
import { troubleOf } from './database-errors.js';
import { migrate } from './migrate.js';
import { mistakeIn } from './server-mistakes.js';
import { describeServer, obstaclesIn, readServerSettings, risksIn } from './server-settings.js';
import { NotWritable, proveWritable } from './writable.js';

const PAUSE_MS = 500;
const CONNECT_WITHIN_MS = 10_000;

export interface OpenOptions extends MysqlDataSourceOptions {
  readonly config: Config;
}

/**
 * Connects, checks the server's settings, and brings the schema up to date. A database that is away, starting, or not
 * yet the one that takes writes is waited for, since it may be in the middle of a failover; that is said once.
 *
 * @throws ConfigError at once for what can't get better, and when the time is over
 */
export async function openDatabase(options: OpenOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  const { databaseStartWaitSeconds: startWaitSeconds } = options.config;
  const place = serversOf(options.config)
    .map(({ host, port }) => `${host}:${port}`)
    .join(', ');
  const giveUpAt = performance.now() + startWaitSeconds * 1000;
  for (let tries = 0; ; tries += 1) {
    const dataSource = new DataSource(options);
    try {
      await connect(dataSource);
      await checkServer(dataSource, options.config, logger);
      await migrate(dataSource);
      if (tries > 0) logger.log('The database is there');
      return dataSource;
    } catch (error) {
      // What hangs may be connected later: then it is of no use any more.
      void close(dataSource);
      const mistake = mistakeIn(error);
      if (mistake) throw new ConfigError([mistake]);
      if (!(error instanceof NotWritable) && troubleOf(error) === null) throw error;
      const reason = (error as Error).message || (error as { code?: string }).code;
      if (performance.now() >= giveUpAt) {
        throw new ConfigError([
          `DATABASE_URL: nothing to work with at ${place} within ${startWaitSeconds} s: ${reason}`,
        ]);
      }
      if (tries === 0) logger.warn(`Waiting up to ${startWaitSeconds} s for the database at ${place}: ${reason}`);
      await sleep(PAUSE_MS);
    }
  }
}

async function connect(dataSource: DataSource): Promise<void> {
  const connecting = dataSource.initialize().then((initialized) => proveWritable(initialized).then(() => true));
  if (!(await within(connecting, CONNECT_WITHIN_MS))) throw new NotWritable('it does not answer');
}

/** Says what server it is. @throws ConfigError, a line each, for what can't be worked with or may lose money */
async function checkServer(dataSource: DataSource, config: Config, logger: Logger): Promise<void> {
  const settings = await readServerSettings(dataSource);
  const obstacles = obstaclesIn(settings);
  const risks = risksIn(settings, { servers: config.databaseUrls.length });
  const isRefused = config.environment === 'production' && config.databaseDurability === 'required';
  if (isRefused) obstacles.push(...risks.map((risk) => `${risk} (or DATABASE_DURABILITY=accept-loss)`));
  if (obstacles.length > 0) throw new ConfigError(obstacles.map((line) => `DATABASE_URL: ${line}`));
  logger.log({ message: 'The database', ...describeServer(settings), tls: config.databaseTls, risks });
}

async function close(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) await dataSource.destroy().catch(() => undefined);
}
