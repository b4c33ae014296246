import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type Stack, startStack } from '../../scripts/stack.mjs';
import type { Program } from '../../scripts/stack/program.mjs';
import { handleOf } from '../../src/bank-simulator/account-handle.js';
import type { Api } from './api.js';
import { done, HANA, signUpBody } from './builders.js';
import { setClockFile } from './clock-file.js';
import { serviceProgram } from './service-program.js';
import { TestBank } from './simulator.js';

/** Of Redis' numbered databases, one that nobody else uses. */
const REDIS_DATABASE = '/9';

/** A service with a database and a bank of its own: for what would disturb all other tests, or be disturbed by them. */
export interface OwnStack {
  readonly api: Api;
  readonly baseUrl: string;
  readonly bank: TestBank;
  readonly service: Program;
  readonly databaseUrl: string;
  /** Sets the service's clock so many milliseconds off. */
  setClock(offsetMs: number): void;
  /** Stops the service, and starts it with these variables too. */
  restartWith(variables: Record<string, string>): Promise<void>;
  readonly sql: <Row = Record<string, unknown>>(statement: string, values?: unknown[]) => Promise<Row[]>;
  stop(): Promise<void>;
}

export async function startOwnStack(variables: Record<string, string> = {}): Promise<OwnStack> {
  const folder = mkdtempSync(join(tmpdir(), 'pay-own-stack-'));
  const clockFile = join(folder, 'clock-offset-ms');
  const [bank, stack] = await Promise.all([TestBank.start(), aFreshDatabase(folder)]);
  const service = await serviceProgram('A service of its own', {
    AUDIT_INTERVAL_MS: '0',
    CLOCK_OFFSET_FILE: clockFile,
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl.replace(/(?<=:\d+)\/\d*$/, '') + REDIS_DATABASE,
    BANK_URL: bank.url,
    ...variables,
  });
  const { api, baseUrl, program } = service;
  const pool = mysql.createPool({ uri: stack.databaseUrl, timezone: 'Z', supportBigNumbers: true });
  const stop = async () => {
    await service.stop();
    await pool.end();
    await bank.stop();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.start();
  } catch (error) {
    await stop(); // what is left open would keep Jest from ending
    throw error;
  }
  // The service works on the same rows: a statement of a test may be the one that a deadlock costs.
  const sql = async <Row>(statement: string, values: unknown[] = []): Promise<Row[]> => {
    for (let tries = 1; ; tries++) {
      try {
        return (await pool.query<RowDataPacket[]>(statement, values))[0] as Row[];
      } catch (error) {
        if ((error as { code?: string }).code !== 'ER_LOCK_DEADLOCK' || tries === 5) throw error;
      }
    }
  };
  const restartWith = async (changed: Record<string, string>) => {
    program.launch.env = { ...program.launch.env, ...changed };
    await program.restart();
  };
  const setClock = (offsetMs: number) => setClockFile(clockFile, offsetMs);
  return { api, baseUrl, bank, service: program, databaseUrl: stack.databaseUrl, setClock, restartWith, sql, stop };
}

export interface OwnUser {
  readonly userId: number;
  readonly accountId: number;
  readonly fintechUseNum: string;
}

/** Somebody with this account at a bank, Hana's by default. */
export async function signUpAt(
  { api }: Pick<OwnStack, 'api'>,
  accountNumber: string,
  externalBank = 'HANA BANK',
  bankCode = HANA,
): Promise<OwnUser> {
  const { detail } = await done(api.signUp(signUpBody({ externalBank, externalAccountNumber: accountNumber })));
  const fintechUseNum = handleOf({ bankCode, number: accountNumber.replaceAll('-', '') });
  return { userId: detail.userId, accountId: detail.mainAccount.accountId, fintechUseNum };
}

/** DATABASE_URL names the stack's own database here, and `startStack` would take that. */
async function aFreshDatabase(folder: string): Promise<Stack> {
  const configured = process.env['DATABASE_URL'];
  delete process.env['DATABASE_URL'];
  try {
    return await startStack({ dataFolder: folder, ephemeral: true });
  } finally {
    if (configured !== undefined) process.env['DATABASE_URL'] = configured;
  }
}
