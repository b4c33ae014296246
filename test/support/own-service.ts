import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/stack/ports.mjs';
import { Program } from '../../scripts/stack/program.mjs';
import { Api } from './api.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { stackPart } from './environment.js';

/** Impatient, so that the tests are short. */
const IMPATIENCE = { DATABASE_DEADLINE_MS: '1500', ANSWER_WITHIN_MS: '2000' };

/** A second instance of the service on the same stores, which it reaches by ways that can be cut. */
export interface OwnService {
  readonly api: Api;
  readonly database: CuttableProxy;
  readonly redis: CuttableProxy;
  /** Changes when the process was started again. */
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

/** `databaseUrl`: another way to the same database. */
export async function startOwnService(
  variables: Record<string, string> = {},
  databaseUrl = stackPart('databaseUrl'),
): Promise<OwnService> {
  const [database, redis, port] = await Promise.all([
    CuttableProxy.to(databaseUrl),
    CuttableProxy.to(stackPart('redisUrl')),
    freePort(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'pay-own-service-'));
  const baseUrl = `http://127.0.0.1:${port}`;
  const program = new Program({
    name: 'A second instance of the service',
    folder,
    launch: {
      command: process.execPath,
      args: [join(import.meta.dirname, '../../dist/main.js')],
      env: {
        ...process.env,
        ...IMPATIENCE,
        BANK_URL: stackPart('simulatorUrl'),
        ...variables,
        NODE_OPTIONS: '', // Jest's own
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
      },
    },
    ready: () =>
      fetch(`${baseUrl}/health/ready`).then(
        ({ ok }) => ok,
        () => false, // nobody listens yet
      ),
  });
  const stop = async () => {
    await Promise.all([database.open(), redis.open()]);
    await program.stop();
    await Promise.all([database.close(), redis.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.start();
  } catch (error) {
    await stop(); // what is left open would keep Jest from ending
    throw error;
  }
  return { api: new Api(baseUrl), database, redis, pid: () => program.pid, stop };
}
