import { Logger } from '@nestjs/common';
import { configOrExit, exitOnMistake } from './platform/config/config.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import { openDatabase } from './platform/database/open-database.js';
import { createLogger } from './platform/logging/json-logger.js';

const config = configOrExit();
Logger.overrideLogger(createLogger('warn', process.stderr));
try {
  const dataSource = await openDatabase({ ...dataSourceOptions(config), config });
  await dataSource.destroy();
  console.log('The schema is up to date.');
} catch (error) {
  exitOnMistake(error);
}
