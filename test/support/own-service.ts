import type { Api } from './api.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { stackPart } from './environment.js';
import { serviceProgram } from './service-program.js';

/** Impatient, so that the tests are short. */
const IMPATIENCE = { DATABASE_DEADLINE_MS: '1500', ANSWER_WITHIN_MS: '2000' };

/** A second instance of the service on the same stores, which it reaches by ways that can be cut. */
export interface OwnService {
  readonly api: Api;
  readonly baseUrl: string;
  readonly database: CuttableProxy;
  readonly redis: CuttableProxy;
  /** Changes when the process was started again. */
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

/** For a service that nobody cuts off: a busy machine may take its time. */
export const PATIENCE = { ANSWER_WITHIN_MS: '30000', DATABASE_DEADLINE_MS: '40000' };

/** `databaseUrl`: another way to the same database. */
export async function startOwnService(
  variables: Record<string, string> = {},
  databaseUrl = stackPart('databaseUrl'),
): Promise<OwnService> {
  const [database, redis] = await Promise.all([CuttableProxy.to(databaseUrl), CuttableProxy.to(stackPart('redisUrl'))]);
  const service = await serviceProgram('A second instance of the service', {
    ...IMPATIENCE,
    BANK_URL: stackPart('simulatorUrl'),
    ...variables,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
  });
  const { api, baseUrl, program } = service;
  const stop = async () => {
    await Promise.all([database.open(), redis.open()]);
    await service.stop();
    await Promise.all([database.close(), redis.close()]);
  };
  try {
    await program.start();
  } catch (error) {
    await stop(); // what is left open would keep Jest from ending
    throw error;
  }
  return { api, baseUrl, database, redis, pid: () => program.pid, stop };
}
