import { Global, Module } from '@nestjs/common';
import { EnvironmentReader } from './environment-reader.js';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;
const AUTH = ['required', 'optional'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every mistake in the environment at once, a line each. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
  }
}

/** The validated environment. Inject it; nothing else reads `process.env`. */
export class Config {
  readonly environment: (typeof ENVIRONMENTS)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];

  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** How long the server lets a statement wait for a row lock. */
  readonly databaseLockWaitSeconds: number;
  /** How long a transaction with all its retries may take. */
  readonly databaseDeadlineMs: number;

  readonly redisUrl: string;
  readonly redisTimeoutMs: number;

  readonly bankUrl: string;
  readonly bankClientId: string;
  readonly bankClientSecret: string;
  /** First ten characters of every bank_tran_id. */
  readonly bankInstitutionCode: string;
  /** Our own account at the bank, which receives what is withdrawn. */
  readonly bankContractAccount: string;
  readonly bankTimeoutMs: number;
  /** How many requests may be with the bank at once. */
  readonly bankConcurrency: number;

  /** How long a caller waits for the bank before it is answered 202. */
  readonly answerWithinMs: number;
  readonly recoveryIntervalMs: number;
  /** How old an open withdrawal must be before the recovery worker asks the bank about it. */
  readonly recoveryFirstDelayMs: number;

  /** `optional`: a request without a key is served as if everybody might do everything; a wrong key never is. */
  readonly auth: (typeof AUTH)[number];
  /** How many wrong keys an address may send in a minute. */
  readonly authFailuresPerMinute: number;
  /** How many requests a key, or an address without one, may send in a second; 0: any number. */
  readonly rateLimitPerSecond: number;
  /** Addresses and networks whose X-Forwarded-For is believed, separated by commas. */
  readonly trustedProxies: string | undefined;

  /** 64 hexadecimal digits: the key that webhook secrets are encrypted with. */
  readonly webhookSecretKey: string;
  /** How long after a rotation events are signed with the previous secret too. */
  readonly webhookSecretOverlapSeconds: number;
  readonly webhookIntervalMs: number;
  readonly webhookTimeoutMs: number;
  /** How long after its first failure an event is sent again; four times as long after each further one. */
  readonly webhookRetryBaseMs: number;
  /** How often an event is sent before it is given up. */
  readonly webhookAttempts: number;
  /** How long delivered events can be seen, and sent again. */
  readonly webhookRetentionDays: number;

  /** How long after one audit the next begins, on whichever instance; 0 for never. */
  readonly auditIntervalMs: number;

  /** A file holding the milliseconds to add to the clock, for tests across midnight; refused in production. */
  readonly clockOffsetFile: string | undefined;

  constructor(read: EnvironmentReader) {
    this.environment = read.oneOf('NODE_ENV', 'development', ENVIRONMENTS);
    this.host = read.text('HOST', '0.0.0.0', /^[\w.:-]+$/, 'a host name or address');
    this.port = read.integer('PORT', 3000, 0, 65_535);
    this.logLevel = read.oneOf('LOG_LEVEL', 'info', LOG_LEVELS);

    this.databaseUrl = read.url('DATABASE_URL', 'mysql://pay:pay@127.0.0.1:3306/pay', ['mysql', 'mariadb']);
    this.databasePoolSize = read.integer('DATABASE_POOL_SIZE', 10, 1, 1000);
    this.databaseLockWaitSeconds = read.integer('DATABASE_LOCK_WAIT_SECONDS', 3, 1, 60);
    this.databaseDeadlineMs = read.integer('DATABASE_DEADLINE_MS', 5000, 100, 60_000);

    this.redisUrl = read.url('REDIS_URL', 'redis://127.0.0.1:6379/0', ['redis', 'rediss']);
    this.redisTimeoutMs = read.integer('REDIS_TIMEOUT_MS', 200, 1, 10_000);

    this.bankUrl = read.url('BANK_URL', 'http://127.0.0.1:4000', ['http', 'https']);
    this.bankClientId = read.text('BANK_CLIENT_ID', 'pay-practice', /^[!-~]{1,100}$/, 'visible ASCII characters');
    this.bankClientSecret = read.text(
      'BANK_CLIENT_SECRET',
      'sandbox-secret',
      /^[!-~]{1,200}$/,
      'visible ASCII characters',
    );
    this.bankInstitutionCode = read.text(
      'BANK_INSTITUTION_CODE',
      'M202600001',
      /^[A-Z0-9]{10}$/,
      'ten characters of A-Z and 0-9',
    );
    this.bankContractAccount = read.text('BANK_CONTRACT_ACCOUNT', '1000000001', /^\d{5,16}$/, '5 to 16 digits');
    this.bankTimeoutMs = read.integer('BANK_TIMEOUT_MS', 3000, 10, 60_000);
    this.bankConcurrency = read.integer('BANK_CONCURRENCY', 32, 1, 1000);

    this.answerWithinMs = read.integer('ANSWER_WITHIN_MS', 4000, 10, 60_000);
    this.recoveryIntervalMs = read.integer('RECOVERY_INTERVAL_MS', 1000, 10, 3_600_000);
    this.recoveryFirstDelayMs = read.integer('RECOVERY_FIRST_DELAY_MS', 5000, 0, 3_600_000);

    const isProduction = this.environment === 'production';
    this.auth = read.oneOf('AUTH', isProduction ? 'required' : 'optional', AUTH);
    this.authFailuresPerMinute = read.integer('AUTH_FAILURES_PER_MINUTE', 60, 1, 1_000_000);
    this.rateLimitPerSecond = read.integer('RATE_LIMIT_PER_SECOND', isProduction ? 1000 : 0, 0, 1_000_000);
    this.trustedProxies = read.networks('TRUSTED_PROXIES');

    this.webhookSecretKey = read.text(
      'WEBHOOK_SECRET_KEY',
      '0'.repeat(64),
      /^[0-9a-f]{64}$/i,
      '64 hexadecimal digits (32 random bytes)',
    );
    this.webhookSecretOverlapSeconds = read.integer('WEBHOOK_SECRET_OVERLAP_SECONDS', 86_400, 0, 2_592_000);
    this.webhookIntervalMs = read.integer('WEBHOOK_INTERVAL_MS', 1000, 10, 60_000);
    this.webhookTimeoutMs = read.integer('WEBHOOK_TIMEOUT_MS', 5000, 10, 60_000);
    this.webhookRetryBaseMs = read.integer('WEBHOOK_RETRY_BASE_MS', 60_000, 1, 3_600_000);
    this.webhookAttempts = read.integer('WEBHOOK_ATTEMPTS', 8, 1, 10);
    this.webhookRetentionDays = read.integer('WEBHOOK_RETENTION_DAYS', 30, 1, 3650);

    this.auditIntervalMs = read.integer('AUDIT_INTERVAL_MS', 600_000, 0, 86_400_000);

    this.clockOffsetFile = read.optional('CLOCK_OFFSET_FILE');
    if (isProduction) this.refuseSandboxValues(read);
  }

  private refuseSandboxValues(read: EnvironmentReader): void {
    if (!read.optional('BANK_CLIENT_SECRET')) read.mistakes.push('BANK_CLIENT_SECRET must be set in production');
    if (!read.optional('WEBHOOK_SECRET_KEY')) read.mistakes.push('WEBHOOK_SECRET_KEY must be set in production');
    if (this.clockOffsetFile) read.mistakes.push('CLOCK_OFFSET_FILE is for tests and must not be set in production');
  }
}

/** @throws {ConfigError} naming every mistake */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const reader = new EnvironmentReader(env);
  const config = new Config(reader);
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes);
  return config;
}

/** The environment's config, or one line per mistake on stderr and the end of the process. */
export function configOrExit(exitCode = 1): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    return exitOnMistake(error, exitCode);
  }
}

/** Ends the process for a mistake in the environment, with a line for each; throws everything else on. */
export function exitOnMistake(error: unknown, exitCode = 1): never {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(exitCode);
}

@Global()
@Module({ providers: [{ provide: Config, useFactory: () => loadConfig(process.env) }], exports: [Config] })
export class ConfigModule {}
