import { Logger } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { LinkVault, OpenBankingClient } from '../bank/index.js';
import { Clock } from '../platform/clock/clock.js';
import { type Config, configOrExit } from '../platform/config/config.js';
import { dataSourceOptions } from '../platform/database/data-source.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { createLogger } from '../platform/logging/json-logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { asText, type AuditReport, NAMED_MAX } from './audit-report.js';
import { type AuditOptions, Auditor } from './auditor.js';
import type { Books } from './checks.js';
import { FULL_SPEED } from './pace.js';
import { planOf } from './probes/index.js';
import { type ProgressNow, progressText } from './progress.js';

const CLEAN = 0;
const VIOLATIONS = 1;
const COULD_NOT_RUN = 2;

/** Whoever waits hears so often how far it is. */
const TELL_EVERY_MS = 2_000;

const USAGE = `npm run audit -- [options]: checks the books against themselves and against the bank

  --json            the report as JSON
  --named <n>       how many wrong rows of each check are named: 10 unless told otherwise
  --from <id>       leave out the movements up to this id; while it runs it says how far it is
  --since <time>    ask the bank only about what was settled since then, as 2026-11-22 or 2026-11-22T09:00:00+09:00
  --no-bank         don't ask the bank at all

It reads the environment of the service (DATABASE_URL, BANK_URL …) and changes nothing. How far it is goes to stderr.
Exit code: 0 everything agrees, 1 something is wrong, 2 it could not be checked (wholly).`;

/** Ends the process for a mistake on the command line. */
function readArguments(): { json: boolean } & Pick<AuditOptions, 'settledSince' | 'after' | 'namedMax'> {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        from: { type: 'string', default: '0' },
        named: { type: 'string', default: String(NAMED_MAX) },
        since: { type: 'string', default: '1970-01-01' },
        bank: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowNegative: true,
    });
    const since = new Date(values.since);
    if (Number.isNaN(since.getTime())) throw new Error(`--since: "${values.since}" is no time`);
    const after = wholeNumber('--from', values.from);
    const namedMax = wholeNumber('--named', values.named);
    if (!values.help) return { json: values.json, settledSince: values.bank ? since : null, after, namedMax };
    console.log(USAGE);
    process.exit(CLEAN);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(COULD_NOT_RUN);
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${option}: "${text}" is no number`);
  return Number(text);
}

async function audit(config: Config, books: Books, options: AuditOptions): Promise<AuditReport> {
  const metrics = new Metrics();
  const bank = new OpenBankingClient(config, new Clock(), metrics);
  const dataSource = new DataSource(dataSourceOptions(config));
  try {
    await dataSource.initialize();
    const transactions = new TransactionRunner(dataSource, config, metrics);
    return await new Auditor(transactions, bank, planOf(books, new LinkVault(config))).run(options);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await bank.onApplicationShutdown();
  }
}

/** Says on stderr how far the audit is: at once for each table, and now and then within one. */
function teller(): (progress: ProgressNow) => void {
  let table = '';
  let toldAtMs = 0;
  return (progress) => {
    if (progress.table === table && performance.now() - toldAtMs < TELL_EVERY_MS) return;
    table = progress.table;
    toldAtMs = performance.now();
    console.error(progressText(progress));
  };
}

/** `npm run audit`: audits once, prints the report, and sets the exit code of the process. */
export async function runAudit(books: Books): Promise<void> {
  const { json, ...options } = readArguments();
  const config = configOrExit(COULD_NOT_RUN);
  // Stdout is for the report.
  Logger.overrideLogger(createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr));
  try {
    const report = await audit(config, books, { speed: FULL_SPEED, ...options, onProgress: teller() });
    console.log(json ? JSON.stringify(report, null, 2) : asText(report));
    for (const what of report.unchecked) console.error(`Not checked: ${what}.`);
    const isWhole = report.unchecked.length === 0;
    process.exitCode = report.violations > 0 ? VIOLATIONS : isWhole ? CLEAN : COULD_NOT_RUN;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    console.error(`The audit could not run: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`);
    process.exitCode = COULD_NOT_RUN;
  }
}
