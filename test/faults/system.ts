import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import { startStack, type Stack } from '../../scripts/stack.mjs';
import { freePort } from '../../scripts/stack/ports.mjs';
import { Program } from '../../scripts/stack/program.mjs';
import { setClockFile } from '../support/clock-file.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { Client } from './client.js';
import { Receiver } from './receiver.js';

/** Shorter than in production, in the same order of size, so that a run sees every time-out many times. */
const SERVICE_ENV = {
  LOG_LEVEL: 'warn',
  REDIS_TIMEOUT_MS: '500', // beside others' work a process stands still for a moment, which must not pass for a Redis that does
  DATABASE_LOCK_WAIT_SECONDS: '1',
  DATABASE_DEADLINE_MS: '3000',
  BANK_TIMEOUT_MS: '800',
  ANSWER_WITHIN_MS: '2000',
  RECOVERY_INTERVAL_MS: '300',
  RECOVERY_FIRST_DELAY_MS: '2500',
  WEBHOOK_INTERVAL_MS: '100',
  WEBHOOK_TIMEOUT_MS: '500',
  WEBHOOK_RETRY_BASE_MS: '300',
  WEBHOOK_ATTEMPTS: '3',
  WEBHOOK_RETENTION_DAYS: '3650', // days pass within seconds, in which an endpoint may fail all the time
  WEBHOOK_DISABLE_AFTER_DAYS: '365',
  SAVINGS_INTERVAL_MS: '300',
};
const INSTANCES = 2;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEOUL_OFFSET_MS = 9 * HOUR_MS;
/** What was signed so long ago may still be on its way. */
const ON_ITS_WAY_MS = 15_000;

/** One instance of the service. */
export interface Instance {
  readonly url: string;
  readonly program: Program;
  readonly client: Client;
}

/** The clock that the instances share: a file that is never half written. It only goes forward. */
export class SharedClock {
  readonly file: string;
  private offsetMs = 0;
  /** The latest offsets, and on the runner's monotonic clock when they ended. */
  private before: { readonly offsetMs: number; readonly endedMs: number }[] = [];

  constructor(folder: string) {
    this.file = join(folder, 'clock-offset-ms');
    this.write();
  }

  /** Sets it to so long before the next time that it is this hour in Seoul. */
  goToBefore(hour: number, beforeMs: number): void {
    const seoulMs = Date.now() + this.offsetMs + SEOUL_OFFSET_MS;
    const lead = beforeMs - hour * HOUR_MS;
    const target = Math.ceil((seoulMs + lead) / DAY_MS) * DAY_MS - lead;
    const nowMs = performance.now();
    this.before = this.before.filter(({ endedMs }) => nowMs - endedMs < ON_ITS_WAY_MS);
    this.before.push({ offsetMs: this.offsetMs, endedMs: nowMs });
    this.offsetMs += Math.max(0, target - seoulMs);
    this.write();
  }

  /** What time it is (epoch milliseconds), and what it would be had it not been put forward lately. */
  lately(): number[] {
    const offsets = [this.offsetMs, ...this.before.map(({ offsetMs }) => offsetMs)];
    return [...new Set(offsets)].map((offsetMs) => Date.now() + offsetMs);
  }

  /** The business day, `YYYY-MM-DD`. */
  today(): string {
    return this.earlier(0).slice(0, 10);
  }

  /** What time it was in Seoul so many hours ago, `YYYY-MM-DD HH:mm:ss`. */
  earlier(hours: number): string {
    const seoulMs = Date.now() + this.offsetMs + SEOUL_OFFSET_MS - hours * HOUR_MS;
    return new Date(seoulMs).toISOString().slice(0, 19).replace('T', ' ');
  }

  private write(): void {
    setClockFile(this.file, Math.round(this.offsetMs));
  }
}

/** The bank simulator as a process, and its control API. */
export class BankProcess {
  readonly program: Program;
  readonly url: string;
  readonly dataFile: string;

  constructor(program: Program, url: string, dataFile: string) {
    this.program = program;
    this.url = url;
    this.dataFile = dataFile;
  }

  async setRules(seed: number, rules: readonly object[]): Promise<void> {
    await this.control('PUT', '/simulator/rules', { seed, rules });
  }

  async control(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`the simulator answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }
}

/** The stores that a system stands on. */
export interface Ground {
  readonly databaseUrl: string;
  /** How the service reaches its Redis. */
  readonly env: Readonly<Record<string, string>>;
  readonly describe: readonly string[];
  readonly folder: string;
  stop(): Promise<void>;
}

/** Two instances of the service on stores of their own, and one bank; all of it private and mortal. */
export class ServiceSystem {
  readonly ground: Ground;
  /** The rows, as they are. */
  database: mysql.Pool;
  readonly redis: Redis;
  instances: Instance[] = [];
  /** Partners' servers, where the campaign has any. */
  receivers: Receiver[] = [];
  bank!: BankProcess;
  clock!: SharedClock;
  /** Logs and records of this run. */
  folder = '';
  private runs = 0;

  /** `databaseUrl` names one server, of which rows are read. */
  protected constructor(ground: Ground, databaseUrl: string, redis: Redis) {
    this.ground = ground;
    this.database = openPool(databaseUrl);
    this.redis = redis;
    this.redis.on('error', () => undefined); // it is killed on purpose
  }

  /** Starts the programs in `dist` on an empty database, whatever was there before. */
  async begin(dist: string): Promise<void> {
    await this.end();
    await this.dropTables();
    await this.redis.flushall();
    const folder = join(this.ground.folder, `run-${++this.runs}`);
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.clock = new SharedClock(folder);
    this.bank = await startBank(dist, folder);
    const starting = Array.from({ length: INSTANCES }, (_, index) => this.startInstance(dist, folder, index));
    this.instances = await Promise.all(starting);
  }

  async startReceivers(count: number): Promise<readonly Receiver[]> {
    while (this.receivers.length < count) this.receivers.push(await Receiver.start());
    return this.receivers;
  }

  /** Called when the faults are over, before anything is judged. */
  calm(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends the programs and leaves the stores running. */
  async end(): Promise<void> {
    for (const { program, client } of this.instances) {
      await program.discard();
      await client.close();
    }
    this.instances = [];
    for (const receiver of this.receivers) await receiver.stop();
    this.receivers = [];
    await this.bank?.program.discard();
  }

  async stop(): Promise<void> {
    await this.end();
    this.redis.disconnect();
    await this.database.end();
    await this.ground.stop();
  }

  /** The environment of a program that looks at the same database and bank, such as the auditor. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.ground.env,
      NODE_ENV: 'test',
      DATABASE_URL: this.ground.databaseUrl,
      BANK_URL: this.bank.url,
      CLOCK_OFFSET_FILE: this.clock.file,
    };
  }

  /** From now on rows are read of another server. */
  protected async readFrom(databaseUrl: string): Promise<void> {
    await this.database.end();
    this.database = openPool(databaseUrl);
  }

  /** How an instance gets to the database. */
  protected databaseUrlFor(_index: number): Promise<string> {
    return Promise.resolve(this.ground.databaseUrl);
  }

  private async dropTables(): Promise<void> {
    const [tables] = await this.database.query<mysql.RowDataPacket[]>('SHOW TABLES');
    for (const table of tables) await this.database.query('DROP TABLE ??', [Object.values(table)[0]]);
  }

  private async startInstance(dist: string, folder: string, index: number): Promise<Instance> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = new Program({
      name: `service ${index + 1}`,
      folder: join(folder, `service-${index + 1}`),
      launch: {
        command: process.execPath,
        args: [join(dist, 'main.js')],
        env: {
          ...this.environment,
          ...SERVICE_ENV,
          HOST: '127.0.0.1',
          PORT: String(port),
          DATABASE_URL: await this.databaseUrlFor(index),
        },
      },
      ready: () => answers(`${url}/health/live`),
    });
    await program.start();
    return { url, program, client: new Client(url) };
  }
}

/** On one database and one Redis, with a proxy between each instance and the database. */
export class FaultSystem extends ServiceSystem {
  readonly stack: Stack;
  /** In the order of the instances. */
  proxies: DatabaseProxy[] = [];

  private constructor(stack: Stack) {
    const redis = new Redis(stack.redisUrl, { maxRetriesPerRequest: 2, lazyConnect: true });
    super({ ...stack, env: { REDIS_URL: stack.redisUrl } }, stack.databaseUrl, redis);
    this.stack = stack;
  }

  static async start(dataFolder: string): Promise<FaultSystem> {
    return new FaultSystem(await startStack({ dataFolder, ephemeral: true }));
  }

  override async end(): Promise<void> {
    await super.end();
    for (const proxy of this.proxies) await proxy.stop();
    this.proxies = [];
  }

  protected override async databaseUrlFor(index: number): Promise<string> {
    const proxy = await DatabaseProxy.start(this.stack.database.port);
    this.proxies[index] = proxy;
    return Object.assign(new URL(this.stack.databaseUrl), { port: String(proxy.port) }).href;
  }
}

const openPool = (uri: string) => mysql.createPool({ uri, connectionLimit: 8, timezone: 'Z' });

async function startBank(dist: string, folder: string): Promise<BankProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataFile = join(folder, 'bank.jsonl');
  rmSync(dataFile, { force: true });
  const program = new Program({
    name: 'the bank simulator',
    folder: join(folder, 'bank'),
    launch: {
      command: process.execPath,
      args: [join(dist, 'bank-simulator/main.js')],
      env: { ...process.env, SIMULATOR_HOST: '127.0.0.1', SIMULATOR_PORT: String(port), SIMULATOR_DATA: dataFile },
    },
    ready: () => answers(`${url}/health/live`),
  });
  await program.start();
  return new BankProcess(program, url, dataFile);
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false, // nobody listens yet
  );
