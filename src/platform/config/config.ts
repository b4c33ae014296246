import { Global, Module } from '@nestjs/common';
import { isIP } from 'node:net';
import { EnvironmentReader } from './environment-reader.js';
import { isLoopback } from './hosts.js';
import { mistakesInProduction, SANDBOX_BANK_SECRET, SANDBOX_KEY } from './production-rules.js';
import { readRedisAddress, type RedisAddress } from './redis-address.js';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;
const AUTH = ['required', 'optional'] as const;
const PAYMENT_AGREEMENTS = ['required', 'optional'] as const;
const DATABASE_TLS = ['off', 'required', 'verify-ca', 'verify'] as const;
const DATABASE_DURABILITY = ['required', 'accept-loss'] as const;
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
  /** How long a service that was told to stop goes on serving, so that balancers see that it is not ready any more. */
  readonly drainMs: number;

  /** The same database on each of its servers, of which one takes writes. */
  readonly databaseUrls: readonly string[];
  /** `required` encrypts, `verify-ca` also looks who has signed the certificate, `verify` for whom. */
  readonly databaseTls: (typeof DATABASE_TLS)[number];
  /** Certificates (PEM) of who may sign the servers'; undefined for those that Node trusts. */
  readonly databaseTlsCa: string | undefined;
  /** Whether a server that can lose what it has acknowledged is refused in production. */
  readonly databaseDurability: (typeof DATABASE_DURABILITY)[number];
  /** At least two: one may hold a lock of the server's while the work that it is for needs another. */
  readonly databasePoolSize: number;
  /** How long a start waits for a database that is away or can't be written to. */
  readonly databaseStartWaitSeconds: number;
  /** How long the server lets a statement wait for a row lock. */
  readonly databaseLockWaitSeconds: number;
  /** How long a transaction with all its retries may take. */
  readonly databaseDeadlineMs: number;

  readonly redis: RedisAddress;
  readonly redisTimeoutMs: number;

  readonly bankUrl: string;
  readonly bankClientId: string;
  readonly bankClientSecret: string;
  /** First ten characters of every bank_tran_id. */
  readonly bankInstitutionCode: string;
  /** Our own account at the bank, which receives what is withdrawn, and pays what is paid out. */
  readonly bankContractAccount: string;
  /** What the bank knows us by when that account pays. */
  readonly bankPassPhrase: string;
  readonly bankTimeoutMs: number;
  /** Where the bank is told to lie, where it is a simulator; refused in production. */
  readonly bankSimulatorUrl: string | undefined;
  /** How many requests of customers may be with each bank at once. */
  readonly bankConcurrency: number;

  /** How long a caller waits for the bank before it is answered 202. */
  readonly answerWithinMs: number;
  readonly recoveryIntervalMs: number;
  /** How old an open withdrawal must be before the recovery worker asks the bank about it. */
  readonly recoveryFirstDelayMs: number;

  /** `optional`: a request without a key is served as if everybody might do everything; a wrong key never is. */
  readonly auth: (typeof AUTH)[number];
  /** `optional`: only users who have ever agreed to something with a partner are held to it. */
  readonly paymentAgreements: (typeof PAYMENT_AGREEMENTS)[number];
  /** How many wrong keys an address may send in a minute. */
  readonly authFailuresPerMinute: number;
  /** How many requests a key, or an address without one, may send in a second; 0: any number. */
  readonly rateLimitPerSecond: number;
  /** Addresses and networks whose X-Forwarded-For is believed, separated by commas. */
  readonly trustedProxies: string | undefined;

  /**
   * 64 hexadecimal digits each: the console's sessions are sealed with the first, and opened with all of them. Without
   * any each process makes a key of its own.
   */
  readonly consoleSessionKeys: readonly string[];
  /** In production nobody gets one without having set its keys. */
  readonly hasConsole: boolean;

  /**
   * 64 hexadecimal digits each: personal data and webhook secrets are encrypted with the first, and read with all of
   * them. The keys of WEBHOOK_SECRET_KEY, the former name, stand behind those of DATA_KEYS.
   */
  readonly dataKeys: readonly string[];
  /** How long after a rotation events are signed with the previous secret too. */
  readonly webhookSecretOverlapSeconds: number;
  /** Name servers for the names in webhooks' URLs; undefined for the system's. */
  readonly webhookDnsServers: readonly string[] | undefined;
  readonly webhookIntervalMs: number;
  readonly webhookTimeoutMs: number;
  /** How long after its first failure an event is sent again; four times as long after each further one. */
  readonly webhookRetryBaseMs: number;
  /** How often an event is sent before it is given up. */
  readonly webhookAttempts: number;
  /** How long delivered events can be seen, and sent again. */
  readonly webhookRetentionDays: number;
  /** An endpoint that takes nothing for so long is disabled. */
  readonly webhookDisableAfterDays: number;

  /** How often savings accounts are looked for whose interest is due, or that are to be paid into. */
  readonly savingsIntervalMs: number;

  /** How long after one audit the next begins, on whichever instance; 0 for never. */
  readonly auditIntervalMs: number;

  /** The git commit that the build is of, for GET /version. */
  readonly commit: string | undefined;

  /** A file holding the milliseconds to add to the clock, for tests across midnight; refused in production. */
  readonly clockOffsetFile: string | undefined;

  constructor(read: EnvironmentReader) {
    this.environment = read.oneOf('NODE_ENV', 'development', ENVIRONMENTS);
    const isProduction = this.environment === 'production';
    // Nobody else reaches it unless somebody has said so.
    this.host = read.text('HOST', '127.0.0.1', /^[\w.:-]+$/, 'a host name or address');
    this.port = read.integer('PORT', 3000, 0, 65_535);
    this.logLevel = read.oneOf('LOG_LEVEL', 'info', LOG_LEVELS);
    this.drainMs = read.integer('DRAIN_MS', isProduction ? 10_000 : 0, 0, 600_000);

    this.databaseUrls = read.urlOfEachHost('DATABASE_URL', 'mysql://pay:pay@127.0.0.1:3306/pay', ['mysql', 'mariadb'], {
      shape: /^\/[^/]+$/,
      description:
        'end with the name of a database: mysql://user:password@host:3306/name (TLS is set with DATABASE_TLS)',
    });
    const hosts = this.databaseUrls.map((url) => new URL(url).hostname);
    this.databaseTlsCa = read.certificates('DATABASE_TLS_CA');
    // Nobody listens between two programs of one machine; everywhere else somebody may.
    const tlsByDefault = hosts.every(isLoopback) ? 'off' : 'required';
    this.databaseTls = read.oneOf('DATABASE_TLS', this.databaseTlsCa ? 'verify' : tlsByDefault, DATABASE_TLS);
    this.refuseHalfTls(read, hosts);
    this.databaseDurability = read.oneOf('DATABASE_DURABILITY', 'required', DATABASE_DURABILITY);
    this.databasePoolSize = read.integer('DATABASE_POOL_SIZE', 10, 2, 1000);
    this.databaseStartWaitSeconds = read.integer('DATABASE_START_WAIT_SECONDS', 90, 0, 3600);
    this.databaseLockWaitSeconds = read.integer('DATABASE_LOCK_WAIT_SECONDS', 3, 1, 60);
    this.databaseDeadlineMs = read.integer('DATABASE_DEADLINE_MS', 5000, 100, 60_000);

    const keys = [...read.keys('DATA_KEYS'), ...read.keys('WEBHOOK_SECRET_KEY')];
    this.dataKeys = keys.length > 0 ? [...new Set(keys)] : [SANDBOX_KEY];

    this.redis = readRedisAddress(read);
    this.redisTimeoutMs = read.integer('REDIS_TIMEOUT_MS', 200, 1, 10_000);

    this.bankUrl = read.url('BANK_URL', 'http://127.0.0.1:4000', ['http', 'https']);
    this.bankClientId = read.text('BANK_CLIENT_ID', 'pay-practice', /^[!-~]{1,100}$/, 'visible ASCII characters');
    this.bankClientSecret = read.text(
      'BANK_CLIENT_SECRET',
      SANDBOX_BANK_SECRET,
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
    this.bankPassPhrase = read.text(
      'BANK_PASS_PHRASE',
      'NONE',
      /^[!-~]{1,128}$/,
      'at most 128 visible ASCII characters',
    );
    this.bankTimeoutMs = read.integer('BANK_TIMEOUT_MS', 3000, 10, 60_000);
    this.bankSimulatorUrl = read.url('BANK_SIMULATOR_URL', '', ['http', 'https']) || undefined;
    this.bankConcurrency = read.integer('BANK_CONCURRENCY', 32, 1, 1000);

    this.answerWithinMs = read.integer('ANSWER_WITHIN_MS', 4000, 10, 60_000);
    this.recoveryIntervalMs = read.integer('RECOVERY_INTERVAL_MS', 1000, 10, 3_600_000);
    this.recoveryFirstDelayMs = read.integer('RECOVERY_FIRST_DELAY_MS', 5000, 0, 3_600_000);

    this.auth = read.oneOf('AUTH', isProduction ? 'required' : 'optional', AUTH);
    const agreements = isProduction ? 'required' : 'optional';
    this.paymentAgreements = read.oneOf('PAYMENT_AGREEMENTS', agreements, PAYMENT_AGREEMENTS);
    this.authFailuresPerMinute = read.integer('AUTH_FAILURES_PER_MINUTE', 60, 1, 1_000_000);
    this.rateLimitPerSecond = read.integer('RATE_LIMIT_PER_SECOND', isProduction ? 1000 : 0, 0, 1_000_000);
    this.trustedProxies = read.networks('TRUSTED_PROXIES');

    this.consoleSessionKeys = read.keys('CONSOLE_SESSION_KEYS');
    this.hasConsole = !isProduction || this.consoleSessionKeys.length > 0;

    this.webhookSecretOverlapSeconds = read.integer('WEBHOOK_SECRET_OVERLAP_SECONDS', 86_400, 0, 2_592_000);
    this.webhookDnsServers = read.nameServers('WEBHOOK_DNS_SERVERS');
    this.webhookIntervalMs = read.integer('WEBHOOK_INTERVAL_MS', 1000, 10, 60_000);
    this.webhookTimeoutMs = read.integer('WEBHOOK_TIMEOUT_MS', 5000, 10, 60_000);
    this.webhookRetryBaseMs = read.integer('WEBHOOK_RETRY_BASE_MS', 60_000, 1, 3_600_000);
    this.webhookAttempts = read.integer('WEBHOOK_ATTEMPTS', 8, 1, 10);
    this.webhookRetentionDays = read.integer('WEBHOOK_RETENTION_DAYS', 30, 1, 3650);
    this.webhookDisableAfterDays = read.integer('WEBHOOK_DISABLE_AFTER_DAYS', 5, 1, 365);

    this.savingsIntervalMs = read.integer('SAVINGS_INTERVAL_MS', 10_000, 10, 3_600_000);

    this.auditIntervalMs = read.integer('AUDIT_INTERVAL_MS', 600_000, 0, 86_400_000);

    this.commit = read.text('GIT_COMMIT', '', /^[0-9a-f]{7,64}$/, 'the hexadecimal name of a commit') || undefined;

    this.clockOffsetFile = read.optional('CLOCK_OFFSET_FILE');
    if (isProduction) read.mistakes.push(...mistakesInProduction(this, read));
  }

  private refuseHalfTls(read: EnvironmentReader, hosts: readonly string[]): void {
    const { databaseTls: tls, databaseTlsCa: ca } = this;
    if (tls === 'verify-ca' && !ca) read.mistakes.push('DATABASE_TLS_CA must be set with DATABASE_TLS=verify-ca');
    if (ca && (tls === 'off' || tls === 'required')) {
      read.mistakes.push(`DATABASE_TLS must be verify or verify-ca with DATABASE_TLS_CA, or else nobody looks at it`);
    }
    if (tls === 'verify' && hosts.some((host) => isIP(host.replace(/^\[(.*)\]$/, '$1')) > 0)) {
      read.mistakes.push('DATABASE_URL must have names, not addresses, with DATABASE_TLS=verify: or use verify-ca');
    }
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
