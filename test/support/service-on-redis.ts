import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, type RedisProgram } from '../../scripts/stack/programs-here.mjs';
import { type Certificates, makeCertificates, type RedisGroup } from '../../scripts/stack/redis-groups.mjs';
import type { Api } from './api.js';
import { newKey, paymentBody } from './builders.js';
import { expectAnswer, expectSuccess } from './contract.js';
import { describeIf } from './describe-if.js';
import { describeWith } from './environment.js';
import { anUnstartedService } from './keyed-service.js';
import { eventually } from './money.js';
import type { ServiceProgram } from './service-program.js';

const found = findRedis();
/** Patient: what is tried here is not how fast the machine is. */
const REDIS_TIMEOUT_MS = '1000';

/** `describe` for what starts a Redis of its own; with Docker alone there is no program for that. */
export function describeOnRedis(name: string, tests: () => void): void {
  describeIf(found !== undefined, 'a Redis program', 'with a Redis of its own', () =>
    describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], name, tests),
  );
}

export interface ServiceOnRedis<Group> {
  readonly group: Group;
  readonly service: ServiceProgram;
  stop(): Promise<void>;
}

type Env = Record<string, string>;

type StartGroup<Group> = (options: {
  found: RedisProgram;
  folder: string;
  certificates?: Certificates | undefined;
}) => Promise<Group>;

/** A service on the stack's database and bank and a Redis of its own; `change` changes the variables for that. */
export async function startServiceOn<Group extends RedisGroup>(
  startGroup: StartGroup<Group>,
  { withTls = false, change = (env) => env }: { withTls?: boolean; change?: (env: Env) => Env } = {},
): Promise<ServiceOnRedis<Group>> {
  if (!found) throw new Error('there is no Redis on this machine');
  const folder = mkdtempSync(join(tmpdir(), 'pay-redis-'));
  const certificates = withTls ? makeCertificates(folder) : undefined;
  const group = await startGroup({ found, folder, certificates });
  const service = await anUnstartedService({ AUDIT_INTERVAL_MS: '0', REDIS_TIMEOUT_MS, ...change(group.env) });
  const stop = async () => {
    await service.stop();
    await group.discard();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await service.program.start();
  } catch (error) {
    await stop(); // what is left open would keep Jest from ending
    throw error;
  }
  return { group, service, stop };
}

/** Pays, and again with the same key. Whether it was Redis that knew of the first time, and not the database. */
export async function isGuarded(api: Api, userId: number, key = newKey()): Promise<boolean> {
  const before = await countGuarded(api);
  const body = paymentBody(userId, { totalPayAmount: 10 });
  expectSuccess(await api.pay(body, key), 201);
  expectAnswer(await api.pay(body, key), 'PaymentComplete');
  return (await countGuarded(api)) === before + 1;
}

/** A service is ready before it has found its Redis. */
export async function untilGuarded(api: Api, userId: number): Promise<void> {
  await eventually(
    () => isGuarded(api, userId),
    (isSo) => isSo,
  );
}

async function countGuarded(api: Api): Promise<number> {
  const { text } = await api.text('/metrics');
  return Number(/^idempotency_total\{layer="redis",outcome="duplicate"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** What the service said of Redis, in order. */
export function saidOfRedis({ program }: ServiceProgram): string[] {
  const words = program.lastWords(10_000).split('\n');
  const lines = words.filter((line) => line.includes('"context":"Redis"'));
  return lines.map((line) => (JSON.parse(line) as { message: string }).message);
}
