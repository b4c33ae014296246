import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { OpenBankingClient } from '../bank/index.js';
import { Clock } from '../platform/clock/clock.js';
import { type Config, configOrExit } from '../platform/config/config.js';
import { dataSourceOptions } from '../platform/database/data-source.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { createLogger } from '../platform/logging/json-logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { asText, type AuditReport } from './audit-report.js';
import { type AuditOptions, Auditor } from './auditor.js';
import { FULL_SPEED } from './pace.js';

const CLEAN = 0;
const VIOLATIONS = 1;
const COULD_NOT_RUN = 2;

const USAGE = `npm run audit -- [options]: checks the books against themselves and against the bank

  --json            the report as JSON
  --since <time>    ask the bank only about withdrawals settled since then, as 2026-11-22 or 2026-11-22T09:00:00+09:00
  --no-bank         don't ask the bank at all

It reads the environment of the service (DATABASE_URL, BANK_URL …) and changes nothing.
Exit code: 0 everything agrees, 1 something is wrong, 2 it could not be checked (wholly).`;

/** Ends the process for a mistake on the command line. */
function readArguments(): { json: boolean; settledSince: Date | null } {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        since: { type: 'string', default: '1970-01-01' },
        bank: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowNegative: true,
    });
    const since = new Date(values.since);
    if (Number.isNaN(since.getTime())) throw new Error(`--since: "${values.since}" is no time`);
    if (!values.help) return { json: values.json, settledSince: values.bank ? since : null };
    console.log(USAGE);
    process.exit(CLEAN);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(COULD_NOT_RUN);
  }
}

async function audit(config: Config, options: AuditOptions): Promise<AuditReport> {
  const metrics = new Metrics();
  const bank = new OpenBankingClient(config, new Clock(), metrics);
  const dataSource = new DataSource(dataSourceOptions(config));
  try {
    await dataSource.initialize();
    return await new Auditor(new TransactionRunner(dataSource, config, metrics), bank).run(options);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await bank.onApplicationShutdown();
  }
}

const { json, settledSince } = readArguments();
const config = configOrExit(COULD_NOT_RUN);
// Stdout is for the report.
Logger.overrideLogger(createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr));
try {
  const report = await audit(config, { speed: FULL_SPEED, settledSince });
  console.log(json ? JSON.stringify(report, null, 2) : asText(report));
  const isWhole = (report.bank?.unanswered ?? 0) === 0;
  if (!isWhole) console.error('Not everything could be compared with the bank.');
  process.exitCode = report.violations > 0 ? VIOLATIONS : isWhole ? CLEAN : COULD_NOT_RUN;
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  console.error(`The audit could not run: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`);
  process.exitCode = COULD_NOT_RUN;
}
